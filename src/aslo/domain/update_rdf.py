"""The document that Sugar's updater reads, and the one that offers it nothing."""

RDF = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<RDF:RDF xmlns:RDF="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:em="http://www.mozilla.org/2004/em-rdf#">{}</RDF:RDF>\n'
)
NOTHING = RDF.format("")
"""What it is told where there is nothing, and by nginx where there is nobody to ask."""

"""The language that somebody wishes, as browsers write it in Accept-Language."""

import re

SPELLINGS = (
    ("zh_TW", "zh-(?:hant|tw|hk|mo)"),
    ("zh_CN", "zh"),
    ("pt_BR", "pt-br"),
    ("fil", "tl"),
    ("he", "iw"),
    ("id", "in"),
    ("nb", "no"),
    ("yi", "ji"),
)
"""Tags by how they begin, and the language we call so: where a country or a script makes
another written language, and codes that were renamed (RFC 5646, the registry's "Deprecated").
Of every other tag the first part is the language."""

_ENDS = "(?![a-z0-9])"


def wished_language(tag: str) -> str:
    """`es-UY` as `es`, `zh-HK` as `zh_TW`; whether there is such a language is not asked."""
    told = tag.lower().replace("_", "-")
    for lang, beginning in SPELLINGS:
        if re.match(beginning + _ENDS, told):
            return lang
    return told.partition("-")[0]

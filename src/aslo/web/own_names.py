"""Languages by their own names, as CLDR has them.

Babel knows them, but keeps all that it ever read of a language: to name every language that it
knows takes 190 MB of memory, and anybody could ask for them.
"""

from pathlib import Path

import msgspec

OWN_NAMES: dict[str, str] = msgspec.json.decode(
    Path(__file__).with_suffix(".json").read_bytes(), type=dict[str, str]
)
"""Every language without a country, and those of OFFERED."""
OFFERED = (
    *("ar", "de", "en", "es", "fa", "fr", "gn", "he", "hi", "ht", "it", "ja", "km", "mn"),
    *("ne", "ps", "pt_BR", "qu", "ru", "rw", "si", "sw", "th", "tr", "ur", "vi", "zh_CN", "zh_TW"),
)
"""Languages that every page offers; an activity may have more."""

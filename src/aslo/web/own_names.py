"""The languages that every page offers, by their own names as CLDR has them.

Babel knows them, but reads all that it knows of a language for its name: 1 MB of memory each.
"""

OWN_NAMES = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fr": "Français",
    "gn": "Avañe\N{RIGHT SINGLE QUOTATION MARK}ẽ",
    "he": "עברית",
    "hi": "हिन्दी",
    "ht": "Kreyòl Ayisyen",
    "it": "Italiano",
    "ja": "日本語",
    "km": "ខ្មែរ",
    "mn": "Монгол",
    "ne": "नेपाली",
    "ps": "پښتو",
    "pt_BR": "Português (Brasil)",
    "qu": "Runasimi",
    "ru": "Русский",
    "rw": "Ikinyarwanda",
    "si": "සිංහල",
    "sw": "Kiswahili",
    "th": "ไทย",
    "tr": "Türkçe",
    "ur": "اردو",
    "vi": "Tiếng Việt",
    "zh_CN": "中文 (简体, 中国)",
    "zh_TW": "中文 (繁體, 台灣)",
}

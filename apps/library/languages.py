"""Languages by their own and their English names."""

from functools import lru_cache

from django.conf.locale import LANG_INFO

# Django names these by their scripts or not at all.
MORE = {
    "zh": "Chinese",
    "fil": "Filipino",
    "am": "Amharic",
    "si": "Sinhala",
    "zu": "Zulu",
    "ps": "Pashto",
    "lo": "Lao",
}


@lru_cache(maxsize=1)
def language_choices() -> list[tuple[str, str]]:
    """(code, English name) of every language without a region, by name."""
    names = MORE | {
        code: info["name"] for code, info in LANG_INFO.items() if "name" in info and len(code) <= 3
    }
    return sorted(names.items(), key=lambda pair: pair[1])


def language_name(code: str) -> str:
    """The English name; the code itself where it is not known."""
    return dict(language_choices()).get(code.lower().partition("-")[0], code)

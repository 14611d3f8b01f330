"""What a voice is given for each written word: signs out, a few things spelled as they are said."""

import re
import unicodedata
from collections.abc import Sequence

_ENGLISH = {
    "dr.": "doctor", "mr.": "mister", "mrs.": "missis", "ms.": "miz", "prof.": "professor", "vs.": "versus",
    "etc.": "et cetera", "e.g.": "for example", "i.e.": "that is", "approx.": "approximately",
    "no.": "number", "&": "and", "w/": "with",
}  # fmt: skip
_MONEY = re.compile(r"^([$€£¥])(\d+(?:[.,]\d+)*)([.,;:!?)]*)$")
_CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}
_SCALES = ("hundred", "thousand", "million", "billion", "trillion")
_DASHES = "-–—―…"
_SPOKEN_SIGNS = "%€$£¥&@+=°#"


def spoken_forms(words: Sequence[str], language: str) -> list[str]:
    """For each written word what is said: "" for an emoji or a lone sign. A lone dash becomes a pause."""
    forms = [_plain(word) for word in words]
    for place, word in enumerate(words):
        if word and all(char in _DASHES for char in word) and place and forms[place - 1][-1:].isalnum():
            forms[place - 1] += ","
    return _english(words, forms) if language == "en" else forms


def _plain(word: str) -> str:
    """The word without emoji, brackets, quotation marks and markup; "" where nothing that can be said is left."""
    kept = "".join(char for char in word if char in _SPOKEN_SIGNS or unicodedata.category(char)[0] in "LMNP")
    kept = re.sub(r"[\[\](){}<>\"“”„«»*_|\\/#@]+", " ", kept).strip()
    return re.sub(r"\s+", " ", kept) if any(char.isalnum() or char in "%&" for char in kept) else ""


def _english(words: Sequence[str], forms: list[str]) -> list[str]:
    """Titles and money as they are said: "$3.5 million" is "3.5 million dollars"."""
    for place, form in enumerate(forms):
        spelled = _ENGLISH.get(form.lower())
        money = _MONEY.match(form)
        if spelled:  # with its capital, by which the voice knows that a sentence begins
            forms[place] = spelled.capitalize() if form[0].isupper() else spelled
        elif money:
            sign, figure, end = money.groups()
            following = forms[place + 1] if place + 1 < len(forms) else ""
            scale = re.match(r"[A-Za-z]+", following)
            if not end and scale and scale.group().lower() in _SCALES:
                forms[place] = figure
                rest = following[scale.end() :]
                forms[place + 1] = f"{scale.group()} {_CURRENCIES[sign]}{rest}"
            else:
                forms[place] = f"{figure} {_CURRENCIES[sign]}{end}"
    return forms

"""The letters of a caption: which face draws a piece of text, how wide it is, and what may not stand in it."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from PIL import ImageFont

from apps.media.captions.fontfile import FontFacts, font_facts
from apps.media.fonts import Face, FontMissing, face_for, font_file, script_of_char

_MEASURED_AT = 200  # pixels of em: widths are scaled from there
# libass is given no colour font: a pictograph would be an empty box. Joiners and variation selectors go with them.
_PICTOGRAPHS = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\ufe0e\ufe0f\u200d\u20e3"
    "\U000e0020-\U000e007f\u2300-\u23ff]"
)
_CJK = frozenset({"han", "kana"})


def drawable(text: str) -> str:
    """The text as it is burnt: on one line, without pictographs and control characters."""
    kept = "".join(
        char
        for char in _PICTOGRAPHS.sub("", " ".join(text.split()))
        if unicodedata.category(char) not in ("Cc", "Co", "Cs")
    )
    return unicodedata.normalize("NFC", kept.strip())


def escaped(text: str) -> str:
    """The text as ASS shows it letter by letter: braces and backslashes do not start anything."""
    # A word joiner after a backslash keeps it from being read with the letter behind it; it is never drawn.
    return text.replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}")


def runs(text: str, preferred: str, *, japanese: bool = False) -> Iterator[tuple[Face, str]]:
    """The text in pieces that one face draws. libass does not look for another face inside a line, so each is named.

    Digits and signs go with the letters before them (or, at the start, behind them).
    """
    scripts: list[str] = []
    for char in text:
        scripts.append(script_of_char(char) or (scripts[-1] if scripts else ""))
    first = next((script for script in scripts if script), "latin")
    faces = [_face(script or first, preferred, japanese) for script in scripts]
    for face, pairs in groupby(zip(faces, text, strict=True), key=lambda pair: pair[0]):
        yield face, "".join(char for _, char in pairs)


def width_em(text: str, preferred: str, *, japanese: bool = False) -> float:
    """Width of the text in ems of the size it is set in."""
    return sum(_width_em(face.name, piece) for face, piece in runs(text, preferred, japanese=japanese))


def ass_font(face: Face, em: float) -> tuple[str, float]:
    """The `Fontname`, and the `Fontsize` that makes libass draw an em of this many pixels: it counts from the
    highest to the lowest point of the font."""
    facts = _facts(face.name)
    return facts.name, em * (facts.up + facts.down)


def vertical_em(text: str, preferred: str, *, japanese: bool = False) -> tuple[float, float]:
    """Height above and below the baseline, in ems, of the line that libass makes for the text."""
    facts = [_facts(face.name) for face, _ in runs(text, preferred, japanese=japanese)]
    return max((one.up for one in facts), default=0.0), max((one.down for one in facts), default=0.0)


def joins_without_space(before: str, after: str) -> bool:
    """True between the words of scripts that are written without spaces."""
    if not before or not after or before[-1].isascii() or after[0].isascii():
        return False
    return bool({script_of_char(before[-1]), script_of_char(after[0])} & _CJK)


def is_right_to_left(text: str) -> bool:
    """True where the first letter that has a direction runs from right to left."""
    return next(
        (
            unicodedata.bidirectional(char) in ("R", "AL")
            for char in text
            if unicodedata.bidirectional(char) in ("L", "R", "AL")
        ),
        False,
    )


def is_japanese(text: str) -> bool:
    """True where kana stand in the text: its Chinese characters then take their Japanese forms."""
    return any(script_of_char(char) == "kana" for char in text)


@lru_cache(maxsize=256)
def _face(script: str, preferred: str, japanese: bool) -> Face:
    if japanese and script == "han":
        return face_for("kana")
    try:
        return face_for(script, preferred)
    except FontMissing:  # a script without a face: the one with the most letters shows what it can
        return face_for("latin", "Noto Sans")


def _facts(face: str) -> FontFacts:
    return font_facts(font_file(face))


@lru_cache(maxsize=64)
def _font(face: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(face)), _MEASURED_AT)


@lru_cache(maxsize=8192)
def _width_em(face: str, text: str) -> float:
    return float(_font(face).getlength(text)) / _MEASURED_AT

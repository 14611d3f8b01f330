"""Fonts: which face draws which script, and where its file lies.

All files come from the npm packages `@expo-google-fonts/*` (SIL Open Font Licence) and stand, fonts only, in
`settings.FONTS_DIR` or a folder below it.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings


class FontMissing(Exception):
    """There is no font file for a face, nor any to take its place. `make setup` puts them there."""


@dataclass(frozen=True)
class Face:
    """One font file. `name` is its family in the file (libass finds it by that); `scripts` are those it draws."""

    name: str
    package: str
    file: str
    scripts: frozenset[str]


def _face(name: str, package: str, file: str, *scripts: str) -> Face:
    return Face(name, f"@expo-google-fonts/{package}", file, frozenset(scripts))


_ALL = (
    _face("Anton", "anton", "Anton_400Regular.ttf", "latin"),
    _face("Bangers", "bangers", "Bangers_400Regular.ttf", "latin"),
    _face("Montserrat", "montserrat", "Montserrat_800ExtraBold.ttf", "latin", "cyrillic"),
    _face("Poppins", "poppins", "Poppins_700Bold.ttf", "latin", "devanagari"),
    _face("Inter", "inter", "Inter_700Bold.ttf", "latin", "cyrillic", "greek"),
    _face("Noto Sans", "noto-sans", "NotoSans_800ExtraBold.ttf", "latin", "cyrillic", "greek", "devanagari"),
    _face("Noto Sans Arabic", "noto-sans-arabic", "NotoSansArabic_800ExtraBold.ttf", "arabic"),
    _face("Noto Sans Hebrew", "noto-sans-hebrew", "NotoSansHebrew_800ExtraBold.ttf", "hebrew"),
    _face(
        "Noto Sans Devanagari", "noto-sans-devanagari", "NotoSansDevanagari_800ExtraBold.ttf", "devanagari"
    ),
    _face("Noto Sans Thai", "noto-sans-thai", "NotoSansThai_800ExtraBold.ttf", "thai"),
    _face("Noto Sans JP", "noto-sans-jp", "NotoSansJP_700Bold.ttf", "kana", "han"),
    _face("Noto Sans SC", "noto-sans-sc", "NotoSansSC_700Bold.ttf", "han", "kana"),
    _face("Noto Sans KR", "noto-sans-kr", "NotoSansKR_700Bold.ttf", "hangul"),
)

FACES: Mapping[str, Face] = {face.name: face for face in _ALL}

_DEFAULT_FACE = {
    "latin": "Anton",
    "cyrillic": "Montserrat",
    "greek": "Inter",
    "arabic": "Noto Sans Arabic",
    "hebrew": "Noto Sans Hebrew",
    "devanagari": "Noto Sans Devanagari",
    "thai": "Noto Sans Thai",
    "kana": "Noto Sans JP",
    "han": "Noto Sans SC",
    "hangul": "Noto Sans KR",
}

SCRIPTS = frozenset(_DEFAULT_FACE)
"""Scripts that can be drawn. Arabic and Hebrew run from right to left; Arabic, Devanagari and Thai need shaping."""

_SCRIPT_OF_PREFIX = {
    "LATIN": "latin",
    "CYRILLIC": "cyrillic",
    "GREEK": "greek",
    "ARABIC": "arabic",
    "HEBREW": "hebrew",
    "DEVANAGARI": "devanagari",
    "THAI": "thai",
    "HIRAGANA": "kana",
    "KATAKANA": "kana",
    "KATAKANA-HIRAGANA": "kana",
    "CJK": "han",
    "HANGUL": "hangul",
}


@lru_cache(maxsize=4096)
def script_of_char(char: str) -> str:
    """The script of a letter, such as "latin" or "han"; "" for digits, signs and spaces; "other" if it has no face."""
    if unicodedata.category(char)[0] not in "LM":
        return ""
    prefix = unicodedata.name(char, "OTHER").replace("FULLWIDTH ", "").replace("HALFWIDTH ", "").split(" ")[0]
    if unicodedata.category(char)[0] == "M" and prefix not in _SCRIPT_OF_PREFIX:
        return ""
    return _SCRIPT_OF_PREFIX.get(prefix, "other")


def script_of(text: str) -> str:
    """The script that most letters of `text` are in; "latin" where there are none. Han beside kana is kana."""
    counts = Counter(script_of_char(char) for char in text)
    del counts[""]
    if not counts:
        return "latin"
    if counts["kana"] and counts["han"]:
        return "kana"
    return counts.most_common(1)[0][0]


def face_for(script: str, preferred: str = "") -> Face:
    """The face that draws `script`: the `preferred` one where it can. Raises FontMissing where no face does."""
    if preferred in FACES and script in FACES[preferred].scripts:
        return FACES[preferred]
    if script not in _DEFAULT_FACE:
        raise FontMissing(f"There is no font for the script “{script}”.")
    return FACES[_DEFAULT_FACE[script]]


def font_file(name: str) -> Path:
    """The file of a face ("Anton") or of a script's usual face ("arabic").

    Where that file is missing, another weight of the same family or a face with the same scripts takes its place.
    Raises FontMissing where there is none.
    """
    face = FACES[name] if name in FACES else face_for(name)
    found = _font_files(settings.FONTS_DIR) or _font_files.__wrapped__(settings.FONTS_DIR)
    candidates = [face.file, *sorted(file for file in found if file.split("_")[0] == face.file.split("_")[0])]
    candidates += [other.file for other in _ALL if face.scripts <= other.scripts]
    for candidate in candidates:
        if candidate in found:
            return found[candidate]
    raise FontMissing(
        f"The font {face.file} is not in {settings.FONTS_DIR}: run `make setup` to fetch the fonts."
    )


@lru_cache(maxsize=8)
def _font_files(folder: Path) -> dict[str, Path]:
    paths = sorted(path for ending in ("ttf", "otf") for path in Path(folder).rglob(f"*.{ending}"))
    return {path.name: path for path in paths}

"""Setting a title: the right face for every letter, lines of even length, as large as the box allows."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont, features

from apps.media.captions.lettering import drawable, is_japanese, is_right_to_left, runs
from apps.media.fonts import FACES, FontMissing, font_file, script_of_char

Mask = npt.NDArray[np.uint8]

_PROBE = 200
_SPACE = 0.24
_LEADING = 0.20
_LONGEST = 400
_FALLBACKS = ("Inter", "Noto Sans", "Noto Sans JP", "Noto Sans KR", "Noto Sans SC")
_CASED = frozenset({"latin", "cyrillic", "greek"})
_UNSPACED = frozenset({"han", "kana", "thai"})
_NOT_FIRST = frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶー々ゝゞヽヾะาำๅๆฯ")
_NOT_LAST = frozenset("「『（《([เแโใไ")
_CHOPPED_OVER = 24


@dataclass(frozen=True)
class Piece:
    """Letters that one font draws."""

    text: str
    font: Path
    right_to_left: bool


@dataclass(frozen=True)
class Token:
    """What stays together on a line: a word, or one sign of a script without spaces. Widths and heights in ems."""

    pieces: tuple[Piece, ...]
    width: float
    above: float
    below: float
    spaced: bool
    right_to_left: bool
    key: bool = False

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Setting:
    """A title set in lines of tokens, in the order in which they stand from left to right. Sizes in pixels."""

    lines: tuple[tuple[Token, ...], ...]
    pixels: int
    above: int
    line_height: int
    right_to_left: bool

    @property
    def height(self) -> int:
        """From the top of the first line's letters to the foot of the last line's."""
        return self.line_height * len(self.lines) - round(self.pixels * _LEADING)

    def widths(self) -> tuple[int, ...]:
        return tuple(round(_width(line) * self.pixels) for line in self.lines)


def tokens(title: str, face: str, language: str, *, capitals: bool) -> tuple[Token, ...]:
    """The title's tokens in reading order, the key word marked. Empty where nothing of it can be drawn."""
    text = drawable(title[:_LONGEST])
    if capitals:
        text = _upper(text, language)
    japanese = language.lower().startswith("ja") or is_japanese(text)
    found: list[Token] = []
    for word in text.split():
        for number, part in enumerate(_units(word)):
            token = _token(part, face, japanese, spaced=number == 0)
            if token is not None:
                found.append(token)
    return _marked(found)


def fit(
    found: Sequence[Token],
    width: int,
    height: int,
    *,
    lines: int,
    largest: int,
    smallest: int,
    right_to_left: bool | None = None,
) -> Setting:
    """The largest setting of the tokens in a box of pixels, in at most `lines` lines.

    Where even the smallest size is too large, words are left out at the end and an ellipsis takes their place.
    """
    kept = list(found)
    backwards = right_to_left if right_to_left is not None else bool(kept) and kept[0].right_to_left
    best = _best(kept, width, height, lines)
    while best[0] < smallest and len(kept) > 1:
        kept = kept[: max(1, min(len(kept) - 1, int(len(kept) * 0.9)))]
        best = _best([*kept[:-1], _cut(kept[-1])], width, height, lines)
    if len(kept) < len(found):
        kept = [*kept[:-1], _cut(kept[-1])]
    size, rows = best
    pixels = max(8, min(largest, int(size)))
    above = max((token.above for token in kept), default=0.7)
    below = max((token.below for token in kept), default=0.0)
    return Setting(
        tuple(_visual(row, backwards) for row in rows),
        pixels,
        round(above * pixels),
        round((above + below + _LEADING) * pixels),
        backwards,
    )


def draw(
    setting: Setting,
    left: float,
    top: float,
    width: float,
    align: str,
    size: tuple[int, int],
    stroke: float = 0.0,
) -> tuple[Mask, Mask]:
    """Masks (rows, columns) of the plain and of the key letters; `align` is "start", "centre" or "end"."""
    images = [Image.new("L", size, 0) for _ in range(2)]
    brushes = [ImageDraw.Draw(image) for image in images]
    for number, (line, wide) in enumerate(zip(setting.lines, setting.widths(), strict=True)):
        x = line_left(setting, left, width, align, wide)
        base = top + setting.above + number * setting.line_height
        for place, token in enumerate(line):
            x += _SPACE * setting.pixels if place and _gap(line[place - 1], token) else 0
            for piece in reversed(token.pieces) if token.right_to_left else token.pieces:
                font = _font(piece.font, setting.pixels)
                brushes[token.key].text(
                    (x, base),
                    piece.text,
                    fill=255,
                    font=font,
                    anchor="ls",
                    stroke_width=stroke,
                    direction=_direction(piece),
                )
                x += font.getlength(piece.text, direction=_direction(piece))
    return np.asarray(images[0]), np.asarray(images[1])


def line_left(setting: Setting, left: float, width: float, align: str, wide: float) -> float:
    """Where a line of `wide` pixels begins in a box."""
    if align == "centre":
        return left + (width - wide) / 2
    at_end = (align == "end") != setting.right_to_left
    return left + width - wide if at_end else left


def _best(found: Sequence[Token], width: int, height: int, lines: int) -> tuple[float, list[list[Token]]]:
    """The largest size in pixels, over all numbers of lines, and the lines."""
    best: tuple[float, list[list[Token]]] = (0.0, [list(found)] if found else [])
    if not found:
        return best
    tall = max(token.above for token in found) + max(token.below for token in found)
    for count in range(1, min(lines, len(found)) + 1):
        rows = _rows(found, count)
        widest = max(_width(row) for row in rows)
        size = min(width / max(widest, 0.01), height / (len(rows) * (tall + _LEADING) - _LEADING))
        if size > best[0] * 1.02:
            best = size, rows
    return best


def _rows(found: Sequence[Token], count: int) -> list[list[Token]]:
    """The tokens in at most `count` lines whose longest is as short as can be."""
    low, high = max(token.width for token in found), _width(found)
    for _ in range(18):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_greedy(found, middle)) <= count else (middle, high)
    return _greedy(found, high * 1.0001)


def _greedy(found: Sequence[Token], limit: float) -> list[list[Token]]:
    rows: list[list[Token]] = []
    wide = 0.0
    for token in found:
        gap = _SPACE if rows and _gap(rows[-1][-1], token) else 0.0
        if rows and wide + gap + token.width <= limit:
            rows[-1].append(token)
            wide += gap + token.width
        else:
            rows.append([token])
            wide = token.width
    return rows


def _width(line: Sequence[Token]) -> float:
    gaps = sum(_SPACE for before, after in pairwise(line) if _gap(before, after))
    return sum(token.width for token in line) + gaps


def _gap(before: Token, after: Token) -> bool:
    """Whether a space stands between two neighbours, in whichever direction they run."""
    return (
        after.spaced if not (before.right_to_left and after.right_to_left) else before.spaced or after.spaced
    )


def _visual(line: Sequence[Token], backwards: bool) -> tuple[Token, ...]:
    """The line from left to right: words that run the other way than the title keep their order among themselves."""
    groups: list[list[Token]] = []
    for token in line:
        if groups and groups[-1][0].right_to_left == token.right_to_left:
            groups[-1].append(token)
        else:
            groups.append([token])
    ordered = [group[::-1] if group[0].right_to_left else group for group in groups]
    return tuple(token for group in (reversed(ordered) if backwards else ordered) for token in group)


def _cut(token: Token) -> Token:
    """The token with an ellipsis behind it."""
    last = token.pieces[-1]
    piece = replace(last, text=last.text.rstrip(".,;:!?،。、") + "…")
    wide = token.width + _measure(piece) - _measure(last)
    return replace(token, pieces=(*token.pieces[:-1], piece), width=wide)


def _marked(found: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens with the key one marked: one with a digit, or else the longest; none where there is no choice."""
    if len({token.text for token in found}) < 2 or sum(token.spaced for token in found) < 2:
        return tuple(found)

    def weight(number: int) -> tuple[bool, float, int]:
        return any(char.isdigit() for char in found[number].text), found[number].width, -number

    chosen = max(range(len(found)), key=weight)
    return tuple(replace(token, key=number == chosen) for number, token in enumerate(found))


def _upper(text: str, language: str) -> str:
    """Capitals where the script has them; Turkish and Azeri keep their dotted i."""
    if language.lower()[:2] in {"tr", "az"}:
        text = text.replace("i", "İ")
    return "".join(char.upper() if script_of_char(char) in _CASED else char for char in text)


def _units(word: str) -> list[str]:
    """A word in the parts between which a line may break: most words are one, very long ones are chopped.

    In scripts without spaces a line may break between any two signs, but not before closing marks and small kana; where
    hiragana stand in the word, only behind a run of them, which is mostly where a phrase ends.
    """
    phrases = any("\u3041" <= char <= "\u309f" for char in word)
    units: list[str] = []
    for char in word:
        if not units or _may_break(units[-1], char, phrases=phrases):
            units.append(char)
        else:
            units[-1] += char
    return [part for unit in units for part in (_chopped(unit) if len(unit) > _CHOPPED_OVER else [unit])]


def _may_break(before: str, char: str, *, phrases: bool) -> bool:
    last, script, previous = before[-1], script_of_char(char), script_of_char(before[-1])
    if script not in _UNSPACED and previous not in _UNSPACED:
        return False
    if unicodedata.category(char)[0] == "M" or char in _NOT_FIRST or last in _NOT_LAST:
        return False
    if not script:
        return char.isdigit() and (not phrases or _hiragana(last))
    return not phrases or (_hiragana(last) and not _hiragana(char))


def _hiragana(char: str) -> bool:
    return "\u3041" <= char <= "\u309f"


def _chopped(unit: str) -> list[str]:
    step = _CHOPPED_OVER * 2 // 3
    return [unit[first : first + step] for first in range(0, len(unit), step)]


def _token(text: str, face: str, japanese: bool, *, spaced: bool) -> Token | None:
    pieces = tuple(
        piece for found, part in runs(text, face, japanese=japanese) for piece in _covered(part, found.name)
    )
    if not pieces:
        return None
    boxes = [
        _font(piece.font, _PROBE).getbbox(piece.text, anchor="ls", direction=_direction(piece))
        for piece in pieces
    ]
    above, below = max(-box[1] for box in boxes) / _PROBE, max(box[3] for box in boxes) / _PROBE
    return Token(
        pieces,
        sum(_measure(piece) for piece in pieces),
        max(0.5, above),
        max(0.0, below),
        spaced,
        is_right_to_left("".join(piece.text for piece in pieces)),
    )


def _covered(text: str, face: str) -> list[Piece]:
    """The text in pieces whose font has all their letters; letters that no font has are left out."""
    pieces: list[Piece] = []
    for char in text:
        mark = unicodedata.category(char)[0] in "MC"
        font = pieces[-1].font if mark and pieces else _font_with(char, face)
        if font is None:
            continue
        backwards = is_right_to_left(char) or (
            bool(pieces) and pieces[-1].right_to_left and not char.isalpha()
        )
        if pieces and pieces[-1].font == font:
            joined = pieces[-1]
            pieces[-1] = Piece(joined.text + char, font, joined.right_to_left or backwards)
        else:
            pieces.append(Piece(char, font, backwards))
    return pieces


@lru_cache(maxsize=4096)
def _font_with(char: str, face: str) -> Path | None:
    for name in (face, *_FALLBACKS):
        if name not in FACES:
            continue
        try:
            font = font_file(name)
        except FontMissing:
            continue
        if _has(font, char):
            return font
    return None


@lru_cache(maxsize=8192)
def _has(path: Path, char: str) -> bool:
    font = _font(path, 40)
    return bytes(font.getmask(char)) != bytes(font.getmask("\U0010fffe"))


def _measure(piece: Piece) -> float:
    return float(_font(piece.font, _PROBE).getlength(piece.text, direction=_direction(piece))) / _PROBE


def _direction(piece: Piece) -> str | None:
    if not features.check("raqm"):
        return None
    return "rtl" if piece.right_to_left else "ltr"


@lru_cache(maxsize=64)
def _font(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), pixels)

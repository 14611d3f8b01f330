"""Where each word of a page stands. They are placed one by one: so one of them can grow without moving the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from apps.media.captions.lettering import is_right_to_left, vertical_em
from apps.media.captions.pages import Line, Measure
from apps.media.captions.styles import CaptionPosition, safe_area
from apps.media.captions.words import Word
from apps.media.formats import FrameSize

LINE_EM = 1.22  # from baseline to baseline
_CAP_EM = 0.72  # height of a capital


@dataclass(frozen=True)
class PlacedWord:
    """A word and the middle of the box that libass sets it in, in pixels; `width` is that of its letters."""

    word: Word
    x: float
    y: float
    baseline: float
    width: float
    right_to_left: bool


def place(
    lines: Sequence[Line], measure: Measure, frame: FrameSize, position: CaptionPosition
) -> list[PlacedWord]:
    """The words of a page in the order they are spoken, centred, inside the frame's safe area."""
    baseline = first_baseline(len(lines), measure.em, frame, position)
    placed: dict[int, PlacedWord] = {}
    for number, line in enumerate(lines):
        at = baseline + number * LINE_EM * measure.em
        x = (frame.width - measure.of(line.words)) / 2
        order = visual_order(line.words, measure.right_to_left)
        for before, word in zip([None, *order], order, strict=False):
            x += measure.gap(before, word) if before else 0.0
            width = measure.of([word])
            up, down = vertical_em(word.text, measure.type.face, japanese=measure.japanese)
            placed[id(word)] = PlacedWord(
                word, x + width / 2, at - (up - down) / 2 * measure.em, at, width, is_right_to_left(word.text)
            )
            x += width
    return [placed[id(word)] for line in lines for word in line.words]


def first_baseline(lines: int, em: float, frame: FrameSize, position: CaptionPosition) -> float:
    """Where the first line stands: the block hangs from the top, sits on the bottom, or is centred."""
    safe, block = safe_area(frame), (lines - 1) * LINE_EM * em
    if position is CaptionPosition.TOP:
        return frame.height * safe.top + em
    if position is CaptionPosition.BOTTOM:
        return frame.height * (1 - safe.bottom) - block
    return (frame.height - block + _CAP_EM * em) / 2


def visual_order(words: Sequence[Word], right_to_left: bool) -> list[Word]:
    """The words from left to right. In a text from right to left, words of the other direction keep their order
    among themselves (the Unicode rule, on whole words)."""
    if not right_to_left:
        return list(words)
    directions = [_direction(word) for word in words]
    resolved = [
        before if own == "" else own for own, before in zip(directions, ["R", *directions], strict=False)
    ]
    visual: list[Word] = []
    for direction, pairs in groupby(zip(resolved, words, strict=True), key=lambda pair: pair[0]):
        run = [word for _, word in pairs]
        visual[:0] = run if direction == "L" else list(reversed(run))
    return visual


def _direction(word: Word) -> str:
    if is_right_to_left(word.text):
        return "R"
    return "L" if any(char.isalpha() for char in word.text) else ""


def block_box(
    lines: Sequence[Line], measure: Measure, frame: FrameSize, position: CaptionPosition
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the letters of a block."""
    width = max(measure.of(line.words) for line in lines)
    first = first_baseline(len(lines), measure.em, frame, position)
    last = first + (len(lines) - 1) * LINE_EM * measure.em
    return (
        (frame.width - width) / 2,
        first - 0.85 * measure.em,
        (frame.width + width) / 2,
        last + 0.28 * measure.em,
    )

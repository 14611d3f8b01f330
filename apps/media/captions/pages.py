"""Put words together into pages: what is on screen at one time, in one or two lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.media.captions.styles import CaptionLook
from apps.media.captions.words import Word
from apps.media.formats import FrameSize


@dataclass(frozen=True)
class Line:
    """Words that stand beside each other."""

    words: tuple[Word, ...]


@dataclass(frozen=True)
class Page:
    """Lines shown together from `start_s` to `end_s`."""

    lines: tuple[Line, ...]
    start_s: float
    end_s: float


def group_words(words: Sequence[Word], look: CaptionLook, frame: FrameSize) -> tuple[Page, ...]:
    """Pages that fit the style and the frame's width, end where sentences end, and leave no flickering gap."""
    raise NotImplementedError

"""Burnt captions as an ASS document."""

from collections.abc import Sequence

from apps.media.captions.styles import CaptionLook
from apps.media.captions.words import Word
from apps.media.formats import FrameSize


def ass_document(words: Sequence[Word], look: CaptionLook, frame: FrameSize, *, fps: int = 30,
                 window: tuple[int, int] | None = None) -> str:
    """The ASS document that draws the words in a style; only what is seen in the frames of `window` where it is given."""
    raise NotImplementedError

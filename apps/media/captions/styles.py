"""How captions look: the styles a person can choose from, where they stand, and the colours they take."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from apps.media.formats import FrameSize
from apps.media.graphics.palettes import Palette


class CaptionStyle(StrEnum):
    """How the words are shown while they are spoken."""

    POP = "pop"  # the spoken word grows and takes the accent colour
    KARAOKE = "karaoke"  # the line fills with the accent colour as it is spoken
    BOLD_BOX = "bold_box"  # the spoken word stands in a box of the accent colour
    MINIMAL = "minimal"  # small plain lines low in the picture
    ONE_WORD = "one_word"  # each word alone, very large
    REVEAL = "reveal"  # the words of a line appear one by one


class CaptionPosition(StrEnum):
    """Where captions stand; each stays clear of what platforms draw over the picture."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


@dataclass(frozen=True)
class CaptionLook:
    """Everything that decides how captions are drawn. `scale` makes all text larger or smaller (0.5 to 2)."""

    style: CaptionStyle
    palette: Palette
    position: CaptionPosition = CaptionPosition.BOTTOM
    scale: float = 1.0

    def __post_init__(self) -> None:
        if not 0.5 <= self.scale <= 2.0:
            raise ValueError(f"captions can be scaled by 0.5 to 2, not {self.scale}")


@dataclass(frozen=True)
class Type:
    """The lettering of a style. `size` is the em as a share of the frame's basis, `outline` and `space` (between
    words) of the em.

    `lines` and `words` are the most that stand on screen together; `face` is preferred where it has the script.
    """

    face: str
    size: float
    lines: int
    words: int
    outline: float
    space: float = 0.30


TYPES: Mapping[CaptionStyle, Type] = {
    CaptionStyle.POP: Type("Montserrat", 0.078, lines=2, words=5, outline=0.10, space=0.36),
    CaptionStyle.KARAOKE: Type("Poppins", 0.066, lines=2, words=8, outline=0.09),
    CaptionStyle.BOLD_BOX: Type("Montserrat", 0.074, lines=2, words=5, outline=0.09, space=0.36),
    CaptionStyle.MINIMAL: Type("Inter", 0.044, lines=2, words=12, outline=0.05),
    CaptionStyle.ONE_WORD: Type("Anton", 0.150, lines=1, words=1, outline=0.07),
    CaptionStyle.REVEAL: Type("Poppins", 0.068, lines=2, words=6, outline=0.08),
}
TITLE_TYPE = Type("Montserrat", 0.070, lines=3, words=12, outline=0.28)


@dataclass(frozen=True)
class SafeArea:
    """What stays free at each edge, as shares of width (`side`) and height: platforms put buttons and titles there."""

    side: float
    top: float
    bottom: float


def safe_area(frame: FrameSize) -> SafeArea:
    """Tall frames leave room for the buttons and texts of TikTok, Reels and Shorts; wide ones for a player's bar."""
    shape = frame.height / frame.width
    if shape >= 1.5:
        return SafeArea(side=0.09, top=0.14, bottom=0.26)
    if shape >= 1.1:
        return SafeArea(side=0.08, top=0.09, bottom=0.13)
    return SafeArea(side=0.08 if shape > 0.8 else 0.12, top=0.08, bottom=0.10)


def text_basis(frame: FrameSize) -> float:
    """The length in pixels that letter sizes are shares of: the shorter side, a little less where it is the height."""
    return min(frame.width, frame.height) * (1.0 if frame.height > frame.width * 1.5 else 0.9)

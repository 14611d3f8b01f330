"""How captions look: the styles a person can choose from, where they stand, and the colours they take."""

from dataclasses import dataclass
from enum import StrEnum

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

    def key_parts(self) -> dict[str, object]:
        palette = self.palette.to_json()
        palette.pop("name")
        return {"style": self.style.value, "palette": palette, "position": self.position.value, "scale": self.scale}

"""Scenes, how they meet, and the segments they are rendered in.

A video is a row of scenes; neighbours overlap by the frames of their transition. It is rendered in **segments**: the
*body* of a scene (what it shows alone) and the *transition* between two. A segment knows only its own scenes, in their
own time, so a change in one scene leaves the segments of every other scene as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from apps.media.captions.styles import CaptionLook
from apps.media.captions.words import Word
from apps.media.formats import FRAME_SIZES, Encoder, FormatName, FrameSize
from apps.media.scenes.sources import Source, file_sha256


class TransitionName(StrEnum):
    """How one scene gives way to the next."""

    CUT = "cut"
    FADE = "fade"
    FADE_BLACK = "fade_black"
    SLIDE_LEFT = "slide_left"
    SLIDE_UP = "slide_up"
    WIPE_LEFT = "wipe_left"
    SMOOTH_LEFT = "smooth_left"
    CIRCLE_OPEN = "circle_open"
    ZOOM_IN = "zoom_in"


@dataclass(frozen=True)
class Transition:
    """A transition of so many frames, in which both scenes are seen. A cut has none."""

    name: TransitionName = TransitionName.CUT
    frames: int = 0

    def __post_init__(self) -> None:
        if (self.name is TransitionName.CUT) != (self.frames == 0) or self.frames < 0:
            raise ValueError(f"a “{self.name}” of {self.frames} frames does not exist")


CUT = Transition()


class Corner(StrEnum):
    """Where a watermark stands."""

    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM_RIGHT = "bottom_right"


@dataclass(frozen=True)
class Watermark:
    """A picture (PNG with transparency) in a corner.

    `opacity` 0 to 1; `size` is its width as a share of the frame's shorter side.
    """

    path: Path
    corner: Corner = Corner.TOP_RIGHT
    opacity: float = 0.8
    size: float = 0.14
    digest: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.opacity <= 1.0 or not 0.01 <= self.size <= 1.0:
            raise ValueError("a watermark's opacity lies between 0 and 1, its size between 0.01 and 1")

    def key_parts(self) -> dict[str, object]:
        return {
            "file": self.digest or file_sha256(self.path),
            "corner": self.corner.value,
            "opacity": self.opacity,
            "size": self.size,
        }


@dataclass(frozen=True)
class Title:
    """A line of text laid over the first seconds of a scene (the hook), gone `end_s` after the scene starts."""

    text: str
    end_s: float = 3.0


@dataclass(frozen=True)
class Scene:
    """One scene of `frames` frames, transitions included.

    `words` are in seconds from the scene's own start. `transition` leads into the next scene; the last one has none.
    """

    source: Source
    frames: int
    words: tuple[Word, ...] = ()
    transition: Transition = CUT
    title: Title | None = None
    watermarked: bool = True

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise ValueError("a scene needs at least one frame")


@dataclass(frozen=True)
class Look:
    """What all scenes of a video share: frame rate, captions, watermark, encoder, and the size of each format."""

    captions: CaptionLook | None = None
    watermark: Watermark | None = None
    fps: int = 30
    encoder: Encoder = field(default_factory=Encoder)
    sizes: Mapping[FormatName, FrameSize] = field(default_factory=lambda: FRAME_SIZES)


@dataclass(frozen=True)
class Shot:
    """Frames `first` to `first + frames` of a scene."""

    scene: Scene
    first: int
    frames: int

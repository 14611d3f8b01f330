"""Single pictures: a frame of a video, or what a scene will look like."""

from pathlib import Path
from typing import Literal

from apps.media.formats import FormatName, FrameSize
from apps.media.scenes.model import Look, Scene
from apps.media.scenes.sources import Source

ImageKind = Literal["jpeg", "png"]


def frame_at(path: Path, t_s: float, size: FrameSize | None = None, *, kind: ImageKind = "jpeg") -> bytes:
    """The frame shown at `t_s` seconds (the last one where the video is shorter), covering `size` if given.

    Raises NotMedia, FFmpegFailed.
    """
    raise NotImplementedError


def still_of_source(source: Source, format_name: FormatName, *, size: FrameSize | None = None, share: float = 0.4) -> bytes:
    """JPEG of a source in the shape of a format, at `share` of its length. Default size: the format's, halved."""
    raise NotImplementedError


def still_of_scene(scene: Scene, look: Look, format_name: FormatName, *, at_s: float | None = None) -> bytes:
    """JPEG of a scene with its captions, title and watermark, in the look's size. Default time: the middle of the first word."""
    raise NotImplementedError

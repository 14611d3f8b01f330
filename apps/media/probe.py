"""What is in a media file, read with ffprobe."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class VideoStream:
    """The first picture stream. Width and height are as shown (rotation and pixel shape applied)."""

    width: int
    height: int
    fps: float
    codec: str
    pix_fmt: str
    rotation: int
    variable_rate: bool
    hdr: bool
    frames: int | None


@dataclass(frozen=True)
class AudioStream:
    """The first sound stream; `duration_s` is 0 where the file does not say."""

    codec: str
    sample_rate: int
    channels: int
    duration_s: float


@dataclass(frozen=True)
class Probe:
    """A media file that can be used. A picture file (PNG, JPEG …) is a `still` and lasts 0 seconds."""

    duration_s: float
    container: str
    size_bytes: int
    video: VideoStream | None
    audio: AudioStream | None
    still: bool


def probe(path: Path, *, whole: bool = True) -> Probe:
    """What is in the file. `whole` also checks that its end is there (for files that came from outside).

    Raises NotMedia with a sentence for the user: missing, empty, cut off, not a media file.
    """
    raise NotImplementedError

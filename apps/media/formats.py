"""Picture formats and the encoder settings that all segments of a video share."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType


class FormatName(StrEnum):
    """The shape of the picture, by its aspect ratio."""

    VERTICAL = "9x16"
    WIDE = "16x9"
    SQUARE = "1x1"
    PORTRAIT = "4x5"


@dataclass(frozen=True)
class FrameSize:
    """Width and height in pixels; both even (4:2:0). Raises ValueError otherwise."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 2 or self.height < 2 or self.width % 2 or self.height % 2:
            raise ValueError(f"a frame needs even sides of at least 2 pixels, not {self.width}×{self.height}")

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def frame_bytes(self) -> int:
        """Bytes of one yuv420p frame."""
        return self.width * self.height * 3 // 2


FRAME_SIZES: Mapping[FormatName, FrameSize] = MappingProxyType(
    {
        FormatName.VERTICAL: FrameSize(1080, 1920),
        FormatName.WIDE: FrameSize(1920, 1080),
        FormatName.SQUARE: FrameSize(1080, 1080),
        FormatName.PORTRAIT: FrameSize(1080, 1350),
    }
)
"""The sizes that the product delivers."""


@dataclass(frozen=True)
class Encoder:
    """x264 settings. Segments that are joined must share all of them: they share one set of stream parameters.

    `gop_s` is the longest distance of two key frames in seconds; `threads` is per output (0: one a core); `tuning` are
    x264's own parameters; `peak_kbits` is the highest rate that may be needed at any time, 0 for no limit. The
    defaults were measured (docs/media.md): superfast with the macroblock tree, which it leaves out by itself, has the
    size and quality of veryfast in two thirds of its time.
    """

    preset: str = "superfast"
    crf: float = 22
    tuning: str = "mbtree=1:rc-lookahead=10"
    gop_s: int = 2
    threads: int = 1
    peak_kbits: int = 0

    def arguments(self, fps: int | Fraction) -> list[str]:
        """FFmpeg's output options: H.264 High, closed GOPs, constant frame rate, BT.709 limited range."""
        parameters = ":".join(filter(None, ("open-gop=0:stitchable=1:force-cfr=1", self.tuning)))
        rate = Fraction(fps)
        ticks = rate.numerator * (1000 if rate.denominator == 1 else 1)
        peak = f"-maxrate {self.peak_kbits}k -bufsize {2 * self.peak_kbits}k " if self.peak_kbits else ""
        return (
            f"-c:v libx264 -preset {self.preset} -crf {self.crf:g} -threads {self.threads} -profile:v high -level 4.1 "
            f"-pix_fmt yuv420p -g {round(self.gop_s * rate)} {peak}-x264-params {parameters} -color_primaries bt709 "
            f"-color_trc bt709 -colorspace bt709 -color_range tv -video_track_timescale {ticks}"
        ).split()

    def key_parts(self) -> dict[str, object]:
        """What of it decides the encoded pixels."""
        return {
            "codec": "x264",
            "preset": self.preset,
            "crf": self.crf,
            "gop_s": self.gop_s,
            "tuning": self.tuning,
        }

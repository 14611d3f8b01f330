"""Pictures of a video's timeline: small ones on one sheet with their times, and the one that stands for it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageStat

from apps.media.errors import disk_room
from apps.media.ffmpeg import Expect, Output, run
from apps.media.house.rules import GOP_S
from apps.media.probe import probe_once, source_url
from apps.media.stills import frame_at

TILE_SIDE = 160  # pixels, the longer one
MOST_TILES = 100
ACROSS = 10
SHORT_S = 30.0  # up to here every half second has its picture
QUALITY = "5"  # of FFmpeg's JPEG: 2 is the best
LOOKED_AT = (0.1, 0.7)  # shares of the length between which a picture may stand for the video


@dataclass(frozen=True)
class Sprite:
    """A sheet of `count` pictures, ACROSS in a row, one every `every_s` seconds; sizes in pixels."""

    width: int
    height: int
    count: int
    every_s: float

    def place(self, number: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of a picture on the sheet."""
        left, top = number % ACROSS * self.width, number // ACROSS * self.height
        return left, top, left + self.width, top + self.height

    def to_vtt(self, sheet: str, duration_s: float) -> str:
        """WebVTT whose cues say which part of the sheet belongs to which time (Media Fragments, `#xywh=`)."""
        lines = ["WEBVTT", ""]
        for number in range(self.count):
            start = number * self.every_s
            end = duration_s if number == self.count - 1 else start + self.every_s
            left, top, _, _ = self.place(number)
            lines += [
                f"{_clock(start)} --> {_clock(end)}",
                f"{sheet}#xywh={left},{top},{self.width},{self.height}",
                "",
            ]
        return "\n".join(lines)


def make_sprite(
    mezzanine: Path, out: Path, *, cancelled: Callable[[], bool] | None = None, time_limit_s: float = 900.0
) -> Sprite:
    """A JPEG with pictures of the whole timeline of a file in the house format. Raises as `ffmpeg.run` does."""
    facts = probe_once(mezzanine)
    if facts.video is None:
        raise ValueError("there is no picture in this file")
    every_s = _distance(facts.duration_s)
    count = max(1, math.ceil(facts.duration_s / every_s - 0.01))
    share = TILE_SIDE / max(facts.video.width, facts.video.height)
    width, height = (max(2, round(side * share / 2) * 2) for side in (facts.video.width, facts.video.height))
    # Key frames stand every two seconds: from there on nothing else has to be decoded.
    sparse = ["-skip_frame", "nokey"] if every_s >= GOP_S else []
    rows = math.ceil(count / ACROSS)
    tiles = (
        f"fps=1/{every_s:.6f}:start_time=0:round=up,scale={width}:{height}:flags=area,"
        f"tpad=stop=-1:stop_mode=clone,trim=end_frame={count},tile={ACROSS}x{rows}"
    )
    expect = Expect(width=width * ACROSS, height=height * rows)
    with disk_room():
        run(
            [*sparse, "-an", "-i", source_url(mezzanine)],
            [Output(out, ("-vf", tiles, "-frames:v", "1", "-q:v", QUALITY, "-update", "1"), expect)],
            cancelled=cancelled,
            time_limit_s=time_limit_s,
        )
    return Sprite(width, height, count, every_s)


def best_frame(mezzanine: Path, sheet: Path, sprite: Sprite) -> bytes:
    """JPEG of the frame that stands for the video: the one of the sheet with most to see, so that fades and empty walls
    are passed over; the beginning and the end are left out.

    Raises NotMedia, FFmpegFailed, FFmpegTimeout.
    """
    first, last = (round((sprite.count - 1) * share) for share in LOOKED_AT)
    with Image.open(sheet) as image:
        grey = image.convert("L")
    best = max(range(first, last + 1), key=lambda number: _contrast(grey.crop(sprite.place(number))))
    return frame_at(mezzanine, best * sprite.every_s)


def _contrast(tile: Image.Image) -> float:
    return float(ImageStat.Stat(tile).stddev[0])


def _distance(duration_s: float) -> float:
    """Seconds from one picture to the next: half a second in short videos, more in those that would fill the sheet."""
    least = 0.5 if duration_s <= SHORT_S else float(GOP_S)
    return max(least, duration_s / MOST_TILES)


def _clock(seconds: float) -> str:
    millis = round(seconds * 1000)
    return f"{millis // 3_600_000:02}:{millis // 60_000 % 60:02}:{millis // 1000 % 60:02}.{millis % 1000:03}"

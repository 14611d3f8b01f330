"""Mend a finished video for a platform: another shape on a blurred ground, a shorter one, levelled sound, plain MP4."""

import shutil
import tempfile
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from apps.media import sound
from apps.media.errors import NotMedia, disk_room
from apps.media.ffmpeg import Expect, Output, run
from apps.media.formats import FrameSize
from apps.media.house import rules
from apps.media.house.mezzanine import (
    Encoding,
    Limits,
    Mezzanine,
    check_decodes,
    encode_picture,
    join,
    upright,
)
from apps.media.probe import Probe, VideoStream, probe, source_url

FIT_VERSION = 1
"""Raised whenever the same file would be mended to another one."""

_BLUR_SHARE = 16  # the ground is blurred in a small picture: that is quick, and as soft
_SOUND_BEGINS, _SOUND_ENDS = 0.7, 0.95  # of the whole work


@dataclass(frozen=True)
class Box:
    """Where a picture stands in another one, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Fit:
    """What is changed of a file. All that it decides stands here, so the same file and Fit become the same video.

    `frame` and `fps` are those of the new picture; without a frame the picture is copied. `box` is where the source
    stands in the frame; without one it fills it. `keep_s` keeps only so much from the start (asks for a frame).
    `level_sound` brings the sound to −14 LUFS, and gives a silent video a silent track. `peak_kbits` is the highest
    rate of the picture, 0 for the house's own.
    """

    frame: FrameSize | None = None
    fps: Fraction = Fraction(30)
    box: Box | None = None
    keep_s: float | None = None
    level_sound: bool = False
    peak_kbits: int = 0

    def __post_init__(self) -> None:
        if self.frame is None and (self.keep_s is not None or self.box is not None):
            raise ValueError("what is cut or placed is encoded: it needs a frame")

    def to_json(self) -> dict[str, Any]:
        """All of it, and by which version of this module it is done."""
        return {**asdict(self), "fps": str(self.fps), "version": FIT_VERSION}


def inside(width: int, height: int, frame: FrameSize, safe: tuple[float, float, float, float]) -> Box:
    """The largest place of this shape in the frame's safe part. `safe` are the shares of the frame that are left
    free at the top, the right, the bottom and the left."""
    top, right, bottom, left = safe
    room_w, room_h = frame.width * (1 - left - right), frame.height * (1 - top - bottom)
    scale = min(room_w / width, room_h / height)
    wide, high = _even(width * scale), _even(height * scale)
    x = left * frame.width + (room_w - wide) / 2
    y = top * frame.height + (room_h - high) / 2
    return Box(_even(x), _even(y), wide, high)


def _even(side: float) -> int:
    return max(0, int(side) // 2 * 2)


def fit(source: Path, out: Path, wanted: Fit, limits: Limits | None = None) -> None:
    """Make the MP4 (H.264, AAC, index first) that `wanted` says, decoded to its end before it gets its name.

    Raises NotMedia with a sentence, FFmpegFailed, FFmpegTimeout, FFmpegCancelled, DiskFull.
    """
    limits = limits or Limits()
    facts = probe(source)
    if facts.video is None or facts.still:
        raise NotMedia("There is no moving picture in this file. Choose a video.")
    with disk_room(), tempfile.TemporaryDirectory(prefix=".fit-", dir=out.parent) as folder:
        work = Path(folder)
        whole = work / "whole.mp4"
        if wanted.frame is None:
            length_s = facts.video.duration_s
            _copy_picture(source, _track(source, facts, wanted, length_s, work, limits), facts, whole, limits)
        else:
            made = _encode(source, facts, facts.video, wanted, work, limits)
            length_s = made.duration_s
            track = _levelled(source if facts.audio else None, length_s, work, limits)
            join(work / "picture.mp4", track, made, whole, limits)
        check_decodes(whole, length_s, limits)
        shutil.move(whole, out)
    limits.on_progress(1.0, "")


def _encode(
    source: Path, facts: Probe, video: VideoStream, wanted: Fit, work: Path, limits: Limits
) -> Mezzanine:
    frame = wanted.frame or rules.house_size(video.width, video.height)
    picture = rules.Picture(frame, wanted.fps)
    if wanted.box is None:
        filters = upright(facts, video, picture)
    else:
        stands = rules.Picture(FrameSize(wanted.box.width, wanted.box.height), wanted.fps)
        filters = f"{upright(facts, video, stands)},{_on_blurred_ground(frame, wanted.box)}"
    total_s = video.duration_s if wanted.keep_s is None else min(wanted.keep_s, video.duration_s)
    how = Encoding(total_s, wanted.peak_kbits, cut=wanted.keep_s is not None)
    return encode_picture(source, work / "picture.mp4", filters, picture, how, limits)


def _on_blurred_ground(frame: FrameSize, box: Box) -> str:
    """The picture in its place, before itself: filling the frame, out of focus and a little darker."""
    small_w, small_h = (_even(side / _BLUR_SHARE) or 2 for side in (frame.width, frame.height))
    ground = (
        f"scale={small_w}:{small_h}:force_original_aspect_ratio=increase,crop={small_w}:{small_h},gblur=sigma=2,"
        f"scale={frame.width}:{frame.height}:flags=bicubic,setsar=1,lutyuv=y=val*0.7+5"
    )
    return f"split[back][front];[back]{ground}[ground];[ground][front]overlay={box.x}:{box.y},format=yuv420p"


def _track(source: Path, facts: Probe, wanted: Fit, length_s: float, work: Path, limits: Limits) -> Path:
    """The sound beside a copied picture: the source's own, or made from it."""
    if not wanted.level_sound:
        return source
    return _levelled(source if facts.audio else None, length_s, work, limits)


def _levelled(source: Path | None, length_s: float, work: Path, limits: Limits) -> Path:
    out = work / "sound.m4a"
    sound.master(
        source,
        out,
        total_s=length_s,
        on_progress=lambda share: limits.on_progress(
            _SOUND_BEGINS + share * (_SOUND_ENDS - _SOUND_BEGINS), "levelling the sound"
        ),
        cancelled=limits.cancelled,
        time_limit_s=limits.time_limit_s,
    )
    return out


def _copy_picture(source: Path, track: Path, facts: Probe, out: Path, limits: Limits) -> None:
    limits.on_progress(_SOUND_ENDS, "putting it together")
    assert facts.video is not None  # noqa: S101 – asked before
    has_sound = track != source or facts.audio is not None
    maps = ["-map", "0:v:0", *(["-map", "1:a:0"] if has_sound else [])]
    run(
        ["-i", source_url(source), "-i", source_url(track)],
        [
            Output(
                out,
                (
                    *maps,
                    *["-c", "copy", "-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart"],
                ),
                Expect(width=facts.video.width, height=facts.video.height, audio=has_sound),
            )
        ],
        cancelled=limits.cancelled,
        time_limit_s=limits.time_limit_s,
    )

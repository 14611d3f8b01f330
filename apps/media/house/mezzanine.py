"""Bring a video file into the house format: encode what is not in it yet, copy what is."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from apps.media import sound
from apps.media.errors import FFmpegFailed, NotMedia, disk_room
from apps.media.ffmpeg import Expect, Output, run
from apps.media.house import rules
from apps.media.packets import packets
from apps.media.probe import Probe, VideoStream, probe, source_url
from apps.media.scenes.graph import TONE_MAP

MEZZANINE_VERSION = 1
"""Raised whenever the same source would become another file."""

_PICTURE, _SOUND = 0.7, 0.95  # of the whole work, where each ends
_MOST_MISSING = 0.1  # of a picture's length, which damaged files lose at their end
_DAMAGED = (
    "The picture of this file breaks off after {here:.1f} of {said:.1f} seconds: it is damaged. "
    "Export it once more."
)


@dataclass(frozen=True)
class Mezzanine:
    """What was made. `copied` names the streams that were in the house format already."""

    width: int
    height: int
    fps: Fraction
    frames: int
    copied: tuple[str, ...]

    @property
    def duration_s(self) -> float:
        return float(self.frames / self.fps)


@dataclass(frozen=True)
class Limits:
    """What a caller may ask of the work: to be told of it, to stop it, and how long it may take."""

    on_progress: Callable[[float, str], None] = lambda share, what: None
    cancelled: Callable[[], bool] | None = None
    time_limit_s: float = 4 * 3600.0


def make_mezzanine(source: Path, out: Path, limits: Limits | None = None) -> Mezzanine:
    """H.264 High 4.1 with a closed GOP of two seconds at a constant rate, AAC 48 kHz stereo at −14 LUFS that is exactly
    as long as the picture, MP4 without an edit list.

    The result is decoded to its end before it gets its name. Raises NotMedia with a sentence, FFmpegFailed,
    FFmpegTimeout, FFmpegCancelled, DiskFull.
    """
    limits = limits or Limits()
    facts = probe(source)
    if facts.video is None or facts.still:
        raise NotMedia("There is no moving picture in this file: choose another one.")
    with disk_room(), tempfile.TemporaryDirectory(prefix=".house-", dir=out.parent) as folder:
        work = Path(folder)
        made, picture = _picture(source, facts, facts.video, work, limits)
        track = _sound(source, facts, made, work, limits)
        copied = (*(["picture"] if picture == source else []), *(["sound"] if track == source else []))
        whole = work / "whole.mp4"
        if picture == track == source and rules.plays_while_it_loads(source):
            shutil.copyfile(source, whole)  # the same bytes, which are stored once
        else:
            join(picture, track, made, whole, limits)
        check_house(whole, made, limits)
        whole.replace(out)
    limits.on_progress(1.0, "")
    return Mezzanine(made.width, made.height, made.fps, made.frames, copied)


def _picture(
    source: Path, facts: Probe, video: VideoStream, work: Path, limits: Limits
) -> tuple[Mezzanine, Path]:
    """The picture as a file: the source itself where it can be copied."""
    rate = rules.has_house_picture(source, video)
    if rate is not None:
        frames = sum(1 for _ in packets(source, "v:0"))
        return Mezzanine(video.width, video.height, rate, frames, ()), source
    wanted = rules.picture_for(video)
    out = work / "picture.mp4"
    made = encode_picture(
        source,
        out,
        upright(facts, video, wanted),
        wanted,
        Encoding(total_s=video.duration_s),
        limits,
    )
    if made.duration_s < video.duration_s * (1 - _MOST_MISSING) - rules.GOP_S:
        raise NotMedia(_DAMAGED.format(here=made.duration_s, said=video.duration_s))
    return made, out


@dataclass(frozen=True)
class Encoding:
    """How a picture of `total_s` is encoded: at most `peak_kbits` at any time (0: as the house has it), and with
    `cut` nothing of what follows."""

    total_s: float
    peak_kbits: int = 0
    cut: bool = False


def encode_picture(
    source: Path, out: Path, filters: str, wanted: rules.Picture, how: Encoding, limits: Limits
) -> Mezzanine:
    """The first picture stream, through these filters, in the house's coding; no sound."""
    size = wanted.size
    encoder = replace(rules.ENCODER, peak_kbits=how.peak_kbits or rules.ENCODER.peak_kbits)
    options = (
        *["-map", "0:v:0", "-an", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-vf"],
        filters,
        *("-fps_mode", "cfr", "-r", _text(wanted.fps)),
        *encoder.arguments(wanted.fps),
    )
    run(
        [*(["-t", f"{how.total_s:.6f}"] if how.cut else []), "-i", source_url(source)],
        [Output(out, options, Expect(width=size.width, height=size.height))],
        total_s=how.total_s,
        on_progress=lambda share: limits.on_progress(share * _PICTURE, "encoding the picture"),
        cancelled=limits.cancelled,
        time_limit_s=limits.time_limit_s,
    )
    frames = sum(1 for _ in packets(out, "v:0"))
    return Mezzanine(size.width, size.height, wanted.fps, frames, ())


def upright(facts: Probe, video: VideoStream, wanted: rules.Picture) -> str:
    """Upright, progressive, square pixels, BT.709 in limited range, one frame after the other from zero on."""
    small = min(video.width, video.height) < 720
    tagged = "" if video.colour_space else f"setparams=colorspace={'smpte170m' if small else 'bt709'},"
    scale = f"scale={wanted.size.width}:{wanted.size.height}:flags=bicubic"
    scale += f",{TONE_MAP}" if video.hdr else ":out_color_matrix=bt709:out_range=tv"
    return (
        f"bwdif=mode=send_frame:deint=interlaced,fps={_text(wanted.fps)}:start_time=0,"
        f"{tagged}{scale},setsar=1,format=yuv420p"
    )


def _sound(source: Path, facts: Probe, made: Mezzanine, work: Path, limits: Limits) -> Path:
    """The sound as a file, exactly as long as the picture: the source itself where it can be copied; else silence."""
    limits.on_progress(_PICTURE, "measuring the sound")
    if facts.audio and rules.has_house_sound(source, made.duration_s):
        found = sound.measure(source)
        close = abs(found.lufs - sound.TARGET_LUFS) <= sound.TOLERANCE_LU
        if (close and found.true_peak_dbtp <= sound.TRUE_PEAK_LIMIT_DBTP) or found.silent:
            return source
    out = work / "sound.m4a"
    sound.master(
        source if facts.audio else None,
        out,
        total_s=made.duration_s,
        on_progress=lambda share: limits.on_progress(
            _PICTURE + share * (_SOUND - _PICTURE), "levelling the sound"
        ),
        cancelled=limits.cancelled,
        time_limit_s=limits.time_limit_s,
    )
    return out


def join(picture: Path, track: Path, made: Mezzanine, out: Path, limits: Limits) -> None:
    """Copy both into one MP4 that needs no edit list: the encoder's lead-in is left out, and pictures that are shown
    later than they are decoded have negative offsets instead."""
    inputs = ["-i", source_url(picture), "-i", source_url(track)]
    lead_in = ("-bsf:a", "noise=drop=lt(pts\\,0)")
    options = (
        *["-map", "0:v:0", "-map", "1:a:0", "-c", "copy", "-map_metadata", "-1", "-map_chapters", "-1"],
        *lead_in,
        *f"-video_track_timescale {_timescale(made.fps)} -use_editlist 0".split(),
        *["-movflags", "+faststart+negative_cts_offsets"],
    )
    expect = Expect(
        frames=made.frames,
        duration_s=made.duration_s,
        tolerance_s=0.002,
        width=made.width,
        height=made.height,
        audio=True,
    )
    run(
        inputs,
        [Output(out, options, expect)],
        total_s=made.duration_s,
        cancelled=limits.cancelled,
        time_limit_s=limits.time_limit_s,
    )


def check_house(out: Path, made: Mezzanine, limits: Limits) -> None:
    """Raises FFmpegFailed where the result is not the house format, or not to be decoded to its end."""
    limits.on_progress(_SOUND, "checking the result")
    facts = probe(out)
    if facts.video is None or rules.has_house_picture(out, facts.video) != made.fps:
        raise FFmpegFailed("the picture is not in the house format")
    if not rules.has_house_sound(out, made.duration_s):
        raise FFmpegFailed("the sound is not in the house format")
    if not rules.plays_while_it_loads(out):
        raise FFmpegFailed("the index does not stand at the beginning")
    check_decodes(out, made.duration_s, limits)


def check_decodes(out: Path, total_s: float, limits: Limits) -> None:
    """Decode everything to its end. Raises FFmpegFailed at the first error."""
    strict = ["-xerror", "-err_detect", "explode", "-i", source_url(out)]
    run(
        [*strict, "-map", "0", "-f", "null", "-"],
        total_s=total_s,
        on_progress=lambda share: limits.on_progress(_SOUND + share * (1 - _SOUND), "checking the result"),
        cancelled=limits.cancelled,
        time_limit_s=limits.time_limit_s,
    )


def _text(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"


def _timescale(rate: Fraction) -> int:
    """Ticks a second in which every frame has a whole length."""
    return rate.numerator if rate.denominator > 1 else rate.numerator * 1000

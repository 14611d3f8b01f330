"""What the house format is, and whether a file is in it already."""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from apps.media.formats import Encoder, FrameSize
from apps.media.packets import Packet, StreamFacts, packets, stream_facts
from apps.media.probe import VideoStream
from apps.media.sound import SAMPLE_RATE

GOP_S = 2
LONG_SIDE, SHORT_SIDE = 1920, 1080
LARGEST_LEVEL = 41
RATES = (Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30))
FASTEST = Fraction(305, 10)  # what is above is halved until it is not
SLOWEST = Fraction(235, 10)
RATE_TOLERANCE = 0.02
# A loop goes to a platform as it is: so no second is larger than what they all take.
ENCODER = Encoder(
    crf=20, gop_s=GOP_S, threads=0, tuning="mbtree=1:rc-lookahead=10:scenecut=0", peak_kbits=12_000
)
AAC_FRAME = 1024  # samples


@dataclass(frozen=True)
class Picture:
    """How a picture is brought into the house: its size, its rate."""

    size: FrameSize
    fps: Fraction


def picture_for(video: VideoStream) -> Picture:
    """Size and rate for a source: never larger than it is, never faster than 30 frames a second."""
    return Picture(
        house_size(video.width, video.height), house_rate(video.fps, steady=not video.variable_rate)
    )


def house_size(width: int, height: int) -> FrameSize:
    """The source's shape within 1920 × 1080 (or 1080 × 1920), with even sides; smaller ones keep their size."""
    long_side, short_side = max(width, height), min(width, height)
    share = min(1.0, LONG_SIDE / long_side, SHORT_SIDE / short_side)
    return FrameSize(_even(width * share), _even(height * share))


def _even(side: float) -> int:
    return max(2, round(side / 2) * 2)


def house_rate(fps: float, *, steady: bool = True) -> Fraction:
    """The house rate for a source's: fast ones are halved (60 → 30, 50 → 25), slow ones and none become 30.

    What is not `steady` has frames closer than its average says: it becomes 30 unless it nearly is a house rate.
    """
    rate = Fraction(fps).limit_denominator(100_000)
    while rate > FASTEST:
        rate /= 2
    if rate < SLOWEST:
        return Fraction(30)
    near = min(RATES, key=lambda one: abs(one - rate))
    return near if steady or abs(near / rate - 1) < RATE_TOLERANCE else Fraction(30)


def rate_between(fps: float, *, steady: bool, least: float | None, most: float | None) -> Fraction:
    """The house rate for a source's, or the next one that lies within these bounds."""
    rate = house_rate(fps, steady=steady)
    fitting = [one for one in RATES if (least or 0) <= one <= (most or FASTEST)]
    return rate if rate in fitting or not fitting else min(fitting, key=lambda one: abs(one - rate))


def has_house_picture(path: Path, video: VideoStream) -> Fraction | None:
    """The frame rate of a picture that can be copied as it is; None where it has to be encoded."""
    facts = stream_facts(path, "v:0")
    if not _has_house_coding(video, facts):
        return None
    return _house_timing(list(packets(path, "v:0")), facts)


def _has_house_coding(video: VideoStream, facts: StreamFacts) -> bool:
    wanted = house_size(video.width, video.height)
    return (
        facts.codec == "h264"
        and facts.profile == "High"
        and 0 < facts.level <= LARGEST_LEVEL
        and facts.pix_fmt == "yuv420p"
        and facts.field_order in ("progressive", "unknown", "")
        and not video.rotation
        and facts.square_pixels
        and (video.width, video.height) == (wanted.width, wanted.height)
        and facts.colour_range in ("tv", "")
        and facts.colour_space in ("bt709", "")
    )


def _house_timing(found: list[Packet], facts: StreamFacts) -> Fraction | None:
    """The rate, where frames follow each other at a house rate from zero on, in closed GOPs of two seconds."""
    times = sorted(packet.pts for packet in found)
    rate = next((rate for rate in RATES if abs(float(rate) - facts.fps) < 0.001), None)
    if rate is None or not found or times[0] != 0 or any(packet.discarded for packet in found):
        return None
    step = 1 / (rate * facts.time_base)  # exact: what is rounded to milliseconds is not constant
    if any(at != number * step for number, at in enumerate(times)):
        return None
    if sum(packet.size for packet in found) * 8 / 1000 > ENCODER.peak_kbits * len(found) / rate:
        return None
    gop = round(GOP_S * rate)
    if not found[0].key or not _closed(found):
        return None
    keys = sorted(round(packet.pts / step) for packet in found if packet.key)
    even = all(after - before == gop for before, after in pairwise(keys))
    return rate if even and len(found) - keys[-1] <= gop else None


def _closed(found: list[Packet]) -> bool:
    """Whether no frame that is decoded after a key frame is shown before it."""
    latest_key = -1
    for packet in found:
        if packet.key:
            latest_key = packet.pts
        elif packet.pts < latest_key:
            return False
    return True


def has_house_sound(path: Path, picture_s: float) -> bool:
    """Whether the first sound is AAC in stereo at 48 kHz, from the first picture to the last, without an edit list."""
    facts = stream_facts(path, "a:0")
    right = facts.codec == "aac" and facts.profile == "LC" and facts.channels == 2
    timed = facts.sample_rate == SAMPLE_RATE and facts.time_base == Fraction(1, SAMPLE_RATE)
    if not right or not timed or has_edit_list(path):
        return False
    found = list(packets(path, "a:0"))
    start, samples = found[0].pts if found else -1, sum(packet.duration for packet in found)
    return start == 0 and abs(samples - round(picture_s * SAMPLE_RATE)) <= 1


def has_edit_list(path: Path) -> bool:
    """Whether an MP4 says that parts of its streams are to be left out or shown later."""
    return any(name == b"elst" for name in _boxes(path))


def plays_while_it_loads(path: Path) -> bool:
    """Whether an MP4 has its index before its bytes."""
    names = [name for name in _boxes(path) if name in (b"moov", b"mdat")]
    return names[:1] == [b"moov"]


_FOLDERS = (b"moov", b"trak", b"edts")


def _boxes(path: Path) -> Iterator[bytes]:
    """The names of an MP4's boxes, in order, as far as they can hold an edit list (ISO/IEC 14496-12, 4.2)."""
    with path.open("rb") as file:
        at, end = 0, path.stat().st_size
        while at + 8 <= end:
            file.seek(at)
            size, name = struct.unpack(">I4s", file.read(8))
            head = 8
            if size == 1:
                size, head = struct.unpack(">Q", file.read(8))[0], 16
            if size == 0:
                size = end - at
            if size < head:
                return
            yield name
            at += head if name in _FOLDERS else size


def frames_in(duration_s: float, fps: Fraction) -> int:
    """Whole frames of a picture that lasts so long, at least one."""
    return max(1, math.floor(duration_s * fps + 0.5))

"""Packets of a stream and what its coding says of itself, read with ffprobe without decoding anything."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from apps.media.binaries import ffprobe_path
from apps.media.bounds import GIB, MIB, Bounds
from apps.media.errors import FFmpegFailed
from apps.media.probe import source_url
from apps.media.process import Watch, run_process

_TIME_LIMIT_S = 600.0
_BOUNDS = Bounds(cpu_s=300, memory_bytes=GIB, output_bytes=256 * MIB)  # a line for each packet of many hours


@dataclass(frozen=True)
class Packet:
    """Times are in the stream's own time base, the size in bytes."""

    pts: int
    duration: int
    size: int
    key: bool
    discarded: bool


@dataclass(frozen=True)
class StreamFacts:
    """How one stream is coded; 0 and "" stand for what the file does not say."""

    codec: str
    profile: str
    level: int
    pix_fmt: str
    field_order: str
    square_pixels: bool
    colour_range: str
    colour_space: str
    fps: float
    time_base: Fraction
    sample_rate: int
    channels: int


def stream_facts(path: Path, stream: str) -> StreamFacts:
    """Of one stream, such as `v:0`. Raises FFmpegFailed where there is none, FFmpegTimeout."""
    answer = json.loads(_ask(path, stream, "-show_streams", "-of", "json") or b"{}")
    if not answer.get("streams"):
        raise FFmpegFailed(f"there is no stream {stream} in {path.name}")
    found: dict[str, Any] = answer["streams"][0]
    return StreamFacts(
        codec=str(found.get("codec_name", "")),
        profile=str(found.get("profile", "")),
        level=int(found.get("level", 0)),
        pix_fmt=str(found.get("pix_fmt", "")),
        field_order=_known(found.get("field_order")),
        square_pixels=str(found.get("sample_aspect_ratio", "1:1")) in ("1:1", "0:1", "N/A"),
        colour_range=_known(found.get("color_range")),
        colour_space=_known(found.get("color_space")),
        fps=_rate(found.get("avg_frame_rate")),
        time_base=Fraction(str(found.get("time_base", "1/1"))),
        sample_rate=int(found.get("sample_rate", 0)),
        channels=int(found.get("channels", 0)),
    )


def packets(path: Path, stream: str) -> Iterator[Packet]:
    """The packets of a stream in the order in which they are decoded. Raises FFmpegFailed, FFmpegTimeout."""
    wanted = ("-show_entries", "packet=pts,duration,size,flags", "-of", "compact=print_section=0:nokey=1")
    for line in _ask(path, stream, *wanted).decode().splitlines():
        pts, duration, size, flags, *_ = [*line.strip().split("|"), "", "", ""]
        if pts.lstrip("-").isdigit():
            length = int(duration) if duration.isdigit() else 0
            yield Packet(int(pts), length, int(size), "K" in flags, "D" in flags)


def _ask(path: Path, stream: str, *what: str) -> bytes:
    command = [ffprobe_path(), "-v", "error", "-protocol_whitelist", "file", "-select_streams", stream]
    watch = Watch(time_limit_s=_TIME_LIMIT_S, bounds=_BOUNDS)
    return run_process([*command, *what, source_url(path)], watch, keep_output=True).output


def _known(value: object) -> str:
    return str(value or "").replace("unknown", "")


def _rate(value: object) -> float:
    numerator, _, denominator = str(value or "").partition("/")
    return int(numerator) / int(denominator) if denominator not in ("", "0") else 0.0

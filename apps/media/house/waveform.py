"""How loud a video is over its time, as numbers to draw."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from apps.media.errors import disk_room
from apps.media.ffmpeg import Output, run
from apps.media.probe import probe_once, source_url

RATE = 8000  # samples a second that are looked at
POINTS = 1600  # more than a wide screen shows
LOUDEST = 100
BLOCK = 1 << 20


@dataclass(frozen=True)
class Waveform:
    """Peaks from 0 to LOUDEST, evenly over `duration_s` seconds."""

    duration_s: float
    peaks: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        return {"duration_s": round(self.duration_s, 3), "loudest": LOUDEST, "peaks": list(self.peaks)}


def make_waveform(
    mezzanine: Path,
    work: Path,
    *,
    cancelled: Callable[[], bool] | None = None,
    time_limit_s: float = 900.0,
) -> Waveform:
    """The peaks of a file's first sound. What is decoded on the way lies in the folder `work` for a moment.

    Raises NotMedia, FFmpegFailed, FFmpegTimeout, FFmpegCancelled, DiskFull.
    """
    facts = probe_once(mezzanine)
    raw = work / "samples.raw"
    with disk_room():
        run(
            ["-vn", "-i", source_url(mezzanine)],
            [Output(raw, ("-map", "0:a:0", "-ac", "1", "-ar", str(RATE), "-f", "s16le"))],
            total_s=facts.duration_s,
            cancelled=cancelled,
            time_limit_s=time_limit_s,
        )
    try:
        return Waveform(facts.duration_s, _peaks(raw))
    finally:
        raw.unlink()


def _peaks(raw: Path) -> tuple[int, ...]:
    """Read in blocks, so that a video of many hours takes no more memory than a short one."""
    samples = raw.stat().st_size // 2
    points = min(POINTS, samples)
    edges = np.linspace(0, samples, points + 1).astype(np.int64)
    peaks = np.zeros(points, np.int32)
    with raw.open("rb") as file:
        at = 0
        while block := file.read(BLOCK):
            loud = np.abs(np.frombuffer(block, "<i2").astype(np.int32))
            first = int(np.searchsorted(edges, at, side="right")) - 1
            inner = edges[(edges > at) & (edges < at + len(loud))] - at
            found = np.maximum.reduceat(loud, np.concatenate(([0], inner)))
            peaks[first : first + len(found)] = np.maximum(peaks[first : first + len(found)], found)
            at += len(loud)
    return tuple(int(peak) for peak in np.rint(peaks * LOUDEST / 32768))

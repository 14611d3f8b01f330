"""The sound of a video in pieces that are small enough to be sent to speech recognition."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from apps.media.ffmpeg import Expect, Output, capture, run
from apps.media.probe import source_url

RATE = 16_000  # what speech recognition listens to
BIT_RATE = "48k"
PIECE_S = 600.0
LOOK_S = 20.0  # how far around a cut a pause is looked for
WINDOW_S = 0.3
SILENT_DB = -60.0  # under the hiss of any microphone that somebody speaks into
_LOUDEST = re.compile(r"max_volume: (-?[\d.]+) dB")


def quiet_pieces(source: Path, duration_s: float, *, piece_s: float = PIECE_S) -> list[tuple[float, float]]:
    """Start and end of pieces of about `piece_s` seconds, cut where it is quietest, so that no word is cut in two.

    Only the seconds around each cut are decoded. Raises FFmpegFailed, FFmpegTimeout.
    """
    cuts = [0.0]
    while duration_s - cuts[-1] > piece_s * 1.5:
        cuts.append(_quietest(source, cuts[-1] + piece_s, min(LOOK_S, piece_s / 2)))
    return list(zip(cuts, [*cuts[1:], duration_s], strict=True))


def _quietest(source: Path, near_s: float, within_s: float) -> float:
    """The middle of the quietest moment within so many seconds before or after `near_s`."""
    start = near_s - within_s / 2
    where = ["-ss", f"{start:.3f}", "-t", f"{within_s:.3f}", "-vn", "-i", source_url(source)]
    raw = capture([*where, "-map", "0:a:0", "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"])
    size = int(RATE * WINDOW_S / 2)  # windows overlap by half of their length
    samples = np.frombuffer(raw, dtype=np.int16).astype(np.float64)
    halves = np.square(samples[: len(samples) // size * size].reshape(-1, size)).mean(axis=1)
    if len(halves) < 2:
        return near_s
    quietest = int(np.argmin(halves[:-1] + halves[1:])) + 1
    return round(start + quietest * size / RATE, 3)


def write_piece(
    source: Path,
    target: Path,
    start_s: float,
    end_s: float,
    *,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """The sound from one time to another as a small mono M4A file (360 KB a minute).

    Raises FFmpegFailed, FFmpegTimeout, FFmpegCancelled, DiskFull.
    """
    options = (
        "-map",
        "0:a:0",
        "-ac",
        "1",
        "-ar",
        str(RATE),
        "-c:a",
        "aac",
        "-b:a",
        BIT_RATE,
        "-map_metadata",
        "-1",
    )
    length = end_s - start_s
    run(
        ["-ss", f"{start_s:.3f}", "-t", f"{length:.3f}", "-vn", "-i", source_url(source)],
        [Output(target, options, Expect(duration_s=length, tolerance_s=1.0))],
        cancelled=cancelled,
    )


def is_silent(source: Path, *, cancelled: Callable[[], bool] | None = None) -> bool:
    """Whether nothing in the first sound of a file is louder than SILENT_DB, so that nobody can be speaking.

    Raises FFmpegFailed, FFmpegTimeout, FFmpegCancelled.
    """
    heard = ["-vn", "-i", source_url(source), "-map", "0:a:0", "-af", "volumedetect", "-f", "null", "-"]
    found = _LOUDEST.search(run(heard, loglevel="info", cancelled=cancelled).stderr)
    return found is not None and float(found[1]) < SILENT_DB

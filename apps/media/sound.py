"""The sound of a video: voices in their places, music under them, at the loudness that platforms ask for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

TARGET_LUFS = -14.0
TRUE_PEAK_LIMIT_DBTP = -1.0
SAMPLE_RATE = 48_000
MIX_VERSION = 1
"""Raised whenever the same voices and music would sound different: part of every mix's key."""


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness (EBU R 128) and true peak. Both −inf for silence."""

    lufs: float
    true_peak_dbtp: float


@dataclass(frozen=True)
class Voice:
    """A piece of speech (or any sound that the music gives way to) at `at_s` seconds on the timeline.

    `in_s` and `length_s` choose a part of the file, `gain_db` makes it louder or softer than the others.
    """

    path: Path
    at_s: float
    in_s: float = 0.0
    length_s: float | None = None
    gain_db: float = 0.0


@dataclass(frozen=True)
class Music:
    """Background music, repeated or cut to the video's length.

    `below_voice_lu` is how far it lies below the voice before it is ducked by up to `duck_db` while somebody speaks.
    """

    path: Path
    below_voice_lu: float = 10.0
    duck_db: float = 9.0
    fade_in_s: float = 0.6
    fade_out_s: float = 2.0


def mix(voices: Sequence[Voice], music: Music | None, out: Path, *, total_s: float,
        on_progress: Callable[[float], None] | None = None, cancelled: Callable[[], bool] | None = None,
        time_limit_s: float = 900.0) -> Loudness:
    """Make the whole sound as AAC (48 kHz stereo, `.m4a`), exactly `total_s` long, at −14 LUFS ± 0.5 and at most −1 dBTP.

    Measured on the encoded result, which is what is returned. Voices or music may be missing; with neither it is silence.
    Raises NotMedia, FFmpegFailed, FFmpegTimeout, FFmpegCancelled, DiskFull.
    """
    raise NotImplementedError


def measure(path: Path) -> Loudness:
    """Loudness and true peak of a file's first sound stream. Raises NotMedia where it has none."""
    raise NotImplementedError

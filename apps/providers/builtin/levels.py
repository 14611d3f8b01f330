"""Narration in one form: WAV, 48 kHz, mono, 16 bit, about −18 LUFS, so that scenes of different voices
match."""

import math
import re
from pathlib import Path

from apps.media import ffmpeg
from apps.media.ffmpeg import Output
from apps.providers.adapters import Work

SAMPLE_RATE = 48_000
TARGET_LUFS = -18.0
HIGHEST_PEAK_DBTP = -1.5
_LOUDNESS = re.compile(r"\bI:\s+(-?[\d.]+|-inf) LUFS")
_PEAK = re.compile(r"\bPeak:\s+(-?[\d.]+|-inf) dBFS")


def to_narration(source: Path, out: Path, work: Work) -> Path:
    """`source` (any sound) as narration: one gain for the whole. Raises FFmpegFailed and its kin."""
    gain = _gain_db(source, work)
    filters = f"volume={gain:.2f}dB,aresample={SAMPLE_RATE}:resampler=swr:filter_size=64"
    options = ("-af", filters, "-ac", "1", "-ar", str(SAMPLE_RATE), "-c:a", "pcm_s16le")
    ffmpeg.run(["-i", str(source), "-vn"], [Output(out, options)], cancelled=work.cancelled)
    return out


def silence(out: Path, duration_s: float, work: Work) -> Path:
    """A WAV file of silence in the same form."""
    inputs = ["-f", "lavfi", "-t", f"{duration_s:.3f}", "-i", f"anullsrc=r={SAMPLE_RATE}:cl=mono"]
    ffmpeg.run(inputs, [Output(out, ("-c:a", "pcm_s16le"))], cancelled=work.cancelled)
    return out


def _gain_db(source: Path, work: Work) -> float:
    """The gain that brings the sound to the target without its true peak going over the highest."""
    measure = ["-i", str(source), "-vn", "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    said = ffmpeg.run(measure, loglevel="info", cancelled=work.cancelled).stderr
    loudness, peak = _last(_LOUDNESS, said), _last(_PEAK, said)
    if not math.isfinite(peak):
        return 0.0
    headroom = HIGHEST_PEAK_DBTP - peak
    return min(TARGET_LUFS - loudness, headroom) if loudness > -70 else min(headroom, 0.0)


def _last(pattern: re.Pattern[str], said: str) -> float:
    found = pattern.findall(said)
    return float(found[-1]) if found else -math.inf

"""The built-in captions: the voice's own word times, or a careful guess from the sound where it gave none."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from apps.media import ffmpeg
from apps.media.captions import Word
from apps.providers.adapters import Adapter, Done, Work
from apps.providers.builtin.alignment import words_by_weight
from apps.providers.capabilities import Capability, Captions, CaptionsRequest
from apps.providers.text import clean
from apps.providers.words import narration_words

RATE = 16_000
WINDOW = 320  # 20 ms
QUIET_DB = 35.0  # below the loud parts
SHORTEST_PAUSE_S = 0.12

Stretch = tuple[float, float]


class BuiltinCaptions(Adapter[CaptionsRequest]):
    """Words by their measured times, or spread over what is heard in the sound."""

    capability = Capability.CAPTIONS

    def run(self, request: CaptionsRequest, work: Work) -> Done:
        written = narration_words(clean(request.text))
        if request.words and tuple(word.text for word in request.words) == written:
            return Done(Captions(request.words, measured=True))
        return Done(Captions(spread(written, heard(request.audio)), measured=False))


def heard(audio: Path) -> list[Stretch]:
    """The stretches of a sound, in seconds, in which somebody speaks; the whole of it where it is all quiet."""
    raw = ffmpeg.capture(["-i", str(audio), "-vn", "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"])
    samples = np.frombuffer(raw, dtype=np.float32)
    windows = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)
    if not len(windows):
        return [(0.0, len(samples) / RATE)]
    level = 10 * np.log10(np.mean(windows.astype(np.float64) ** 2, axis=1) + 1e-12)
    loud = level > max(float(np.percentile(level, 95)) - QUIET_DB, -60.0)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], loud.astype(np.int8), [0]))))
    stretches = [(start * WINDOW / RATE, end * WINDOW / RATE) for start, end in edges.reshape(-1, 2).tolist()]
    return _joined(stretches) or [(0.0, len(samples) / RATE)]


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches with the short gaps within words closed."""
    joined: list[Stretch] = []
    for start, end in stretches:
        if joined and start - joined[-1][1] < SHORTEST_PAUSE_S:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def spread(written: Sequence[str], stretches: Sequence[Stretch]) -> tuple[Word, ...]:
    """The words over the time that is spoken, by their length; none lies over a pause."""
    spoken_s = sum(end - start for start, end in stretches)
    return tuple(
        Word(
            word.text,
            round(_moment(word.start_s, stretches), 3),
            round(_moment(word.end_s, stretches, ends=True), 3),
        )
        for word in words_by_weight(written, 0.0, spoken_s)
    )


def _moment(spoken_s: float, stretches: Sequence[Stretch], *, ends: bool = False) -> float:
    """The time in the sound at which so many seconds were spoken: a word ends before a pause and starts
    after it."""
    left = spoken_s
    for start, end in stretches:
        length = end - start
        if left < length - 1e-6 or (ends and left <= length + 1e-6):
            return start + min(left, length)
        left -= length
    return stretches[-1][1]

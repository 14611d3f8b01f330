"""Background music made from nothing: harmony, instruments and arrangement from a mood, a tempo and a seed."""

import math
from dataclasses import dataclass
from pathlib import Path

from apps.media.music.mixdown import Mixer
from apps.media.music.moods import GENRES, MOODS, Mood, flavoured, mood_named
from apps.media.music.score import Arranger
from apps.media.music.sounds import RATE, forget

__all__ = ["GENRES", "MOODS", "REVISION", "Mood", "Track", "compose", "mood_named"]

REVISION = 1
"""Raised whenever the same arguments would sound different: belongs in the key of whatever is kept of them."""

_LONGEST_S = 4 * 3600.0


@dataclass(frozen=True)
class Track:
    """A finished piece: a WAV file (48 kHz, stereo, 16 bit), its length, and what it is in."""

    path: Path
    duration_s: float
    tempo_bpm: float
    mood: str
    key: str


def compose(
    mood: str,
    tempo_bpm: float,
    duration_s: float,
    seed: int,
    out: Path,
    genre: str | None = None,
    *,
    loop: bool = False,
) -> Track:
    """Write a piece of background music to `out`; the same arguments give the same file.

    `mood` is one of MOODS or any word near one; `tempo_bpm` 0 takes the mood's own. The piece lasts `duration_s` and
    ends on the tonic with a fade; with `loop` it is lengthened to whole bars and its end runs into its start without
    a seam. Peaks stay below −3 dBFS. Raises ValueError where tempo or length are out of range.
    """
    if not 0.5 <= duration_s <= _LONGEST_S:
        raise ValueError(f"Music can last from half a second to four hours, not {duration_s} s")
    chosen = flavoured(MOODS[mood_named(mood)], genre)
    tempo = float(tempo_bpm) or float(chosen.tempo_bpm)
    if not 40 <= tempo <= 220:
        raise ValueError(f"The tempo must lie between 40 and 220 beats per minute, not {tempo:g}")
    score = Arranger(chosen, tempo, duration_s, seed, loop=loop).score()
    length_s = score.bars * score.bar_s if loop else duration_s
    samples = math.ceil(length_s * RATE)
    try:
        Mixer(score, chosen, samples, loop=loop).write(out)
    finally:
        forget()
    return Track(out, samples / RATE, tempo, chosen.name, score.key.name)

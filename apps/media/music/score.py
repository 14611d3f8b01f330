"""Arranging: from a mood, a tempo and a length to the notes of every instrument."""

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.media.music.moods import Mood
from apps.media.music.theory import Chord, Key, chord, ladder, near, voicing


@dataclass(frozen=True)
class Note:
    """One sound: `voice` is "pad", "bass", "lead", "melody" or a drum's name; `pan` −1 (left) to 1."""

    at_s: float
    voice: str
    notes: tuple[int, ...]
    length_s: float
    gain: float
    pan: float = 0.0


@dataclass(frozen=True)
class Score:
    """A piece: its key, the length of a bar, and its notes in order of time."""

    key: Key
    bar_s: float
    bars: int
    notes: tuple[Note, ...]


def _eighths(even: float, odd: float) -> dict[int, float]:
    """A stroke on every eighth, with another strength off the beat."""
    return {step: odd if step % 4 == 2 else even for step in range(0, 16, 2)}


_OFF_BEAT = (2, 6, 10, 14)
_KITS: Mapping[str, tuple[tuple[str, float, float, Mapping[int, float]], ...]] = {
    # name: (sound, from which intensity it plays, pan, {sixteenth: strength})
    "none": (("shaker", 0.85, 0.3, {0: 0.10, 4: 0.16, 8: 0.10, 12: 0.16}),),
    "soft": (
        ("soft_kick", 0.45, 0.0, {0: 0.62, 8: 0.52, 10: 0.30}),
        ("shaker", 0.40, 0.3, _eighths(0.16, 0.26)),
        ("snap", 0.62, -0.15, {4: 0.30, 12: 0.32}),
        ("brush", 0.75, 0.1, {4: 0.20, 12: 0.22}),
    ),
    "pop": (
        ("kick", 0.45, 0.0, {0: 0.72, 4: 0.60, 8: 0.70, 12: 0.60}),
        ("clap", 0.62, 0.0, {4: 0.34, 12: 0.36}),
        ("shaker", 0.35, 0.3, _eighths(0.14, 0.24)),
        ("hat", 0.75, -0.25, dict.fromkeys(_OFF_BEAT, 0.16)),
    ),
    "electro": (
        ("kick", 0.40, 0.0, {0: 0.80, 4: 0.76, 8: 0.80, 12: 0.76}),
        ("clap", 0.55, 0.0, {4: 0.38, 12: 0.40}),
        ("open_hat", 0.62, 0.2, dict.fromkeys(_OFF_BEAT, 0.20)),
        ("hat", 0.45, -0.25, {step: 0.18 if step % 2 else 0.12 for step in range(16)}),
    ),
    "snap": (
        ("snap", 0.35, 0.1, {4: 0.42, 12: 0.44}),
        ("soft_kick", 0.50, 0.0, {0: 0.60, 6: 0.34, 8: 0.52}),
        ("shaker", 0.45, -0.3, _eighths(0.15, 0.23)),
        ("rim", 0.75, 0.35, {3: 0.16, 10: 0.20, 14: 0.14}),
    ),
    "lofi": (
        ("soft_kick", 0.35, 0.0, {0: 0.66, 7: 0.36, 10: 0.50}),
        ("rim", 0.42, 0.1, {4: 0.34, 12: 0.36}),
        ("hat", 0.50, -0.2, _eighths(0.19, 0.12)),
    ),
    "cinematic": (
        ("boom", 0.30, 0.0, {0: 0.72}),
        ("tom", 0.58, -0.2, {6: 0.36, 12: 0.44}),
        ("tom", 0.72, 0.25, {3: 0.26, 14: 0.38, 15: 0.30}),
        ("shaker", 0.66, 0.3, _eighths(0.12, 0.12)),
    ),
    "ticking": (
        ("tick", 0.25, 0.3, _eighths(0.30, 0.20)),
        ("boom", 0.55, 0.0, {0: 0.62}),
        ("soft_kick", 0.68, 0.0, {0: 0.4, 6: 0.4, 8: 0.46}),
        ("rim", 0.80, -0.3, {4: 0.18, 12: 0.2}),
    ),
}


class Arranger:
    """Writes one piece. The same mood, tempo, length and seed give the same notes."""

    def __init__(self, mood: Mood, tempo_bpm: float, length_s: float, seed: int, *, loop: bool) -> None:
        self.mood, self.loop = mood, loop
        self.chance = random.Random(f"{mood.name} {seed}")  # noqa: S311 (a choice, not a secret)
        self.key = Key(self.chance.choice(mood.tonics), mood.mode)
        self.bar_s = 240.0 / tempo_bpm
        whole = length_s / self.bar_s
        self.bars = max(1, math.ceil(whole - 1e-6) if loop else math.ceil(whole - 0.35))
        symbols = self.chance.choice(mood.progressions)
        self.symbols = symbols
        self.figure = self.chance.choice(mood.figures)
        self.lead_from = self.chance.choice((48, 50, 53) if mood.lead == "spiccato" else (57, 60, 62))
        self.motif = self._motif()

    def score(self) -> Score:
        """The whole piece."""
        notes: list[Note] = []
        before: tuple[int, ...] = ()
        for bar in range(self.bars):
            found = self._chord(bar)
            before = voicing(found, before)
            at = bar * self.bar_s
            intensity = self._intensity(bar)
            last = bar == self.bars - 1 and not self.loop
            notes.append(
                Note(at, "pad", before, self.bar_s * (1.6 if last else 1.0), 0.085 + 0.025 * intensity)
            )
            if last:
                notes.extend(self._ending(at, found))
                continue
            notes.extend(self._lead(at, found, bar, intensity))
            notes.extend(self._bass(at, found, intensity))
            notes.extend(self._drums(at, intensity, bar))
            notes.extend(self._melody(at, found, bar, intensity))
        return Score(
            self.key, self.bar_s, self.bars, tuple(sorted(notes, key=lambda note: (note.at_s, note.voice)))
        )

    def _chord(self, bar: int) -> Chord:
        if bar == self.bars - 1 and not self.loop and self.bars > 1:
            return chord(self.key, "15" if self.mood.mode == "phrygian" else "1")
        return chord(self.key, self.symbols[bar % len(self.symbols)])

    def _intensity(self, bar: int) -> float:
        """How full the bar is, 0 to 1: an introduction, a rise, a rest in the middle, the fullest part near the end."""
        energy = 0.35 + 0.65 * self.mood.energy
        if self.loop:
            return energy * (0.8 if bar % 8 < 4 else 1.0)
        if self.bars <= 4:
            return energy * min(1.0, 0.7 + 0.1 * bar)
        share = bar / (self.bars - 1)
        opening = 2 if self.bars < 24 else 4
        if bar < opening:
            return energy * (0.42 + 0.2 * bar / opening)
        if self.bars >= 24 and 0.5 <= share < 0.5 + 4 / self.bars:
            return energy * 0.42
        if bar >= self.bars - 2:
            return energy * 0.62
        return energy * min(1.0, 0.62 + 0.5 * share)

    def _late(self, eighth: int) -> float:
        """How much later than even a swung eighth comes, in seconds."""
        return self.mood.swing * self.bar_s / 8 if eighth % 2 else 0.0

    def _lead(self, at: float, found: Chord, bar: int, intensity: float) -> Iterator[Note]:
        steps = ladder(found, self.lead_from, 6)
        eighth = self.bar_s / 8
        thin = intensity < 0.3
        for number, step in enumerate(self.figure):
            if step is None or (thin and number % 2):
                continue
            accent = 1.0 if number == 0 else 0.8 if number % 4 == 0 else 0.66
            late = self._late(number) + self.chance.uniform(0, 0.006)
            yield Note(
                at + number * eighth + late,
                "lead",
                (steps[step],),
                eighth,
                (0.20 + 0.11 * intensity) * accent * self.chance.uniform(0.88, 1.0),
                0.28 * math.sin(bar * 0.9 + number * 0.8),
            )

    def _bass(self, at: float, found: Chord, intensity: float) -> Iterator[Note]:
        if intensity < 0.30:
            return
        root = near(found.root, 40)
        root = root + 12 if root < 34 else root
        gain = 0.20 + 0.06 * intensity
        patterns: Mapping[str, tuple[tuple[float, float, int], ...]] = {
            "sub": ((0, 8, 0),),
            "round": ((0, 3, 0), (3, 1, 0), (4, 3, 0), (7, 1, 7))
            if intensity > 0.6
            else ((0, 4, 0), (4, 4, 0)),
            "short": ((0, 1, 0), (3, 1, 7), (4, 1, 0), (6, 1, 12)),
            "pulse": tuple((number, 1, 0) for number in range(8))
            if intensity > 0.5
            else ((0, 4, 0), (4, 4, 0)),
        }
        for first, length, above in patterns[self.mood.bass]:
            quiet = 1.0 if first == 0 else 0.82
            yield Note(
                at + first * self.bar_s / 8 + self._late(int(first)),
                "bass",
                (root + above,),
                length * self.bar_s / 8,
                gain * quiet,
            )

    def _drums(self, at: float, intensity: float, bar: int) -> Iterator[Note]:
        sixteenth = self.bar_s / 16
        for sound, least, pan, steps in _KITS[self.mood.kit]:
            if intensity < least:
                continue
            for step, strength in steps.items():
                late = self._late(1) if step % 4 == 2 else 0.0
                yield Note(
                    at + step * sixteenth + late,
                    sound,
                    (),
                    0.0,
                    strength * 0.60 * self.chance.uniform(0.86, 1.0),
                    pan,
                )
        if intensity > 0.7 and bar % 8 == 7 and self.mood.kit not in {"none", "ticking"}:
            for step, strength in ((13, 0.22), (14, 0.28), (15, 0.34)):
                yield Note(
                    at + step * sixteenth,
                    "tom" if self.mood.kit == "cinematic" else "shaker",
                    (),
                    0.0,
                    strength * 0.5,
                    0.1,
                )

    def _motif(self) -> tuple[tuple[int, int, int], ...]:
        """A short tune as (eighth, length in eighths, scale step from the chord's root), two bars long."""
        rhythms = (
            ((0, 3), (3, 3), (6, 2), (8, 6)),
            ((0, 4), (4, 2), (6, 2), (8, 4), (12, 4)),
            ((2, 2), (4, 4), (8, 2), (10, 6)),
            ((0, 6), (6, 2), (8, 8)),
        )
        steps, place = [], self.chance.choice((4, 4, 2, 7))
        for first, length in self.chance.choice(rhythms):
            steps.append((first, length, place))
            place = max(0, min(9, place + self.chance.choice((-2, -1, -1, 1, 1, 2, 0))))
        return tuple(steps)

    def _melody(self, at: float, found: Chord, bar: int, intensity: float) -> Iterator[Note]:
        """The tune, four bars in eight, once enough else is playing; strong notes are moved onto the chord."""
        if (
            intensity < 0.5
            or self.mood.melody < self.chance.random() * 0.3
            or bar % 8 < 4
            or self.mood.melody < 0.2
        ):
            return
        for first, length, step in self.motif:
            if first // 8 != bar % 2:
                continue
            note = self._tune_note(step, found, strong=length >= 3)
            yield Note(
                at + first % 8 * self.bar_s / 8 + self._late(first),
                "melody",
                (note,),
                length * self.bar_s / 8,
                (0.13 + 0.12 * self.mood.melody) * self.chance.uniform(0.9, 1.0),
                -0.2,
            )

    def _tune_note(self, step: int, found: Chord, *, strong: bool) -> int:
        note = 60 + (self.key.tonic + 7) % 12 - 7 + self.key.step(step) + 12
        if strong:
            note = min(
                (near(tone, note) for tone in found.classes), key=lambda place: (abs(place - note), place)
            )
        return note if note <= 86 else note - 12

    def _ending(self, at: float, found: Chord) -> Iterator[Note]:
        """The last chord, broken once and left to ring."""
        for number, note in enumerate(ladder(found, self.lead_from, 4)):
            yield Note(
                at + number * 0.045, "lead", (note,), self.bar_s, 0.2 - 0.02 * number, 0.2 * (number - 1.5)
            )
        root = near(found.root, 40)
        yield Note(at, "bass", (root + 12 if root < 34 else root,), self.bar_s, 0.26)
        if self.mood.kit in {"cinematic", "ticking"}:
            yield Note(at, "boom", (), 0.0, 0.3)

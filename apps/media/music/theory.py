"""Scales, chords and voice leading, in MIDI note numbers (60 is middle C, 69 is A at 440 Hz)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

NOTE_NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")

MODES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}

_CHORD = re.compile(r"(?P<degree>[1-7])(?P<third>[Mm]?)(?P<extra>7|add9|sus2|sus4|5)?")


@dataclass(frozen=True)
class Key:
    """A tonic (0 is C … 11 is B) and a mode."""

    tonic: int
    mode: str

    @property
    def name(self) -> str:
        return f"{NOTE_NAMES[self.tonic]} {self.mode}"

    def step(self, number: int) -> int:
        """Semitones above the tonic of a scale step; 0 is the tonic, 7 the octave, negative ones lie below."""
        octave, degree = divmod(number, 7)
        return 12 * octave + MODES[self.mode][degree]


@dataclass(frozen=True)
class Chord:
    """Pitch classes of a chord, its root first."""

    classes: tuple[int, ...]

    @property
    def root(self) -> int:
        return self.classes[0]


def chord(key: Key, symbol: str) -> Chord:
    """The chord of a symbol such as "1", "6add9", "5sus4", "5M" (major third whatever the scale says), "15" (no third).

    Raises ValueError for any other symbol.
    """
    match = _CHORD.fullmatch(symbol)
    if match is None:
        raise ValueError(f"“{symbol}” is not a chord")
    base = int(match["degree"]) - 1
    third = {"M": key.step(base) + 4, "m": key.step(base) + 3}.get(match["third"], key.step(base + 2))
    extra = match["extra"] or ""
    tones = {
        "": (key.step(base), third, key.step(base + 4)),
        "7": (key.step(base), third, key.step(base + 4), key.step(base + 6)),
        "add9": (key.step(base), third, key.step(base + 4), key.step(base + 8)),
        "sus2": (key.step(base), key.step(base + 1), key.step(base + 4)),
        "sus4": (key.step(base), key.step(base + 3), key.step(base + 4)),
        "5": (key.step(base), key.step(base + 4)),
    }[extra]
    return Chord(tuple((key.tonic + tone) % 12 for tone in tones))


def voicing(found: Chord, before: Sequence[int], low: int = 55, high: int = 77) -> tuple[int, ...]:
    """Notes for a chord between `low` and `high`, each class once, moving as little as possible from those `before`."""
    middle = (low + high) / 2
    targets = list(before) or [round(middle)]
    notes: list[int] = []
    for tone in found.classes:
        places = [note for note in range(low, high + 1) if note % 12 == tone]
        notes.append(
            min(places, key=lambda note: (min(abs(note - target) for target in targets), abs(note - middle)))
        )
    return tuple(sorted(notes))


def near(tone: int, around: int) -> int:
    """The note of a pitch class nearest to a note."""
    return around + (tone - around + 6) % 12 - 6


def ladder(found: Chord, low: int, count: int) -> tuple[int, ...]:
    """`count` chord tones upwards, from the first at or above `low`."""
    classes = set(found.classes)
    notes: list[int] = []
    note = low
    while len(notes) < count:
        if note % 12 in classes:
            notes.append(note)
        note += 1
    return tuple(notes)


def frequency(note: float) -> float:
    """Hertz of a MIDI note."""
    return float(440.0 * 2 ** ((note - 69) / 12))

"""Instruments: every note is worked out once and kept, as 32-bit floats at 48 kHz around ±1."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from apps.media.music.theory import frequency

RATE = 48_000
Wave = npt.NDArray[np.float32]
_TABLE = 1 << 15


def seconds(length_s: float) -> Wave:
    """The times of the samples of a sound."""
    return np.arange(int(length_s * RATE), dtype=np.float32) / np.float32(RATE)


def edged(sound: Wave, attack_s: float, release_s: float) -> Wave:
    """The sound with a raised-cosine start and end, so that it neither clicks in nor out."""
    rise, fall = min(len(sound) // 2, int(attack_s * RATE)), min(len(sound) // 2, int(release_s * RATE))
    shaped = sound.copy()
    if rise:
        shaped[:rise] *= (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, rise))).astype(np.float32)
    if fall:
        shaped[-fall:] *= (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, fall))).astype(np.float32)
    return shaped


def _partials(note: int, length_s: float, parts: tuple[tuple[float, float, float], ...]) -> Wave:
    """A sum of decaying sines: each (ratio to the note, strength, seconds to fall to a third)."""
    t, base = seconds(length_s), frequency(note)
    exact = np.arange(len(t)) / RATE
    sound = np.zeros_like(t)
    for ratio, strength, fall_s in parts:
        if base * ratio < RATE * 0.42:
            sound += (
                np.float32(strength)
                * np.exp(-t / np.float32(fall_s))
                * np.sin(np.float32(2 * np.pi) * ((base * ratio * exact) % 1).astype(np.float32))
            )
    return sound


@lru_cache(maxsize=64)
def piano(note: int) -> Wave:
    """A soft felt piano: two strings a little apart, higher partials that die sooner, a touch of hammer."""
    stretch, fall = 0.00035, 1.5 * 2 ** ((60 - note) / 30)
    parts = []
    for cents in (-0.9, 0.9):
        for partial in range(1, 9):
            ratio = partial * (1 + stretch * partial * partial) * 2 ** (cents / 1200)
            parts.append((ratio, 0.5 / partial**1.2, fall / partial**0.8))
    sound = _partials(note, 2.6, tuple(parts))
    hammer = np.random.default_rng(note).normal(0, 0.05, len(sound)).astype(np.float32)
    sound += _smooth(hammer, 24) * np.exp(-seconds(2.6) / np.float32(0.012))
    return edged(sound * np.float32(0.55), 0.004, 0.5)


@lru_cache(maxsize=64)
def keys(note: int) -> Wave:
    """An electric piano: a sine that a second one bends at first."""
    t, base = seconds(2.2), np.float32(frequency(note))
    turn = np.float32(2 * np.pi) * ((base * t) % 1)
    bend = np.float32(1.3) * np.exp(-t / np.float32(0.35)) * np.sin(turn) + np.float32(0.18) * np.exp(
        -t / np.float32(0.08)
    ) * np.sin(7 * turn)
    sound = (
        np.sin(turn + bend)
        * np.exp(-t / np.float32(0.85))
        * (1 + np.float32(0.10) * np.sin(2 * np.pi * 4.6 * t))
    )
    return edged((sound * 0.5).astype(np.float32), 0.004, 0.4)


@lru_cache(maxsize=64)
def pluck(note: int) -> Wave:
    """A short bright synthesiser pluck."""
    parts = tuple(
        (partial * 2 ** (cents / 1200), 0.32 / partial, 0.42 / partial**0.9)
        for partial in range(1, 11)
        for cents in (-4, 4)
    )
    return edged(_partials(note, 1.3, parts) * np.float32(0.75), 0.003, 0.3)


@lru_cache(maxsize=64)
def marimba(note: int) -> Wave:
    """A wooden bar: the note, its fourth and its tenth partial."""
    parts = ((1.0, 0.75, 0.34), (3.93, 0.24, 0.09), (9.6, 0.07, 0.035))
    return edged(_partials(note, 1.1, parts), 0.002, 0.3)


@lru_cache(maxsize=64)
def bell(note: int) -> Wave:
    """A small glass bell, an octave up."""
    parts = ((2.0, 0.42, 1.3), (4.02, 0.16, 0.7), (5.43, 0.10, 0.5), (8.1, 0.05, 0.25), (1.0, 0.16, 1.6))
    return edged(_partials(note, 3.0, parts) * np.float32(0.8), 0.004, 0.9)


@lru_cache(maxsize=64)
def spiccato(note: int) -> Wave:
    """Short bowed strings."""
    sound = _ensemble(note, 0.55, tuple(1 / partial**1.25 for partial in range(1, 15)), (-8, -3, 4, 9), 11)
    return edged(sound[0] * np.exp(-seconds(0.55) / np.float32(0.17)) * np.float32(1.1), 0.018, 0.12)


@lru_cache(maxsize=64)
def guitar(note: int) -> Wave:
    """A plucked nylon string (Karplus and Strong): noise in a loop one period long, softened each time round."""
    period = max(8, round(RATE / frequency(note)))
    string = _smooth(
        np.random.default_rng(note).uniform(-1, 1, period).astype(np.float32), max(2, period // 14)
    )
    string -= string.mean()
    rounds = int(2.0 * RATE / period)
    loop = np.empty((rounds, period), np.float32)
    for number in range(rounds):
        loop[number] = string
        string = np.float32(0.4975) * (string + np.roll(string, 1))
    peak = np.abs(loop[0]).max()
    return edged(loop.ravel() / np.float32(max(peak, 1e-6)) * np.float32(0.5), 0.002, 0.4)


def bass(note: int, length_s: float, kind: str) -> Wave:
    """A bass note: "sub" (deep and plain), "round", "short" or "pulse" (with a little edge)."""
    return _bass(note, round(length_s, 3), kind)


@lru_cache(maxsize=64)
def _bass(note: int, length_s: float, kind: str) -> Wave:
    t, base = seconds(length_s + 0.08), np.float32(frequency(note))
    turn = np.float32(2 * np.pi) * ((base * t) % 1)
    second, third, fall_s = {
        "sub": (0.10, 0.02, 6.0),
        "round": (0.28, 0.10, 1.6),
        "short": (0.34, 0.12, 0.22),
        "pulse": (0.42, 0.26, 0.8),
    }[kind]
    sound = np.sin(turn) + np.float32(second) * np.sin(2 * turn) + np.float32(third) * np.sin(3 * turn)
    return edged(
        (np.tanh(sound * 1.1) * 0.62 * np.exp(-t / np.float32(fall_s))).astype(np.float32), 0.012, 0.07
    )


def _ensemble(
    note: int,
    length_s: float,
    strengths: tuple[float, ...],
    cents: tuple[float, ...],
    seed: int,
) -> npt.NDArray[np.float32]:
    """Several players on one note, left and right (2, samples): one wave table read at slightly different speeds."""
    base = frequency(note)
    kept = strengths[: max(1, int(RATE * 0.4 / base))]
    turn = np.linspace(0, 2 * np.pi, _TABLE, endpoint=False)
    waves = [strength * np.sin(turn * (number + 1)) for number, strength in enumerate(kept)]
    table: Wave = np.asarray(np.sum(waves, axis=0), np.float32)
    starts = np.random.default_rng([seed, note]).uniform(0, 1, len(cents))
    samples = np.arange(int(length_s * RATE), dtype=np.float64)
    sides = np.zeros((2, len(samples)), np.float32)
    for number, (cent, start) in enumerate(zip(cents, starts, strict=True)):
        phase = (samples * (base * 2 ** (cent / 1200) / RATE) + start) % 1 * _TABLE
        voice = table[phase.astype(np.int32) & (_TABLE - 1)]
        right = (number + 0.5) / len(cents)
        sides[0] += voice * np.float32(np.cos(right * np.pi / 2))
        sides[1] += voice * np.float32(np.sin(right * np.pi / 2))
    return sides / np.float32(len(cents) ** 0.5)


_PADS: Mapping[str, tuple[tuple[float, ...], tuple[float, ...], float]] = {
    "warm": (tuple(1 / partial**1.5 for partial in range(1, 11)), (-9, -3, 3, 9), 1.0),
    "strings": (tuple(1 / partial**1.15 for partial in range(1, 19)), (-11, -5, 0, 6, 12), 0.8),
    "glass": ((1.0, 0.08, 0.34, 0.02, 0.14, 0.0, 0.05), (-5, 5), 0.95),
}


@lru_cache(maxsize=12)
def pad(notes: tuple[int, ...], length_s: float, kind: str, brightness: float) -> npt.NDArray[np.float32]:
    """A held chord (2, samples) that swells slowly; it rings one second longer than `length_s`, to meet the next."""
    strengths, cents, level = _PADS[kind]
    softened = tuple(
        strength * (0.45 + brightness) ** (0.30 * number) for number, strength in enumerate(strengths)
    )
    whole = length_s + 1.0
    chord = np.zeros((2, int(whole * RATE)), np.float32)
    for note in notes:
        chord += _ensemble(note, whole, softened, cents, 7) * np.float32(1.0 if note < 64 else 0.8)
    chord *= np.float32(level / len(notes) ** 0.5)
    t = seconds(whole)
    chord *= 1 + np.float32(0.10) * np.sin(
        2 * np.pi * t / np.float32(max(1.0, length_s)) - np.float32(np.pi / 2)
    )
    return np.stack([edged(side, min(0.9, length_s * 0.4), 1.0) for side in chord])


def _smooth(sound: Wave, width: int) -> Wave:
    return np.convolve(sound, np.hanning(width + 2)[1:-1] / np.hanning(width + 2).sum(), "same").astype(
        np.float32
    )


def _noise(length_s: float, low_hz: float, high_hz: float, seed: int) -> Wave:
    """Noise between two frequencies, around ±1."""
    count = int(length_s * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(0, 1, count))
    hertz = np.fft.rfftfreq(count, 1 / RATE)
    spectrum *= 1 / (1 + (low_hz / np.maximum(hertz, 1)) ** 6) / (1 + (hertz / high_hz) ** 6)
    sound = np.fft.irfft(spectrum, count)
    return (sound / max(1e-9, float(np.abs(sound).max()))).astype(np.float32)


@lru_cache(maxsize=1)
def drums() -> Mapping[str, Wave]:
    """Every percussion sound by name."""

    def kick(length_s: float, start_hz: float, end_hz: float, fall_s: float) -> Wave:
        t = seconds(length_s)
        hertz = end_hz + (start_hz - end_hz) * np.exp(-t / 0.035)
        sound = np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * np.exp(-t / fall_s)
        return edged(sound.astype(np.float32), 0.002, 0.08)

    def burst(
        length_s: float, low_hz: float, high_hz: float, fall_s: float, attack_s: float, seed: int
    ) -> Wave:
        sound = _noise(length_s, low_hz, high_hz, seed) * np.exp(-seconds(length_s) / np.float32(fall_s))
        return edged(sound.astype(np.float32), attack_s, length_s * 0.4)

    clap = burst(0.26, 900, 5200, 0.075, 0.002, 3)
    for late_s in (0.011, 0.022):
        first = int(late_s * RATE)
        clap[first:] += burst(0.26, 900, 5200, 0.05, 0.001, 5)[:-first] * np.float32(0.6)
    boom = kick(1.5, 92, 46, 0.42)
    boom[:9600] += _noise(0.2, 60, 900, 9) * np.exp(-seconds(0.2) / np.float32(0.05)) * np.float32(0.25)
    return {
        "kick": kick(0.42, 135, 47, 0.14),
        "soft_kick": kick(0.38, 96, 48, 0.12),
        "boom": boom,
        "tom": kick(0.7, 128, 78, 0.22),
        "clap": clap * np.float32(0.7),
        "snap": burst(0.12, 1500, 6500, 0.022, 0.001, 11),
        "rim": burst(0.07, 1100, 3200, 0.014, 0.001, 13),
        "hat": burst(0.09, 7500, 15000, 0.02, 0.001, 17),
        "open_hat": burst(0.3, 7000, 14000, 0.09, 0.002, 19),
        "shaker": burst(0.11, 5200, 12000, 0.045, 0.025, 23),
        "tick": burst(0.03, 2600, 7000, 0.006, 0.0008, 29),
        "brush": burst(0.2, 1200, 7000, 0.06, 0.006, 31),
    }


def forget() -> None:
    """Let go of all kept notes: some twenty megabytes after a piece."""
    for kept in (piano, keys, pluck, marimba, bell, spiccato, guitar, _bass, pad, drums):
        kept.cache_clear()


LEADS: Mapping[str, Callable[[int], Wave]] = {
    "piano": piano,
    "keys": keys,
    "pluck": pluck,
    "marimba": marimba,
    "bell": bell,
    "spiccato": spiccato,
    "guitar": guitar,
}

"""Mixing a score down to a WAV file, block by block: memory does not grow with the length."""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from apps.media.music.moods import Mood
from apps.media.music.score import Note, Score
from apps.media.music.sounds import LEADS, RATE, bass, drums, pad

Stereo = npt.NDArray[np.float32]

_TRANSFORM = 1 << 19
_ECHO = int(1.9 * RATE)
_BLOCK = _TRANSFORM - _ECHO
_TAIL = 9 * RATE
_SENDS = {"pad": 0.30, "lead": 0.34, "melody": 0.5, "bass": 0.0}
_DRUM_SEND = 0.10
_CEILING = 0.68
_KNEE = 0.46


class Mixer:
    """Adds up the notes of a score. Three buses: what is pumped, what is not, and what goes into the room."""

    def __init__(self, score: Score, mood: Mood, samples: int, *, loop: bool) -> None:
        self.score, self.mood, self.samples, self.loop = score, mood, samples, loop
        self.room = _room(mood)
        self.gain = self._level()

    def write(self, out: Path) -> None:
        """Write the piece as 16-bit stereo."""
        with wave.open(str(out), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.setnframes(self.samples)
            for block in self._blocks():
                file.writeframes(_pcm(_limited(block * self.gain)))

    def _level(self) -> float:
        """The gain that brings the fullest eight bars to just under the ceiling."""
        middle = max(0, int((self.score.bars * 0.8 - 4) * self.score.bar_s * RATE))
        first = min(middle, max(0, self.samples - _BLOCK))
        dry, room = self._added(first, min(_BLOCK, max(1, self.samples - first)))
        peak = float(np.abs(dry).max() + 0.5 * np.abs(room).max())
        return 0.56 / peak if peak > 1e-6 else 1.0

    def _added(self, first: int, length: int) -> tuple[Stereo, Stereo]:
        """What sounds between two samples, dry and as it goes into the room."""
        plain, pumped, room = (np.zeros((2, length), np.float32) for _ in range(3))
        for note in self.score.notes:
            for start in self._starts(note):
                if start < first + length and start + _TAIL > first:
                    self._add(note, start - first, pumped if note.voice == "pad" else plain, room)
        if self.mood.pumping:
            pumped *= self._pump(first, length)
        plain += pumped
        return plain, room

    def _starts(self, note: Note) -> tuple[int, ...]:
        """Where a note sounds: in a loop, what rings over the end also rings on at the start."""
        start = round(note.at_s * RATE)
        return (start, start - self.samples) if self.loop else (start,)

    def _add(self, note: Note, start: int, bus: Stereo, room: Stereo) -> None:
        sound = self._sound(note)
        low, high = max(0, start), min(bus.shape[1], start + sound.shape[-1])
        if low >= high:
            return
        part = sound[..., low - start : high - start]
        if sound.ndim == 1:
            turn = (note.pan + 1) * np.pi / 4
            sides = np.array([np.cos(turn), np.sin(turn)], np.float32) * np.float32(note.gain * 1.41)
            part = part[None] * sides[:, None]
        else:
            part = part * np.float32(note.gain)
        bus[:, low:high] += part
        send = _SENDS.get(note.voice, _DRUM_SEND)
        if send:
            room[:, low:high] += part * np.float32(send)

    def _sound(self, note: Note) -> npt.NDArray[np.float32]:
        mood = self.mood
        if note.voice == "pad":
            return pad(note.notes, round(note.length_s, 3), mood.pad, mood.brightness)
        if note.voice == "bass":
            return bass(note.notes[0], note.length_s, mood.bass)
        if note.voice == "lead":
            return LEADS[mood.lead](note.notes[0])
        if note.voice == "melody":
            return LEADS["bell" if mood.lead in {"piano", "guitar", "marimba", "pluck"} else "piano"](
                note.notes[0]
            )
        return drums()[note.voice]

    def _pump(self, first: int, length: int) -> npt.NDArray[np.float32]:
        """The pads step back at each beat, where the kick is."""
        beat = self.score.bar_s / 4 * RATE
        since = ((np.arange(first, first + length) % beat) / RATE).astype(np.float32)
        back = np.minimum(since / np.float32(0.008), 1) * np.exp(-since / np.float32(0.13))
        pumped: npt.NDArray[np.float32] = 1 - np.float32(self.mood.pumping) * back
        return pumped

    def _blocks(self) -> Iterator[Stereo]:
        ring = self._ring_in() if self.loop else np.zeros((2, _ECHO), np.float32)
        for first in range(0, self.samples, _BLOCK):
            length = min(_BLOCK, self.samples - first)
            dry, room = self._added(first, length)
            wet = self._in_room(room)
            wet[:, :_ECHO] += ring
            ring = wet[:, length : length + _ECHO].copy()
            dry += wet[:, :length]
            yield dry if self.loop else self._faded(dry, first)

    def _ring_in(self) -> Stereo:
        """The echo of a loop's last notes, which is heard at its start."""
        length = min(_BLOCK, self.samples)
        _, room = self._added(self.samples - length, length)
        return self._in_room(room)[:, length : length + _ECHO].copy()

    def _in_room(self, dry: Stereo) -> Stereo:
        spectrum = np.fft.rfft(dry, _TRANSFORM, axis=1)
        spectrum *= self.room
        return np.fft.irfft(spectrum, _TRANSFORM, axis=1).astype(np.float32, copy=False)

    def _faded(self, block: Stereo, first: int) -> Stereo:
        """A very short fade in, and out over the last bar (at most three seconds, at most a third of the piece)."""
        out = int(min(3.0, self.score.bar_s, self.samples / RATE / 3) * RATE)
        at = np.arange(first, first + block.shape[1])
        if first + block.shape[1] > self.samples - out:
            left = np.clip((self.samples - 1 - at) / out, 0, 1)
            block *= (0.5 - 0.5 * np.cos(np.pi * left)).astype(np.float32)
        if first == 0:
            rise = min(block.shape[1], int(0.02 * RATE))
            block[:, :rise] *= np.linspace(0, 1, rise, dtype=np.float32)
        return block


def _room(mood: Mood) -> npt.NDArray[np.complex64]:
    """The spectrum of a room's echo (2, bins): noise that dies away, duller towards its end, different on each side."""
    rng = np.random.default_rng(48)
    t = np.arange(_ECHO, dtype=np.float32) / np.float32(RATE)
    fall = 0.28 + 0.16 * (1 - mood.energy)
    echo = rng.normal(0, 1, (2, _ECHO)).astype(np.float32) * np.exp(-t / np.float32(fall))
    late = np.cumsum(echo, axis=1)
    dull = echo.copy()
    dull[:, 48:] = (late[:, 48:] - late[:, :-48]) / np.float32(6)
    share = np.clip(t / np.float32(0.35), 0, 1)
    echo = (echo * (1 - share) * np.float32(0.6) + dull * (0.25 + 0.75 * share)) * np.clip(
        t / np.float32(0.012), 0, 1
    )
    echo *= np.clip((np.float32(1.9) - t) / np.float32(0.3), 0, 1)
    echo -= echo.mean(axis=1, keepdims=True)
    echo /= np.sqrt((echo**2).sum(axis=1, keepdims=True))
    spectrum: npt.NDArray[np.complex64] = np.fft.rfft(echo, _TRANSFORM, axis=1).astype(np.complex64)
    return spectrum


def _limited(block: Stereo) -> Stereo:
    """The block with everything above the knee bent softly below the ceiling."""
    over = np.abs(block) - np.float32(_KNEE)
    if float(over.max()) <= 0:
        return block
    room = np.float32(_CEILING - _KNEE)
    bent = np.float32(_KNEE) + room * np.tanh(np.maximum(over, 0) / room)
    limited: Stereo = np.where(over > 0, np.sign(block) * bent, block)
    return limited


def _pcm(block: Stereo) -> bytes:
    samples: bytes = np.rint(block.T * np.float32(32767)).astype("<i2").tobytes()
    return samples

"""Generated music: as long as asked, in its key and tempo, clean, and the same each time."""

import tracemalloc
import wave
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from apps.media.music import GENRES, MOODS, Track, compose, mood_named
from apps.media.music.moods import flavoured
from apps.media.music.score import Arranger
from apps.media.music.theory import MODES, Key, chord, ladder, near, voicing

RATE = 48_000
CEILING = 10 ** (-3 / 20)


def samples(track: Track) -> npt.NDArray[np.float64]:
    with wave.open(str(track.path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 2, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2) / 32768


def level_db(sound: npt.NDArray[np.float64]) -> float:
    return float(20 * np.log10(np.sqrt((sound**2).mean()) + 1e-9))


@pytest.fixture(scope="module")
def piece_in(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Track]:
    """Twenty-four seconds in a mood, composed once for all tests."""
    folder = tmp_path_factory.mktemp("pieces")
    return cache(lambda mood: compose(mood, 0, 24.0, 5, folder / f"{mood}.wav"))


@pytest.mark.spec("GEN-07")
@pytest.mark.parametrize("mood", MOODS)
def test_music_is_clean_in_every_mood(mood: str, piece_in: Callable[[str], Track]) -> None:
    """Peaks below −3 dBFS, no offset, no click at either end, a fade at the end, and something to hear all along."""
    sound = samples(piece_in(mood))
    assert len(sound) == 24 * RATE
    assert np.abs(sound).max() <= CEILING
    assert np.abs(sound.mean(axis=0)).max() < 0.002
    assert np.abs(sound[[0, -1]]).max() == 0
    assert level_db(sound[-RATE // 20 :]) < -45
    seconds = [level_db(sound[second * RATE : (second + 1) * RATE]) for second in range(1, 22)]
    assert min(seconds) > -36
    assert max(seconds) < -10


@pytest.mark.parametrize("mood", MOODS)
def test_music_does_not_click(mood: str, piece_in: Callable[[str], Track]) -> None:
    """A click is a jump that nothing around it prepares: the second difference stays near what drums make of it."""
    bend = np.abs(np.diff(samples(piece_in(mood)).mean(axis=1), n=2))
    around = np.sqrt(np.convolve(bend**2, np.ones(961) / 961, "same"))
    assert (bend / np.maximum(around, 2e-3)).max() < 22


@pytest.mark.spec("GEN-07")
@pytest.mark.parametrize("duration_s", [0.5, 3.0, 7.777, 31.25])
def test_music_lasts_exactly_as_long_as_asked(duration_s: float, tmp_path: Path) -> None:
    track = compose("inspiring", 0, duration_s, 1, tmp_path / "music.wav")
    assert len(samples(track)) == int(np.ceil(duration_s * RATE))
    assert track.duration_s == pytest.approx(duration_s, abs=1 / RATE)
    assert (track.tempo_bpm, track.mood, track.key.split()[1]) == (100.0, "inspiring", "major")


def test_music_is_settled_by_its_arguments(tmp_path: Path) -> None:
    first, again, other = (
        compose("chill", 0, 8.0, seed, tmp_path / name)
        for seed, name in ((1, "a.wav"), (1, "b.wav"), (2, "c.wav"))
    )
    assert first.path.read_bytes() == again.path.read_bytes()
    assert first.path.read_bytes() != other.path.read_bytes()


@pytest.mark.spec("GEN-07")
def test_genre_changes_the_instruments(tmp_path: Path) -> None:
    made = {
        genre: compose("uplifting", 0, 4.0, 1, tmp_path / f"{genre}.wav", genre).path.read_bytes()
        for genre in (None, *GENRES)
    }
    assert len(set(made.values())) >= len(GENRES)
    unknown = compose("uplifting", 0, 4.0, 1, tmp_path / "unknown.wav", "polka").path.read_bytes()
    assert unknown == made[None]


def test_ambient_leaves_the_drums_out() -> None:
    def voices(genre: str | None) -> set[str]:
        score = Arranger(flavoured(MOODS["energetic"], genre), 124, 60, 1, loop=False).score()
        return {note.voice for note in score.notes}

    assert "kick" in voices(None)
    assert not voices("ambient") & {"kick", "clap", "hat", "open_hat"}


@pytest.mark.parametrize("mood", ["uplifting", "dramatic", "tense", "chill"])
def test_music_is_in_the_key_it_names(mood: str, tmp_path: Path) -> None:
    """Between 110 and 1,000 Hz most of what sounds are notes of the scale (a leading note may be borrowed)."""
    track = compose(mood, 0, 30.0, 4, tmp_path / "music.wav")
    sound = samples(track).mean(axis=1)[4 * RATE :]
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    heard = (hertz > 110) & (hertz < 1000)
    note = 69 + 12 * np.log2(hertz[heard] / 440)
    tuned = np.abs(note - np.rint(note)) < 0.3
    classes = np.bincount(np.rint(note).astype(int)[tuned] % 12, power[heard][tuned], 12)
    score = Arranger(MOODS[mood], track.tempo_bpm, 30.0, 4, loop=False)
    assert score.key.name == track.key
    scale = {(score.key.tonic + step) % 12 for step in MODES[score.key.mode]}
    inside = sum(classes[tone] for tone in scale)
    assert inside / classes.sum() > (0.85 if mood == "dramatic" else 0.95)


@pytest.mark.parametrize("tempo_bpm", [90, 124, 150])
def test_music_keeps_the_tempo_asked_for(tempo_bpm: int, tmp_path: Path) -> None:
    """The loudness of the lowest notes comes back after a beat, and not in between."""
    track = compose("energetic", tempo_bpm, 30.0, 2, tmp_path / "music.wav")
    sound = samples(track).mean(axis=1)[10 * RATE : 24 * RATE]
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(len(sound), 1 / RATE) > 110] = 0
    loud = np.abs(np.fft.irfft(spectrum)).reshape(-1, 480).mean(axis=1)
    rises = np.maximum(np.diff(loud), 0)
    rises -= rises.mean()
    echo = np.correlate(rises, rises, "full")[len(rises) - 1 :]
    beat = 60 / tempo_bpm * 100
    near_beat = echo[int(beat - 2) : int(beat + 4)].max()
    assert near_beat > 0.3 * echo[0]
    assert near_beat > 2 * np.abs(echo[int(beat * 0.7) : int(beat * 0.8)]).max()


@pytest.mark.parametrize("mood", ["energetic", "calm", "tense"])
def test_loop_runs_into_its_start_without_a_seam(mood: str, tmp_path: Path) -> None:
    track = compose(mood, 0, 15.0, 2, tmp_path / "loop.wav", loop=True)
    sound = samples(track)
    bars = track.duration_s / (240 / track.tempo_bpm)
    assert track.duration_s >= 15.0
    assert bars == pytest.approx(round(bars), abs=1e-3)
    usual = np.abs(np.diff(sound, axis=0)).max()
    assert np.abs(sound[0] - sound[-1]).max() <= usual
    around = np.concatenate([sound[-RATE // 4 :], sound[: RATE // 4]])
    assert level_db(around) > level_db(sound) - 9


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("Upbeat and modern", "uplifting"),
        ("dark, urgent", "tense"),
        ("Lo-Fi", "chill"),
        ("CALM", "calm"),
        ("something else", "inspiring"),
        ("", "inspiring"),
    ],
)
def test_mood_is_found_in_what_people_write(text: str, mood: str) -> None:
    assert mood_named(text) == mood


@pytest.mark.parametrize(
    ("tempo_bpm", "duration_s", "words"),
    [
        (30, 10, "tempo must lie"),
        (300, 10, "tempo must lie"),
        (0, 0.1, "can last"),
        (0, 20_000, "can last"),
    ],
)
def test_music_out_of_range_is_refused(
    tempo_bpm: float, duration_s: float, words: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=words):
        compose("calm", tempo_bpm, duration_s, 1, tmp_path / "music.wav")
    assert not (tmp_path / "music.wav").exists()


def test_ten_minutes_take_little_memory(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        compose("calm", 60, 600.0, 1, tmp_path / "long.wav")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100_000_000


def test_chords_follow_the_scale() -> None:
    c_major, a_minor = Key(0, "major"), Key(9, "minor")
    assert [chord(c_major, symbol).classes for symbol in ("1", "5", "6", "47", "5sus4", "1add9")] == [
        (0, 4, 7),
        (7, 11, 2),
        (9, 0, 4),
        (5, 9, 0, 4),
        (7, 0, 2),
        (0, 4, 7, 2),
    ]
    assert [chord(a_minor, symbol).classes for symbol in ("1", "5M", "15")] == [(9, 0, 4), (4, 8, 11), (9, 4)]
    with pytest.raises(ValueError, match="is not a chord"):
        chord(c_major, "8")


def test_voices_move_by_small_steps() -> None:
    key, before = Key(0, "major"), ()
    for symbol in ("1", "5", "6", "4", "1"):
        notes = voicing(chord(key, symbol), before)
        assert sorted(note % 12 for note in notes) == sorted(chord(key, symbol).classes)
        assert not before or max(min(abs(note - old) for old in before) for note in notes) <= 3
        before = notes


def test_ladder_and_near_stay_on_the_chord() -> None:
    assert ladder(chord(Key(0, "major"), "1"), 60, 4) == (60, 64, 67, 72)
    assert (near(0, 62), near(11, 60), near(6, 60)) == (60, 59, 54)

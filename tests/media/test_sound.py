"""The sound is as long as the picture to the sample, every voice is where it belongs, and the loudness is right."""

import os
from pathlib import Path

import numpy as np
import pytest

from apps.media.errors import FFmpegCancelled, NotMedia
from apps.media.probe import probe
from apps.media.sound import Loudness, Music, Voice, measure, mix
from tests.media.conftest import ffmpeg, samples_of

RATE = 48_000


@pytest.fixture(scope="session")
def tick(shelf: Path) -> Path:
    """A tenth of a second of a loud tone, sharply cut."""
    ffmpeg("-f", "lavfi", "-i", "sine=1000:d=0.1:r=48000", "-af", "volume=6", shelf / "tick.wav")
    return shelf / "tick.wav"


@pytest.fixture(scope="session")
def bursts(shelf: Path) -> Path:
    """Short loud bursts over near silence: what a limiter finds hardest."""
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=20:c=pink:a=0.8:r=48000:seed=3",
        "-af",
        "volume='if(lt(mod(t,3),0.12),1,if(lt(mod(t,3),1.5),0.02,0.0005))':eval=frame",
        shelf / "bursts.wav",
    )
    return shelf / "bursts.wav"


def assert_platform_loudness(loudness: Loudness) -> None:
    assert loudness.lufs == pytest.approx(-14.0, abs=0.5)
    assert loudness.true_peak_dbtp <= -1.0


@pytest.mark.spec("GEN-05", "GEN-07")
def test_speech_over_music_has_the_platforms_loudness_and_length(
    speech: Path, music: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mix.m4a"

    told = mix([Voice(speech, 0.5), Voice(speech, 8.0)], Music(music), out, total_s=15.5)

    assert_platform_loudness(told)
    assert measure(out) == told
    audio = probe(out).audio
    assert audio is not None
    assert (audio.codec, audio.sample_rate, audio.channels, audio.duration_s) == ("aac", RATE, 2, 15.5)
    assert len(samples_of(out)) == 15.5 * RATE
    assert os.listdir(tmp_path) == ["mix.m4a"]


@pytest.mark.spec("GEN-05")
def test_speech_in_bursts_has_the_platforms_loudness(bursts: Path, tmp_path: Path) -> None:
    assert_platform_loudness(mix([Voice(bursts, 0)], None, tmp_path / "mix.m4a", total_s=20))


def test_music_alone_has_the_platforms_loudness_and_fades(music: Path, tmp_path: Path) -> None:
    out = tmp_path / "mix.m4a"

    assert_platform_loudness(mix([], Music(music), out, total_s=11.0))

    sound = np.abs(samples_of(out)).max(axis=1)
    assert len(sound) == 11 * RATE
    assert sound[: RATE // 100].max() < 0.05 * sound.max()
    assert sound[-RATE // 100 :].max() < 0.05 * sound.max()
    steady = [sound[second * RATE : (second + 1) * RATE].max() for second in range(1, 9)]
    assert min(steady) > 0.8 * max(steady)  # also where the music starts again


def test_nothing_is_silence_of_the_right_length(tmp_path: Path) -> None:
    out = tmp_path / "mix.m4a"

    assert mix([], None, out, total_s=2.0) == Loudness(-np.inf, -np.inf)

    assert len(samples_of(out)) == 2 * RATE
    assert np.abs(samples_of(out)).max() == 0


def test_silent_voice_is_not_made_loud(tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "anoisesrc=d=3:a=0.00002", tmp_path / "quiet.wav")

    assert mix([Voice(tmp_path / "quiet.wav", 0)], None, tmp_path / "mix.m4a", total_s=3).lufs < -50


@pytest.mark.parametrize("at_s", [0.5, 1.0 + 1 / 30, 2.987])
def test_voice_starts_at_its_place(tick: Path, tmp_path: Path, at_s: float) -> None:
    mix([Voice(tick, at_s)], None, tmp_path / "mix.m4a", total_s=4.0)

    sound = np.abs(samples_of(tmp_path / "mix.m4a")).max(axis=1)
    start = int(np.argmax(sound > 0.25 * sound.max()))
    assert start / RATE == pytest.approx(at_s, abs=0.002)


def test_part_of_a_voice_is_taken(speech: Path, tmp_path: Path) -> None:
    mix([Voice(speech, 1.0, in_s=0.2, length_s=0.5)], None, tmp_path / "mix.m4a", total_s=4.0)

    sound = np.abs(samples_of(tmp_path / "mix.m4a")).max(axis=1)
    loud = np.flatnonzero(sound > 0.1 * sound.max()) / RATE
    assert (loud.min(), loud.max()) == pytest.approx((1.0, 1.5), abs=0.02)


def test_voice_that_is_longer_than_the_picture_is_cut(speech: Path, tmp_path: Path) -> None:
    mix([Voice(speech, 0.0)], None, tmp_path / "mix.m4a", total_s=1.75)

    assert len(samples_of(tmp_path / "mix.m4a")) == 1.75 * RATE


@pytest.mark.spec("GEN-07")
def test_music_gives_way_while_somebody_speaks(music: Path, tmp_path: Path) -> None:
    """The voice is in one band, the music in another: so the music can be measured under the voice."""
    ffmpeg("-f", "lavfi", "-i", "sine=3000:d=3:r=48000", tmp_path / "voice.wav")
    mix([Voice(tmp_path / "voice.wav", 4.0)], Music(music, duck_db=9), tmp_path / "mix.m4a", total_s=12)

    def music_db(start_s: float, end_s: float) -> float:
        part = samples_of(tmp_path / "mix.m4a")[int(start_s * RATE) : int(end_s * RATE), 0]
        power = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
        hertz = np.fft.rfftfreq(len(part), 1 / RATE)
        return float(10 * np.log10(power[(hertz > 150) & (hertz < 500)].sum() / len(part)))

    before, under, after = music_db(2.5, 3.5), music_db(5.0, 6.0), music_db(8.5, 9.5)
    assert before - under == pytest.approx(8, abs=2)
    assert after == pytest.approx(before, abs=1)


def test_voices_of_different_gain_keep_their_difference(tick: Path, tmp_path: Path) -> None:
    mix([Voice(tick, 0.5), Voice(tick, 2.5, gain_db=-6)], None, tmp_path / "mix.m4a", total_s=4)

    sound = np.abs(samples_of(tmp_path / "mix.m4a")).max(axis=1)
    louder, softer = sound[: 2 * RATE].max(), sound[2 * RATE :].max()
    assert 20 * np.log10(louder / softer) == pytest.approx(6, abs=1.5)


def test_sound_of_a_clip_can_be_a_voice(clip: Path, tmp_path: Path) -> None:
    assert_platform_loudness(mix([Voice(clip, 0.0)], None, tmp_path / "mix.m4a", total_s=3))


def test_file_without_sound_is_refused(photo: Path, tmp_path: Path) -> None:
    with pytest.raises(NotMedia, match=r"There is no sound in photo\.png: choose another file"):
        mix([Voice(photo, 0.0)], None, tmp_path / "mix.m4a", total_s=3)


def test_cancelled_mix_leaves_the_old_file(speech: Path, tmp_path: Path) -> None:
    (tmp_path / "mix.m4a").write_bytes(b"old")

    with pytest.raises(FFmpegCancelled):
        mix([Voice(speech, 0.0)], None, tmp_path / "mix.m4a", total_s=3, cancelled=lambda: True)

    assert (os.listdir(tmp_path), (tmp_path / "mix.m4a").read_bytes()) == (["mix.m4a"], b"old")


def test_progress_rises_to_one(speech: Path, tmp_path: Path) -> None:
    told: list[float] = []

    mix([Voice(speech, 0.0)], None, tmp_path / "mix.m4a", total_s=3, on_progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0

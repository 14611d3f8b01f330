"""Sound cut into parts for speech recognition, between words."""

from pathlib import Path

import pytest

from apps.media.ffmpeg import Output, run
from apps.media.probe import probe
from apps.media.speech import RATE, is_silent, quiet_pieces, write_piece


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 seconds of sound in a video, silent only from 12.4 to 13 s."""
    path = tmp_path_factory.mktemp("talk") / "talk.mp4"
    sound = "sine=f=300:r=48000,volume='if(between(t,12.4,13),0,0.5)':eval=frame"
    inputs = ["-f", "lavfi", "-t", "30", "-i", sound, "-f", "lavfi", "-t", "30", "-i", "color=s=64x36:r=5"]
    run(inputs, [Output(path, ("-ac", "2", "-pix_fmt", "yuv420p"))])
    return path


def test_a_long_sound_is_cut_where_nobody_speaks(talk: Path) -> None:
    first, second = quiet_pieces(talk, 30.0, piece_s=12.0)[:2]
    assert first[0] == 0.0
    assert 12.4 <= first[1] <= 13.0
    assert second[0] == first[1]


def test_parts_cover_all_of_it_once(talk: Path) -> None:
    pieces = quiet_pieces(talk, 30.0, piece_s=7.0)
    assert [pieces[0][0], pieces[-1][1]] == [0.0, 30.0]
    assert [end for _, end in pieces[:-1]] == [start for start, _ in pieces[1:]]
    assert all(3.0 < end - start < 14.0 for start, end in pieces)


def test_a_short_sound_is_one_part(talk: Path) -> None:
    assert quiet_pieces(talk, 30.0) == [(0.0, 30.0)]


def test_a_part_is_small_mono_sound(talk: Path, tmp_path: Path) -> None:
    part = tmp_path / "part.m4a"
    write_piece(talk, part, 5.0, 15.0)
    facts = probe(part)
    assert facts.video is None
    assert facts.audio is not None
    assert (facts.audio.sample_rate, facts.audio.channels) == (RATE, 1)
    assert facts.duration_s == pytest.approx(10.0, abs=0.2)
    assert part.stat().st_size < 100_000


@pytest.mark.parametrize(
    ("sound", "silent"),
    [
        ("anullsrc", True),
        ("sine=f=300,volume=-50dB", True),  # a sine of this source is at −18 dB
        ("sine=f=300,volume=-30dB", False),
        ("aevalsrc='if(between(t,1,1.2),0.01*sin(2000*t),0)'", False),
    ],
)
def test_silence_is_known_as_it_will_be_sent(sound: str, silent: bool, tmp_path: Path) -> None:
    path, part = tmp_path / "film.mp4", tmp_path / "part.m4a"
    run(["-f", "lavfi", "-t", "3", "-i", sound], [Output(path, ("-ac", "2", "-c:a", "aac"))])
    write_piece(path, part, 0.0, 3.0)
    assert is_silent(part) is silent

"""Finished videos mended for platforms, and what platforms ask of a file."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from apps.media.errors import FFmpegCancelled, NotMedia
from apps.media.formats import FrameSize
from apps.media.house import Fit, fit, inside
from apps.media.house.fitting import Box
from apps.media.house.mezzanine import Limits
from apps.media.reading import facts_of
from tests.media.conftest import ffmpeg, frames_of

H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
TONE = "sine=d=3"
UPRIGHT = FrameSize(270, 480)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    shelf = tmp_path_factory.mktemp("sources")

    def make(name: str, coding: str, picture: str, tone: str = "") -> Path:
        path = shelf / name
        inputs = ["-f", "lavfi", "-i", picture]
        inputs += ["-f", "lavfi", "-i", tone] if tone else []
        if not path.exists():
            ffmpeg(*inputs, *coding.split(), path)
        return path

    return make


def wide(source: Callable[..., Path]) -> Path:
    return source("wide.mp4", f"{H264} -c:a aac", "color=white:s=160x120:r=25:d=3", TONE)


@pytest.mark.spec("PUB-01", "TRC-04")
def test_other_shape_stands_on_a_blurred_ground_within_the_safe_part(
    source: Callable[..., Path], tmp_path: Path
) -> None:
    box = inside(160, 120, UPRIGHT, (0.1, 0.1, 0.2, 0.0))
    assert box == Box(x=0, y=124, width=242, height=182)
    fit(wide(source), tmp_path / "out.mp4", Fit(UPRIGHT, Fraction(25), box, level_sound=True))
    facts = facts_of(tmp_path / "out.mp4")
    assert (facts.container, facts.video_codec, facts.audio_codec, facts.index_first) == (
        "mp4",
        "h264",
        "aac",
        True,
    )
    assert (facts.width, facts.height, facts.fps, facts.duration_s) == (270, 480, 25.0, 3.0)
    assert facts.lufs is not None
    assert abs(facts.lufs + 14) <= 0.5
    frame = frames_of(tmp_path / "out.mp4", UPRIGHT)[30]
    assert frame[215, 120].min() > 240, "the picture itself is as bright as it was"
    assert 100 < frame[20, 120].max() < 220, "what stands behind it is darker"
    assert list(tmp_path.iterdir()) == [tmp_path / "out.mp4"]


@pytest.mark.spec("TRC-04")
def test_hevc_in_mov_becomes_h264_in_mp4(source: Callable[..., Path], tmp_path: Path) -> None:
    path = source(
        "phone.mov",
        "-c:v libx265 -tag:v hvc1 -x265-params log-level=none -preset ultrafast -c:a aac",
        "testsrc2=s=160x90:r=25:d=2",
        "sine=d=2",
    )
    before = facts_of(path)
    assert (before.container, before.video_codec) == ("mov", "hevc")
    fit(path, tmp_path / "out.mp4", Fit(FrameSize(160, 90), Fraction(25)))
    after = facts_of(tmp_path / "out.mp4")
    assert (after.container, after.video_codec, after.width, after.height) == ("mp4", "h264", 160, 90)


def test_copied_picture_gets_silence_or_levelled_sound(source: Callable[..., Path], tmp_path: Path) -> None:
    silent = source("silent.mp4", H264, "testsrc2=s=160x90:r=25:d=2")
    assert not facts_of(silent).has_sound
    fit(silent, tmp_path / "heard.mp4", Fit(level_sound=True))
    facts = facts_of(tmp_path / "heard.mp4")
    assert (facts.audio_codec, facts.lufs, facts.fps) == ("aac", None, 25.0)
    quiet = source("quiet.mov", f"{H264} -c:a aac", "testsrc2=s=160x90:r=25:d=3", "sine=d=3,volume=-30dB")
    fit(quiet, tmp_path / "loud.mp4", Fit(level_sound=True))
    facts = facts_of(tmp_path / "loud.mp4")
    assert facts.lufs is not None
    assert abs(facts.lufs + 14) <= 0.5
    assert (facts.container, facts.index_first) == ("mp4", True)


def test_another_container_only_copies(source: Callable[..., Path], tmp_path: Path) -> None:
    path = source("plain.mkv", f"{H264} -c:a aac", "testsrc2=s=160x90:r=25:d=2", "sine=d=2")
    assert facts_of(path).container == "mkv"
    fit(path, tmp_path / "out.mp4", Fit())
    facts = facts_of(tmp_path / "out.mp4")
    assert (facts.container, facts.video_codec, facts.audio_codec) == ("mp4", "h264", "aac")


def test_cut_video_ends_where_it_is_cut(source: Callable[..., Path], tmp_path: Path) -> None:
    fit(wide(source), tmp_path / "out.mp4", Fit(FrameSize(160, 120), Fraction(25), keep_s=1.0))
    assert facts_of(tmp_path / "out.mp4").duration_s == 1.0
    with pytest.raises(ValueError, match="needs a frame"):
        Fit(keep_s=1.0)


def test_file_that_nobody_can_use_has_its_refusal_for_a_fact(
    source: Callable[..., Path], tmp_path: Path
) -> None:
    empty, cut, heard = tmp_path / "empty.mp4", tmp_path / "cut.mp4", tmp_path / "heard.m4a"
    empty.touch()
    cut.write_bytes(wide(source).read_bytes()[:2000])
    ffmpeg("-f", "lavfi", "-i", TONE, heard)
    assert "empty (0 bytes)" in facts_of(empty).refusal
    assert "incomplete" in facts_of(cut).refusal
    assert "no moving picture" in facts_of(heard).refusal
    with pytest.raises(NotMedia):
        fit(heard, tmp_path / "out.mp4", Fit())


def test_stopped_work_leaves_nothing(source: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(FFmpegCancelled):
        fit(
            wide(source),
            tmp_path / "out.mp4",
            Fit(UPRIGHT, Fraction(25)),
            Limits(cancelled=lambda: True),
        )
    assert list(tmp_path.iterdir()) == []

"""What is in a file, and what is said to a person when it cannot be used."""

from pathlib import Path

import pytest
from PIL import Image

from apps.media.errors import NotMedia
from apps.media.probe import AudioStream, Probe, VideoStream, probe
from tests.media.conftest import Make, ffmpeg

INCOMPLETE = "The file is incomplete"
UNREADABLE = "not a video, sound or picture that can be read"


def test_probe_tells_size_rate_length_and_streams(clip: Path) -> None:
    video = VideoStream(
        width=160,
        height=90,
        fps=30.0,
        codec="h264",
        pix_fmt="yuv420p",
        rotation=0,
        variable_rate=False,
        hdr=False,
        colour_space="",
        duration_s=3.0,
        frames=90,
    )
    audio = AudioStream(codec="aac", sample_rate=44100, channels=1, duration_s=3.0)

    assert probe(clip) == Probe(3.0, "mov", clip.stat().st_size, video, audio, still=False)


def test_probe_tells_the_size_as_shown_of_a_rotated_clip(clip: Path, tmp_path: Path) -> None:
    ffmpeg("-display_rotation", "90", "-i", clip, "-c", "copy", tmp_path / "rotated.mp4")

    video = probe(tmp_path / "rotated.mp4").video

    assert video is not None
    assert (video.width, video.height, video.rotation) == (90, 160, 90)


def test_probe_tells_the_size_as_shown_of_wide_pixels(clip: Path, tmp_path: Path) -> None:
    ffmpeg("-i", clip, "-vf", "scale=80:90,setsar=2", tmp_path / "wide.mp4")

    video = probe(tmp_path / "wide.mp4").video

    assert video is not None
    assert (video.width, video.height) == (160, 90)


def test_probe_tells_a_variable_rate(counting: Make) -> None:
    variable = probe(counting(extra="select='gt(mod(n,7),2)'")).video
    constant = probe(counting()).video

    assert variable is not None
    assert constant is not None
    assert (variable.variable_rate, constant.variable_rate) == (True, False)


def test_probe_tells_sound_alone_and_picture_alone(speech: Path, counting: Make) -> None:
    sound, picture = probe(speech), probe(counting())

    assert (sound.video, sound.audio is not None, round(sound.duration_s, 3)) == (None, True, 6.0)
    assert (picture.audio, picture.video is not None) == (None, True)


def test_probe_reads_4k_at_60(tmp_path: Path) -> None:
    ffmpeg(
        "-f", "lavfi", "-i", "color=s=3840x2160:r=60:d=0.2", "-preset", "ultrafast", tmp_path / "large.mp4"
    )

    video = probe(tmp_path / "large.mp4").video

    assert video is not None
    assert (video.width, video.height, video.fps, video.frames) == (3840, 2160, 60.0, 12)


def test_probe_knows_a_picture_by_its_bytes_and_turns_it_upright(tmp_path: Path) -> None:
    path = tmp_path / "photo.mp4"
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.new("RGB", (40, 20)).save(path, "JPEG", exif=exif)

    facts = probe(path)

    assert facts.still
    assert facts.video is not None
    assert (facts.video.width, facts.video.height, facts.duration_s) == (20, 40, 0.0)


def test_probe_refuses_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(NotMedia, match="The file is gone: upload it again"):
        probe(tmp_path / "missing.mp4")


def test_probe_refuses_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()

    with pytest.raises(NotMedia, match=r"The file is empty \(0 bytes\)"):
        probe(tmp_path / "empty.mp4")


@pytest.mark.parametrize(
    "content", [b"This is a letter to my aunt.\n" * 50, bytes(range(256)) * 40, b"\x00" * 4096]
)
def test_probe_refuses_what_is_only_named_mp4(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "text.mp4").write_bytes(content)

    with pytest.raises(NotMedia, match=UNREADABLE):
        probe(tmp_path / "text.mp4")


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        ("mp4", ["-movflags", "+faststart"]),
        ("mp4", []),
        ("mkv", []),
    ],
)
def test_probe_refuses_a_file_that_is_cut_off(
    clip: Path, tmp_path: Path, suffix: str, options: list[str]
) -> None:
    whole, cut = tmp_path / f"whole.{suffix}", tmp_path / f"cut.{suffix}"
    ffmpeg("-stream_loop", "3", "-i", clip, "-c:v", "copy", "-an", *options, whole)
    assert probe(whole).video is not None
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    with pytest.raises(NotMedia, match=INCOMPLETE):
        probe(cut)


def test_probe_refuses_a_picture_that_is_cut_off(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.png").write_bytes(photo.read_bytes()[:2000])

    with pytest.raises(NotMedia, match="The picture is damaged or incomplete"):
        probe(tmp_path / "cut.png")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.m3u8", "#EXTM3U\n#EXTINF:3,\n{clip}\n#EXT-X-ENDLIST\n"),
        ("list.ffconcat", "ffconcat version 1.0\nfile '{clip}'\n"),
        ("drawing.svg", '<svg xmlns="http://www.w3.org/2000/svg"><image href="{clip}"/></svg>'),
        ("list.mp4", "ffconcat version 1.0\nfile '{clip}'\n"),
    ],
)
def test_probe_refuses_files_that_name_other_files(
    clip: Path, tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content.format(clip=clip))

    with pytest.raises(NotMedia, match=UNREADABLE):
        probe(tmp_path / name)

"""What the stand-ins read of a film: its length and sides, from the real thing and from nonsense."""

from pathlib import Path

import pytest

from apps.sandbox.mp4 import Film, read
from tests.media.conftest import ffmpeg
from tests.sandbox.clients import box, mp4


def write(folder: Path, content: bytes) -> Path:
    file = folder / "film.mp4"
    file.write_bytes(content)
    return file


def test_boxes_of_the_tests_are_read(tmp_path: Path) -> None:
    assert read(write(tmp_path, mp4(duration_s=12.5, width=720, height=1280))) == Film(12.5, 720, 1280)


@pytest.mark.parametrize(
    "content", [b"", b"no film", box(b"ftyp", b"isom"), box(b"free", bytes(40)) + bytes(9)]
)
def test_what_is_no_film_is_none(tmp_path: Path, content: bytes) -> None:
    assert read(write(tmp_path, content)) is None


@pytest.mark.parametrize("flags", ["+faststart", "0"])
def test_real_film_is_read_wherever_its_index_stands(tmp_path: Path, flags: str) -> None:
    file = tmp_path / "real.mp4"
    source = ("-f", "lavfi", "-i", "color=gray:s=360x640:r=25:d=1")
    ffmpeg(*source, "-c:v", "libx264", "-preset", "ultrafast", "-movflags", flags, file)
    assert read(file) == Film(1.0, 360, 640)

"""Files from outside can't talk the programs that read them into taking the machine."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apps.media import bounds
from apps.media.errors import FFmpegFailed, FFmpegTimeout, MediaError, NotMedia
from apps.media.probe import probe
from apps.media.stills import frame_at

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prlimit is Linux's")

ANSWER = (
    '{"format": {"format_name": "mp4", "duration": "1"}, '
    '"streams": [{"codec_type": "audio", "codec_name": "aac"}], "packets": [{"pts_time": "1"}]}'
)


@pytest.fixture
def behaving(settings: Any, tmp_path: Path) -> Any:
    """In ffprobe's place a Python program that does this and then answers well."""

    def behave(line: str) -> None:
        program = tmp_path / "ffprobe"
        program.write_text(f"#!{sys.executable} -IS\n{line}\nprint({ANSWER!r})\n")
        program.chmod(0o755)
        settings.FFPROBE = str(program)

    return behave


def test_program_that_keeps_within_its_bounds_is_believed(behaving: Any, clip: Path) -> None:
    behaving("pass")
    assert probe(clip).duration_s == 1


def test_program_that_wants_much_memory_gets_none(behaving: Any, clip: Path) -> None:
    behaving("bytearray(2 << 30)")
    with pytest.raises(NotMedia):
        probe(clip)


def test_program_that_says_too_much_is_ended(behaving: Any, clip: Path) -> None:
    behaving("while True: print('x' * 65536)")
    with pytest.raises(FFmpegFailed, match="says more than"):
        probe(clip)


def test_program_that_computes_for_ever_is_ended(
    behaving: Any, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "LOOK", replace(bounds.LOOK, cpu_s=1))
    behaving("while True: pass")
    with pytest.raises(FFmpegTimeout):
        probe(clip)


@pytest.mark.parametrize(
    "deed",
    [
        "import os; os.write(os.open({0!r}, os.O_WRONLY | os.O_CREAT), b'x')",
        "import os; [os.open('/dev/null', 0) for _ in range(100)]",
    ],
)
def test_program_that_writes_or_opens_many_files_fails(
    behaving: Any, clip: Path, tmp_path: Path, deed: str
) -> None:
    target = tmp_path / "written"
    behaving(deed.format(str(target)))
    with pytest.raises((NotMedia, MediaError)):
        probe(clip)
    assert not target.exists() or target.stat().st_size == 0


def test_real_programs_are_held_too(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert probe(clip).video is not None
    assert frame_at(clip, 0.5)
    for name in ("LOOK", "FRAME"):
        monkeypatch.setattr(bounds, name, replace(getattr(bounds, name), memory_bytes=8 << 20))
    with pytest.raises((NotMedia, FFmpegFailed)):
        probe(clip)
    with pytest.raises(FFmpegFailed):
        frame_at(clip, 0.5)

"""Videos from the command line."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.creation.models import Run
from tests.creation.conftest import STORY

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("small_frames", "quick_sounds", "templates", "team"),
]


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.mark.spec("GEN-01")
def test_it_prints_the_files_that_were_made(text_file, work_off, capsys):
    options = {"template": "trending-challenge", "formats": "1x1,9x16"}
    call_command("create_video", text_file=text_file, **options)
    assert capsys.readouterr().out == f"run {Run.objects.get().pk}\n"
    work_off(Run.objects.get())
    call_command(
        "create_video", text_file=text_file, wait=True, **options
    )  # all of it is kept from the first
    files = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(file.suffix for file in files) == [".jpg", ".jpg", ".jpg", ".mp4", ".mp4", ".srt", ".vtt"]
    assert all(file.stat().st_size > 0 for file in files)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"topic": " "}, "Say in a few words what the video is about."),
        ({"url": "ftp://example.com/x"}, "Give a whole link"),
        ({"topic": "Bees", "template": "nothing"}, "There is no template nothing. Known ones: viral-hook"),
        ({"topic": "Bees", "formats": "3x2"}, "There is no format 3x2"),
        ({"topic": "Bees", "team": "nobody"}, "Known ones: morning-show"),
        ({"text_file": Path("/nowhere.txt")}, "can't be read as UTF-8 text"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(options, words):
    with pytest.raises(CommandError, match=words.replace(".", r"\.").replace("/", "/")):
        call_command("create_video", **options)
    assert Run.objects.count() == 0


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "picture.txt"
    path.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("create_video", text_file=path)

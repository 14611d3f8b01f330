"""The page where videos are uploaded, its form for browsers without scripts, and the page of what is being made."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.jobs.models import Job, JobStatus
from apps.library.models import Video, VideoSource, VideoStatus
from apps.library.uploads.jobs import start_ingest
from apps.library.uploads.models import Upload, UploadStatus
from apps.teams.models import Team
from tests.factories import UploadFactory, VideoFactory

HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


def page(team: Team) -> str:
    return f"/studio/{team.slug}/library/uploads/"


def film(name: str = "walk.mp4", content: bytes = b"not checked yet") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="video/mp4")


def send(client: Client, team: Team, *files: SimpleUploadedFile, **more: str) -> Any:
    return client.post(f"{page(team)}files/", {"licence": "own work", "file": list(files), **more})


def test_page_is_for_those_who_may_edit(
    team: Team, client: Client, charlie_client: Client, victor_client: Client, bob_client: Client
) -> None:
    codes = [one.get(page(team)).status_code for one in (client, charlie_client, victor_client, bob_client)]
    assert codes == [302, 404, 403, 200]


def test_page_lists_uploads_in_every_state(team: Team, alice: User, alice_client: Client) -> None:
    video = VideoFactory(team=team, title="The pier")
    mine = {"team": team, "created_by": alice}
    UploadFactory(**mine, name="half.mp4", size_bytes=4_000_000_000, received_bytes=1_000_000_000)
    UploadFactory(**mine, name="words.mp4", status=UploadStatus.REFUSED, error="These are words.")
    UploadFactory(**mine, name="again.mp4", status=UploadStatus.KNOWN, video=video)
    UploadFactory(**mine, name="pier.mp4", status=UploadStatus.ACCEPTED, video=video)
    html = alice_client.get(page(team)).content.decode()
    for words in (
        "half.mp4",
        "953.7\xa0MB of 3.7\xa0GB are here",
        "These are words.",
        "The pier",
        "not kept twice",
    ):
        assert words in html, words
    part = alice_client.get(page(team), headers=HTMX).content.decode()
    assert part.strip().startswith('<section id="list"')


@pytest.mark.spec("LIB-02")
def test_files_of_a_plain_form_go_the_same_way(team: Team, alice_client: Client) -> None:
    answer = send(alice_client, team, film("one.mp4"), film("two.mp4"))
    assert (answer.status_code, answer["Location"]) == (302, page(team))
    assert sorted(Upload.objects.values_list("name", "status")) == [
        ("one.mp4", "checking"),
        ("two.mp4", "checking"),
    ]
    assert Job.objects.filter(kind="library.check_upload").count() == 2


@pytest.mark.parametrize(
    ("files", "more", "words"),
    [
        ((), {}, "Choose at least one video file."),
        ((("empty.mp4", b""),), {}, "empty.mp4: This file is empty (0 bytes)"),
        ((("walk.mp4", b"x"),), {"licence": "licensed"}, "Say where the licence can be found."),
    ],
)
def test_form_says_beside_the_field_what_is_wrong(
    team: Team, alice_client: Client, files: tuple[tuple[str, bytes], ...], more: dict[str, str], words: str
) -> None:
    answer = send(alice_client, team, *(film(*file) for file in files), **more)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Upload.objects.exists()


def test_good_files_are_taken_beside_a_bad_one(team: Team, alice_client: Client) -> None:
    assert send(alice_client, team, film("good.mp4"), film("empty.mp4", b"")).status_code == 422
    assert list(Upload.objects.values_list("name", flat=True)) == ["good.mp4"]


def test_name_of_a_file_leads_nowhere(team: Team, alice_client: Client) -> None:
    send(alice_client, team, film("..\\..\\etc\\pass\u202ewd.mp4"))
    assert Upload.objects.get().name == "passwd.mp4"


@pytest.mark.parametrize("status", [UploadStatus.RECEIVING, UploadStatus.REFUSED])
def test_upload_is_cancelled_or_taken_off_the_list(team: Team, alice_client: Client, status: str) -> None:
    upload = UploadFactory(team=team, status=status)
    address = f"{page(team)}{upload.pk}/cancel/"
    answer = alice_client.post(address, headers=HTMX)
    assert (answer.status_code, Upload.objects.exists()) == (200, False)
    assert alice_client.post(address).status_code == 404


def test_cancelled_check_does_not_run(team: Team, alice_client: Client) -> None:
    send(alice_client, team, film())
    alice_client.post(f"{page(team)}{Upload.objects.get().pk}/cancel/")
    assert (Upload.objects.count(), Job.objects.get().status) == (0, JobStatus.CANCELLED)


@pytest.fixture
def going(team: Team) -> Video:
    """A video of which the mezzanine is being made."""
    video: Video = VideoFactory(
        team=team, title="Fog", status=VideoStatus.MAKING, source=VideoSource.UPLOADED, duration_s=None
    )
    start_ingest(video)
    return video


@pytest.mark.spec("TRC-04")
def test_page_of_a_video_says_what_is_made_and_how_long_it_takes(
    team: Team, going: Video, alice_client: Client
) -> None:
    Job.objects.filter(kind="library.make_mezzanine").update(
        status=JobStatus.RUNNING,
        progress=0.25,
        progress_text="encoding the picture",
        started_at=timezone.now() - timedelta(seconds=60),
    )
    address = f"/studio/{team.slug}/library/videos/{going.pk}/"
    html = alice_client.get(address).content.decode()
    for words in (
        "Bring the video into the house format",
        "encoding the picture",
        "3 min",
        "Draw the sound",
        "Stop",
    ):
        assert words in html, words
    part = alice_client.get(address, headers={**HTMX, "HX-Target": "making"}).content.decode()
    assert part.strip().startswith('<div id="making"')


def test_work_is_stopped_and_gone_on_with_from_the_page(
    team: Team, going: Video, alice_client: Client
) -> None:
    address = f"/studio/{team.slug}/library/videos/{going.pk}/"
    assert alice_client.post(f"{address}making/stop/").status_code == 302
    going.refresh_from_db()
    assert going.status == VideoStatus.FAILED
    assert "Go on" in alice_client.get(address).content.decode()
    assert alice_client.post(f"{address}making/retry/").status_code == 302
    going.refresh_from_db()
    assert going.status == VideoStatus.MAKING
    assert set(Job.objects.values_list("status", flat=True)) <= {"queued", "held", "waiting"}

"""What becomes of an uploaded file: refused with a sentence, recognised, or brought into the house format."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.accounts.models import User
from apps.events.models import Event
from apps.jobs.models import Job, JobStatus
from apps.jobs.runner import run_job
from apps.library import queries
from apps.library.models import Asset, AssetKind, StoredFile, Video, VideoStatus
from apps.library.provenance import Provenance
from apps.library.services import ingest, retry_ingest, stop_ingest
from apps.library.services.ingest import picture_older
from apps.library.uploads import space, workplace
from apps.library.uploads.jobs import start_pictures
from apps.library.uploads.list import makings, time_left_s, upload_rows
from apps.library.uploads.models import UploadStatus
from apps.media import house
from apps.media.errors import DiskFull, FFmpegFailed
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory
from tests.library.ingesting import ingested, sent, work
from tests.media.conftest import ffmpeg

CHAIN = ["check_upload", "make_mezzanine", "make_stills", "make_waveform", "finish_ingest"]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of moving picture with sound."""
    path = tmp_path_factory.mktemp("walk") / "a_walk.mp4"
    picture, tone = "testsrc2=s=160x90:r=25:d=2", "sine=440:d=2"
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone, *coding, path)
    return path


def left_behind() -> list[Path]:
    return list(Path(settings.WORK_DIR).glob("ingest-*"))


def bytes_of(asset: Asset) -> bytes:
    with asset.open() as file:
        return bytes(file.read())


@pytest.mark.spec("LIB-02", "TRC-03", "TRC-04", "TRC-08")
def test_uploaded_file_becomes_a_video_with_everything_that_pages_need(
    team: Team, alice: User, walk: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        upload = sent(team, alice, walk)
        done = work(team)
    assert done == [f"library.{name}" for name in CHAIN]
    upload.refresh_from_db()
    video = upload.video
    assert video is not None
    assert (upload.status, video.status, video.source) == ("accepted", VideoStatus.READY, "uploaded")
    assert (video.title, video.duration_s, video.created_by) == ("a walk", 2.0, alice)
    found = queries.contents(video)
    rendition = found.rendition("16x9")
    assert rendition is not None
    assert (rendition.width, rendition.height, rendition.format, rendition.suffix) == (160, 90, "16x9", "mp4")
    assert [(asset.kind, asset.suffix) for asset in found.others] == [
        ("source", "mp4"), ("poster", "jpg"), ("sprite", "jpg"), ("sprite", "vtt"), ("waveform", "json"),
    ]  # fmt: skip
    assert found.still is not None
    assert (found.still.kind, found.still.width) == ("poster", 160)
    source = found.others[0]
    assert bytes_of(source) == walk.read_bytes()
    assert (source.provenance.provider, source.provenance.licence) == ("upload", "own work")
    assert (rendition.provenance.provider, rendition.provenance.licence) == ("showrunner", "own work")
    assert Event.objects.filter(type="video.ready", subject_id=str(video.pk)).count() == 1
    assert left_behind() == []
    assert not default_storage.exists(space.name_of(upload))


def test_pictures_and_peaks_fit_the_timeline(team: Team, alice: User, walk: Path) -> None:
    video = ingested(team, alice, walk)
    times = bytes_of(Asset.objects.get(video=video, kind="sprite", file__path__endswith=".vtt"))
    peaks = bytes_of(Asset.objects.get(video=video, kind="waveform"))
    assert times.decode().splitlines()[:6] == [
        "WEBVTT", "", "00:00:00.000 --> 00:00:00.500", "sprite.jpg#xywh=0,0,160,90", "",
        "00:00:00.500 --> 00:00:01.000",
    ]  # fmt: skip
    drawn = json.loads(peaks)
    assert (drawn["duration_s"], drawn["loudest"], len(drawn["peaks"])) == (2.0, 100, 1600)
    assert 15 < min(drawn["peaks"][100:-100]) <= max(drawn["peaks"]) <= 100


# How FFmpeg makes a file of this name (nothing: it holds words), and what is said of it.
BAD = {
    "notes.mp4": ("", "not a video, sound or picture"),
    "photo.mov": ("testsrc2=s=64x64 -frames:v 1 -f image2 -c:v png", "This is a picture, not a video"),
    "song.mp4": ("sine=d=1 -c:a aac", "This is a sound file, not a video"),
    "blink.mp4": ("testsrc2=s=64x64:r=25:d=0.2 -pix_fmt yuv420p", "too short"),
    "strip.mp4": ("testsrc2=s=64x8:r=25:d=1 -pix_fmt yuv420p", "64 × 8 pixels"),
}


@pytest.mark.spec("LIB-02", "TRC-04")
@pytest.mark.parametrize("name", sorted(BAD))
def test_file_that_is_no_video_is_refused_with_a_sentence(
    team: Team, alice: User, tmp_path: Path, name: str, django_capture_on_commit_callbacks: Any
) -> None:
    making, words = BAD[name]
    if making:
        ffmpeg("-f", "lavfi", "-i", *making.split(), tmp_path / name)
    else:
        (tmp_path / name).write_text("These are words, not pictures.")
    with django_capture_on_commit_callbacks(execute=True):
        upload = sent(team, alice, tmp_path / name)
        assert work(team) == ["library.check_upload"]
    upload.refresh_from_db()
    assert (upload.status, words in upload.error) == (UploadStatus.REFUSED, True), upload.error
    assert (Video.objects.count(), StoredFile.objects.count(), left_behind()) == (0, 0, [])
    assert not default_storage.exists(space.name_of(upload))
    assert Job.objects.get().status == JobStatus.DONE, "a bad file is no failure of ours"


@pytest.mark.spec("LIB-02", "TRC-04")
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_file_that_breaks_off_is_refused_with_a_sentence(
    team: Team, alice: User, walk: Path, tmp_path: Path, share: float
) -> None:
    whole = walk.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: int(len(whole) * share)])
    upload = sent(team, alice, cut)
    work(team)
    upload.refresh_from_db()
    assert (upload.status, "incomplete" in upload.error) == (UploadStatus.REFUSED, True), upload.error


@pytest.mark.spec("LIB-09")
def test_same_file_sent_again_is_recognised_and_kept_once(
    team: Team, alice: User, bob: User, walk: Path
) -> None:
    video = ingested(team, alice, walk)
    files = StoredFile.objects.count()
    again = sent(team, bob, walk, name="another name.mp4")
    assert work(team) == ["library.check_upload"]
    again.refresh_from_db()
    assert (again.status, again.video) == (UploadStatus.KNOWN, video)
    assert (Video.objects.count(), StoredFile.objects.count()) == (1, files)


def test_same_file_of_another_team_is_not_known(team: Team, alice: User, charlie: User, walk: Path) -> None:
    ingested(team, alice, walk)
    assert ingested(Team.objects.get(members=charlie), charlie, walk).status == VideoStatus.READY


@pytest.mark.spec("TRC-08")
def test_file_in_the_house_format_is_taken_as_it_is(
    team: Team, alice: User, walk: Path, tmp_path: Path
) -> None:
    house.make_mezzanine(walk, tmp_path / "house.mp4")
    video = ingested(team, alice, tmp_path / "house.mp4")
    source, rendition = (Asset.objects.get(video=video, kind=kind) for kind in ("source", "rendition"))
    assert source.file == rendition.file, "the same bytes are kept once"
    made = Job.objects.get(kind="library.make_mezzanine")
    assert made.result == {"frames": 50, "copied": ["picture", "sound"]}


def test_every_job_may_run_twice(team: Team, alice: User, walk: Path) -> None:
    video = ingested(team, alice, walk)
    before = {(asset.kind, asset.file_id) for asset in video.assets.all()}
    Job.objects.filter(kind__in=[f"library.{name}" for name in CHAIN]).update(status=JobStatus.QUEUED)
    work(team)
    assert {(asset.kind, asset.file_id) for asset in video.assets.all()} == before
    assert Video.objects.count() == 1
    assert Event.objects.filter(type="video.ready").count() == 1


@pytest.mark.spec("TRC-04")
def test_full_disk_puts_the_work_off_and_it_goes_on_later(
    team: Team, alice: User, walk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(team, alice, walk)
    work(team, without=("library.make_mezzanine",))

    def full(*_: object, **__: object) -> None:
        raise DiskFull("no room")

    with monkeypatch.context() as patched:
        patched.setattr(house, "make_mezzanine", full)
        job = Job.objects.get(kind="library.make_mezzanine")
        run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.attempts, job.error) == (JobStatus.SCHEDULED, 0, workplace.SENTENCE)
    assert (Video.objects.get().status, left_behind()) == (VideoStatus.MAKING, [])
    work(team)
    assert Video.objects.get().status == VideoStatus.READY


@pytest.mark.spec("TRC-04")
def test_work_that_fails_for_good_is_said_and_can_be_tried_again(
    team: Team, alice: User, walk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise FFmpegFailed("the encoder is gone")

    with monkeypatch.context() as patched:
        patched.setattr(house, "make_mezzanine", broken)
        sent(team, alice, walk)
        work(team)
        ingest.job_failed(Job.objects.get(kind="library.make_mezzanine"))
    video = Video.objects.get()
    making = makings(team, [str(video.pk)])[str(video.pk)]
    assert (video.status, making.stuck, making.runs) == (VideoStatus.FAILED, True, False)
    assert "the encoder is gone" in making.steps[0].error
    retry_ingest(video, actor=alice)
    assert Video.objects.get().status == VideoStatus.MAKING
    work(team)
    assert Video.objects.get().status == VideoStatus.READY


@pytest.mark.spec("TRC-04")
def test_work_that_is_stopped_goes_on_when_it_is_wanted_again(team: Team, alice: User, walk: Path) -> None:
    sent(team, alice, walk)
    work(team, without=("library.make_mezzanine",))
    video = Video.objects.get()
    stop_ingest(video)
    assert work(team) == []
    assert (Video.objects.get().status, left_behind()) == (VideoStatus.FAILED, [])
    with pytest.raises(ingest.LibraryError, match="Nothing is being made"):
        stop_ingest(video)
    retry_ingest(video, actor=alice)
    work(team)
    assert Video.objects.get().status == VideoStatus.READY
    with pytest.raises(ingest.LibraryError, match="is made"):
        retry_ingest(video, actor=alice)


def test_video_whose_jobs_were_cancelled_elsewhere_does_not_stay_in_the_making(
    team: Team, alice: User, walk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "SETTLE_AFTER", -ingest.SETTLE_AFTER)
    sent(team, alice, walk)
    work(team, without=("library.make_mezzanine",))
    assert ingest.settle_stopped() == 0
    Job.objects.exclude(status=JobStatus.DONE).update(status=JobStatus.CANCELLED)
    assert ingest.settle_stopped() == 1
    assert Video.objects.get().status == VideoStatus.FAILED


@pytest.mark.spec("TRC-04")
def test_folder_of_a_killed_worker_is_removed(team: Team, alice: User, walk: Path) -> None:
    sent(team, alice, walk)
    job = Job.objects.get()
    for owner in (job.pk, team.pk, "nobody"):
        folder = Path(settings.WORK_DIR) / f"ingest-{owner}-abc"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "half.mp4").write_bytes(b"x")
    Job.objects.update(status=JobStatus.RUNNING)
    workplace.clear_abandoned()
    assert [folder.name for folder in left_behind()] == [f"ingest-{job.pk}-abc"]
    Job.objects.update(status=JobStatus.QUEUED)
    work(team)
    assert left_behind() == []


def test_own_clip_with_the_same_bytes_is_no_video_yet(team: Team, alice: User, walk: Path) -> None:
    AssetFactory(team=team, kind=AssetKind.CLIP, content=walk.read_bytes(), suffix=".mp4")
    assert ingested(team, alice, walk).status == VideoStatus.READY


def test_time_left_follows_from_the_share_that_is_done() -> None:
    now = timezone.now()
    started = now - timedelta(seconds=30)
    assert time_left_s(started, 0.25, now) == 90
    assert time_left_s(started, 0.01, now) is None
    assert time_left_s(None, 0.5, now) is None


def test_list_of_uploads_asks_as_often_for_many_as_for_one(
    team: Team, alice: User, walk: Path, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        sent(team, alice, walk, name=f"{number}.mp4")
    work(team)
    with django_assert_num_queries(2):
        rows = upload_rows(team)
    assert [row.upload.status for row in rows] == ["known", "known", "accepted"]


@pytest.mark.spec("TRC-03")
def test_made_video_has_timeline_pictures_and_a_waveform(team: Team, walk: Path) -> None:
    video = VideoFactory(team=team, duration_s=2)
    right = Provenance(provider="showrunner", licence="generated here").to_json()
    AssetFactory(
        video=video, kind=AssetKind.RENDITION, content=walk.read_bytes(), suffix=".mp4", content_type="video/mp4",
        width=160, height=90, duration_s=2, provenance_json=right,
    )  # fmt: skip
    job = start_pictures(video, "one")
    assert start_pictures(video, "one") == job
    for _ in range(2):
        Job.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED)
        run_job(str(job.pk))
    contents = queries.contents(video)
    kinds = sorted((asset.kind, asset.suffix) for asset in contents.others)
    assert kinds == [("sprite", "jpg"), ("sprite", "vtt"), ("waveform", "json")]
    assert {asset.provenance.licence for asset in contents.others} == {"generated here"}
    times = contents.of_timeline("sprite", "vtt")
    assert times is not None
    assert bytes_of(times).decode().count("-->") == 4
    assert left_behind() == []


@pytest.mark.spec("TRC-03")
def test_videos_from_before_there_were_timeline_pictures_get_them_once(team: Team) -> None:
    old, pictured, draft = (VideoFactory(team=team, status=status) for status in ("ready", "ready", "draft"))
    for video in (old, pictured, draft):
        AssetFactory(video=video, kind=AssetKind.RENDITION, width=160, height=90)
    AssetFactory(video=pictured, kind=AssetKind.SPRITE)
    VideoFactory(team=team)  # has no file
    assert [picture_older(), picture_older()] == [1, 0]
    job = Job.objects.get(kind="library.picture_made")
    assert job.subject_id == str(old.pk)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.DEAD)
    assert picture_older() == 0

"""From a begun video to its removal: files swapped at one moment, events, undo, and bytes that go."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.audit.models import AuditRecord
from apps.events.models import Event
from apps.jobs.clock import tick
from apps.jobs.models import ClockEntry, Job, JobStatus
from apps.jobs.runner import run_job
from apps.library import blobs, removal
from apps.library.chapters import Chapter
from apps.library.errors import LibraryError
from apps.library.models import Asset, AssetKind, StorageUse, StoredFile, Video, VideoStatus
from apps.library.provenance import Provenance
from apps.library.services import (
    create_video,
    delete_video,
    mark_failed,
    mark_making,
    mark_ready,
    replace_files,
    store_file,
    undelete_video,
)
from apps.teams.models import Team
from tests.factories import AssetFactory, TeamFactory, VideoFactory

HERE = Provenance(provider="showrunner")


@pytest.fixture
def keep(team: Team, tmp_path: Path) -> Any:
    """Store bytes as an asset: keep(b"…", "rendition", video=…)."""

    def store(content: bytes, kind: str = "rendition", **facts: Any) -> Asset:
        path = tmp_path / "file.mp4"
        path.write_bytes(content)
        return store_file(team=team, path=path, kind=kind, provenance=HERE, **facts)

    return store


def run_jobs() -> list[str]:
    """Run every queued job of the library here, as a worker would; returns their kinds."""
    done = []
    queued = Job.objects.filter(status=JobStatus.QUEUED, kind__startswith="library.")
    while job := queued.order_by("created_at").first():
        run_job(str(job.pk))
        job.refresh_from_db()
        assert (job.status, job.error) == (JobStatus.DONE, "")
        done.append(job.kind)
    return done


def events() -> list[tuple[str, dict[str, Any]]]:
    return list(Event.objects.order_by("id").values_list("type", "data"))


def test_made_video_becomes_ready_with_its_files(team: Team, keep: Any) -> None:
    video = create_video(team=team, title="Bread")
    mark_making(video)
    files = [keep(b"tall", format="9x16"), keep(b"wide", format="16x9"), keep(b"words", "caption")]
    replace_files(video, files)
    mark_ready(video, duration_s=31.5, chapters=[Chapter(0, "Start"), Chapter(12.5, "End")])
    video.refresh_from_db()
    assert (video.status, video.duration_s) == (VideoStatus.READY, 31.5)
    assert video.chapters == (Chapter(0, "Start"), Chapter(12.5, "End"))
    assert list(video.assets.order_by("position")) == files
    assert events() == [
        ("video.created", {"title": "Bread", "source": "made"}),
        ("video.ready", {"title": "Bread", "duration_s": 31.5, "formats": ["9x16", "16x9"]}),
    ]


@pytest.mark.django_db(transaction=True)
def test_remade_video_swaps_its_files_and_the_old_bytes_go(tmp_path: Path) -> None:
    team = TeamFactory()

    def keep(content: bytes, kind: str) -> Asset:
        path = tmp_path / "file.mp4"
        path.write_bytes(content)
        return store_file(team=team, path=path, kind=kind, provenance=HERE)

    video = VideoFactory(team=team)
    replace_files(video, [keep(b"first", "rendition"), keep(b"same voice", "voice")])
    old = video.assets.get(kind=AssetKind.RENDITION).file
    source = keep(b"source", "source")
    Asset.objects.filter(pk=source.pk).update(video=video)
    again = [keep(b"second", "rendition"), keep(b"same voice", "voice")]
    replace_files(video, again)
    assert set(video.assets.all()) == {*again, source}
    assert run_jobs() == ["library.remove_files"]
    assert not StoredFile.objects.filter(pk=old.pk).exists()
    assert not default_storage.exists(old.path)
    assert [StoredFile.objects.count(), StorageUse.objects.get().files] == [3, 3]
    for asset in again:
        assert default_storage.exists(asset.file.path)


def test_replace_refuses_files_of_another_team_and_changes_nothing(team: Team, keep: Any) -> None:
    video = VideoFactory(team=team)
    mine = keep(b"mine", video=video)
    with pytest.raises(ValueError, match="another team"):
        replace_files(video, [AssetFactory()])
    assert list(video.assets.all()) == [mine]


def test_failed_making_leaves_a_video_with_files_ready(team: Team, keep: Any) -> None:
    fresh, made = VideoFactory(team=team), VideoFactory(team=team)
    keep(b"made before", video=made)
    assert [mark_failed(fresh).status, mark_failed(made).status] == [VideoStatus.FAILED, VideoStatus.READY]


def test_delete_and_undo_are_recorded_once_each(team: Team, alice: Any) -> None:
    video = VideoFactory(team=team, title="Bread")
    delete_video(video, actor=alice)
    with pytest.raises(LibraryError, match="already deleted"):
        delete_video(video, actor=alice)
    undelete_video(video, actor=alice)
    undelete_video(video, actor=alice)
    assert list(AuditRecord.objects.order_by("number").values_list("action", "actor")) == [
        ("video.delete", alice.pk),
        ("video.undelete", alice.pk),
    ]
    assert events() == [("video.deleted", {"title": "Bread"}), ("video.restored", {"title": "Bread"})]


@pytest.mark.django_db(transaction=True)
def test_clock_removes_what_was_deleted_ten_minutes_ago_and_nothing_else(tmp_path: Path) -> None:
    team = TeamFactory()
    gone, back, kept = (VideoFactory(team=team, source="uploaded") for _ in range(3))
    for video, contents in ((gone, [b"only here", b"shared"]), (back, [b"of back"]), (kept, [b"shared"])):
        for content in contents:
            path = tmp_path / "file.mp4"
            path.write_bytes(content)
            store_file(team=team, path=path, kind="rendition", provenance=HERE, video=video)
    names = {asset.file.sha256: asset.file.path for asset in Asset.objects.select_related("file")}
    only_here = Asset.objects.get(video=gone, position=0, file__size=len(b"only here")).file
    now = timezone.now()
    delete_video(gone, actor=None)
    delete_video(back, actor=None)
    with time_machine.travel(now + timedelta(minutes=9), tick=False):
        tick()
        assert not Job.objects.filter(kind="library.purge_video").exists()
        undelete_video(back, actor=None)
    ClockEntry.objects.all().delete()
    with time_machine.travel(now + timedelta(minutes=11), tick=False):
        tick()
        tick()
        kinds = run_jobs()
    daily = ("library.remove_leftovers", "library.forget_uploads", "library.keep_to_plans")
    assert [kind for kind in kinds if kind not in daily] == [
        "library.purge_video",
        "library.remove_files",
    ]
    assert set(Video.with_deleted.all()) == {back, kept}
    assert not StoredFile.objects.filter(pk=only_here.pk).exists()
    assert {path for path in names.values() if not default_storage.exists(path)} == {only_here.path}
    with pytest.raises(LibraryError, match="too late"):
        undelete_video(gone, actor=None)


def test_purge_of_a_video_that_was_brought_back_does_nothing(team: Team, keep: Any) -> None:
    video = VideoFactory(team=team)
    keep(b"still needed", video=video)
    assert removal.purge_video(video.pk, now=timezone.now() + timedelta(hours=1)) == []
    assert Video.objects.filter(pk=video.pk).exists()


def test_file_that_another_row_uses_is_not_removed(team: Team, keep: Any) -> None:
    asset = keep(b"used")
    assert removal.remove_unused([asset.file_id]) == 0
    assert default_storage.exists(asset.file.path)


def test_removal_twice_counts_once(team: Team, keep: Any) -> None:
    asset = keep(b"unused")
    asset.delete()
    assert [removal.remove_unused([asset.file_id]) for _ in range(2)] == [1, 0]
    assert list(StorageUse.objects.values_list("files", "size_bytes")) == [(0, 0)]


def test_leftovers_of_a_crash_go_after_a_day(team: Team, keep: Any) -> None:
    used = keep(b"used").file.path
    root = Path(default_storage.path(""))
    orphan = root / blobs.name_for(team.pk, "ab" * 32, ".mp4")
    half = root / blobs.INCOMING / "half"
    for path in (orphan, half):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left behind")
    now = timezone.now()
    removal.remove_leftovers(now=now + timedelta(hours=1))
    assert (orphan.exists(), half.exists()) == (True, True)
    removal.remove_leftovers(now=now + timedelta(hours=25))
    assert (orphan.exists(), half.exists(), default_storage.exists(used)) == (False, False, True)

"""The library's background work: what was deleted goes, once nobody can bring it back."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.jobs.clock import recurring
from apps.jobs.kinds import job_kind
from apps.jobs.models import Job
from apps.jobs.runner import JobRun
from apps.jobs.services import enqueue
from apps.library import removal
from apps.library.models import Deletable
from apps.library.speech import jobs as speech_jobs  # noqa: F401 – importing declares them
from apps.library.uploads import jobs as uploads_jobs  # noqa: F401 – importing declares them
from apps.teams.models import Team


@job_kind("library.remove_files", queue="default", attempts=5, timeout_s=600)
def remove_files(run: JobRun, *, file_ids: list[str]) -> dict[str, Any]:
    """Remove those of the files that nothing uses any more."""
    return {"removed": removal.remove_unused(UUID(file_id) for file_id in file_ids)}


@job_kind("library.purge_video", queue="default", attempts=5, timeout_s=120)
def purge_video(run: JobRun, *, video_id: str) -> None:
    """Remove a deleted video for good, and the files that only it used."""
    with transaction.atomic():
        start_removal(run.job.team, removal.purge_video(UUID(video_id), now=timezone.now()))


@job_kind("library.purge_asset", queue="default", attempts=5, timeout_s=120)
def purge_asset(run: JobRun, *, asset_id: str) -> None:
    """Remove an own image, clip or music for good, and its file if nothing else uses it."""
    with transaction.atomic():
        start_removal(run.job.team, removal.purge_asset(UUID(asset_id), now=timezone.now()))


@job_kind("library.remove_leftovers", queue="default", attempts=2, timeout_s=3600, optional=True)
def remove_leftovers(run: JobRun) -> dict[str, Any]:
    """Remove bytes that crashes left in the storage."""
    return {"removed": removal.remove_leftovers()}


@job_kind("library.import_video", queue="default", attempts=4, timeout_s=4 * 3600, first_wait_s=60)
def import_video(run: JobRun, *, wish: dict[str, Any]) -> dict[str, Any]:
    """Fetch one file of an import and take it in as an upload."""
    from apps.library.imports.rows import Wish
    from apps.library.services.importing import bring_in

    return bring_in(run, Wish.from_json(wish))


@job_kind("library.keep_to_plans", queue="default", attempts=3, timeout_s=1800)
def keep_to_plans(run: JobRun) -> dict[str, Any]:
    """Tell of videos that are removed soon, and remove those whose time is over."""
    from apps.library.services.expiry import keep_to_plans as keep

    return keep()


def start_removal(team: Team | None, file_ids: list[UUID]) -> Job | None:
    """Have files looked at once this transaction has committed, and removed where nothing uses them."""
    if not file_ids:
        return None
    unique = sorted({str(file_id) for file_id in file_ids})
    return enqueue(remove_files, team=team, args={"file_ids": unique}, title="Remove unused files")


@recurring("library.purge_deleted", every_s=60)
def purge_deleted() -> None:
    videos, assets = removal.overdue(timezone.now())
    for video in videos:
        enqueue(
            purge_video,
            team=video.team,
            args={"video_id": str(video.pk)},
            key=f"library.purge:{video.pk}:{_stamp(video)}",
            title=f"Remove “{video.title}” for good"[:200],
        )
    for asset in assets:
        enqueue(
            purge_asset,
            team=asset.team,
            args={"asset_id": str(asset.pk)},
            key=f"library.purge:{asset.pk}:{_stamp(asset)}",
            title=f"Remove “{asset}” for good"[:200],
        )


def _stamp(row: Deletable) -> int:
    """The moment it was deleted, in milliseconds: another deletion is another job."""
    return round(row.deleted_at.timestamp() * 1000) if row.deleted_at else 0


@recurring("library.remove_leftovers", every_s=24 * 3600)
def look_for_leftovers() -> None:
    enqueue(remove_leftovers, team=None, args={}, title="Remove leftovers from the storage")


@recurring("library.keep_to_plans", every_s=6 * 3600)
def look_for_expired() -> None:
    key = f"library.keep_to_plans:{timezone.now():%Y-%m-%d-%H}"
    enqueue(keep_to_plans, team=None, args={}, key=key, title="Remove videos whose time is over")

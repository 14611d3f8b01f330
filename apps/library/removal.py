"""Taking deleted things out for good, once nobody can bring them back."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, RestrictedError
from django.utils import timezone

from apps.library import blobs
from apps.library.models import Asset, StorageUse, StoredFile, Video

UNDO_FOR = timedelta(minutes=10)
LEFT_OVER_AFTER = timedelta(days=1)  # longer than any store takes


def overdue(now: datetime) -> tuple[list[Video], list[Asset]]:
    """Deleted videos and own media whose time for undo is over, oldest first."""
    videos = Video.with_deleted.filter(deleted_at__lt=now - UNDO_FOR).select_related("team")
    assets = Asset.with_deleted.filter(deleted_at__lt=now - UNDO_FOR).select_related("team")
    return list(videos.order_by("deleted_at")[:200]), list(assets.order_by("deleted_at")[:200])


@transaction.atomic
def purge_video(video_id: UUID, *, now: datetime) -> list[UUID]:
    """Remove a deleted video with its assets; the ids of the files that they used. Nothing if it was brought back."""
    due = Video.with_deleted.select_for_update().filter(pk=video_id, deleted_at__lt=now - UNDO_FOR)
    video = due.first()
    if video is None:
        return []
    files = list(Asset.with_deleted.filter(video=video).values_list("file_id", flat=True))
    video.delete()
    return files


@transaction.atomic
def purge_asset(asset_id: UUID, *, now: datetime) -> list[UUID]:
    """Remove a deleted asset and the still that stands for it; the ids of the files that they used."""
    due = Asset.with_deleted.select_for_update().filter(pk=asset_id, deleted_at__lt=now - UNDO_FOR)
    asset = due.first()
    if asset is None:
        return []
    rows = Asset.with_deleted.filter(pk__in=[pk for pk in (asset.pk, asset.poster_id) if pk])
    files = list(rows.values_list("file_id", flat=True))
    rows.delete()
    return files


def remove_unused(file_ids: Iterable[UUID]) -> int:
    """Remove those of the files that nothing uses, row and bytes; returns how many."""
    return sum(_remove_if_unused(file_id) for file_id in file_ids)


@transaction.atomic
def _remove_if_unused(file_id: UUID) -> bool:
    known = StoredFile.objects.filter(pk=file_id).values_list("team_id", "sha256").first()
    if known is None:
        return False
    blobs.lock(*known)
    file = StoredFile.objects.select_for_update().filter(pk=file_id).first()
    if file is None or Asset.with_deleted.filter(file=file).exists():
        return False
    try:
        file.delete()
    except RestrictedError:  # another app's row uses it
        return False
    StorageUse.objects.filter(team_id=file.team_id).update(
        files=F("files") - 1, size_bytes=F("size_bytes") - file.size
    )
    # Last, so that a failure leaves the row; storing the same bytes again would heal a row without bytes.
    default_storage.delete(file.path)
    return True


def remove_leftovers(*, now: datetime | None = None) -> int:
    """Remove bytes that a crash left without a row, once they are a day old; returns how many files went."""
    old = (now or timezone.now()) - LEFT_OVER_AFTER
    gone = 0
    for name in names_in(blobs.INCOMING):
        if default_storage.get_modified_time(name) < old:
            default_storage.delete(name)
            gone += 1
    for team_id in folders_in("teams"):
        for part in folders_in(blobs.team_folder(team_id)):
            names = list(names_in(f"{blobs.team_folder(team_id)}/{part}"))
            known = set(StoredFile.objects.filter(path__in=names).values_list("path", flat=True))
            for name in names:
                if name not in known and default_storage.get_modified_time(name) < old:
                    gone += _remove_without_row(team_id, name)
    return gone


@transaction.atomic
def _remove_without_row(team_id: str, name: str) -> bool:
    blobs.lock(team_id, name.rpartition("/")[2].partition(".")[0])
    if StoredFile.objects.filter(path=name).exists():
        return False
    default_storage.delete(name)
    return True


def folders_in(folder: str) -> list[str]:
    """The folders in a folder of the storage; none where it is not there."""
    try:
        return default_storage.listdir(folder)[0]
    except FileNotFoundError:
        return []


def names_in(folder: str) -> Iterator[str]:
    """The names of the files in a folder of the storage."""
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names)

"""Video files on their way in: begun, received piece by piece, given up, forgotten (LIB-02)."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from apps.accounts.models import User
from apps.core.ids import new_id
from apps.core.text import one_line
from apps.events.socket import ping
from apps.jobs.services import cancel_subject
from apps.library import flags
from apps.library.blobs import storage_root
from apps.library.errors import LibraryError, StorageFull
from apps.library.models import StorageUse
from apps.library.provenance import Provenance
from apps.library.removal import LEFT_OVER_AFTER, folders_in, names_in
from apps.library.uploads import space
from apps.library.uploads.errors import (
    Expired,
    OffsetConflict,
    PiecesLost,
    TooManyUploads,
    TooMuch,
    UploadBusy,
)
from apps.library.uploads.jobs import start_check
from apps.library.uploads.models import ENDED, Upload, UploadStatus
from apps.library.uploads.protocol import Checksum
from apps.teams.models import Team

GB = 10**9
SPARE_BYTES = 2 * GB  # what a disk must keep for everything else
ENDED_KEPT = timedelta(days=7)  # in the list of uploads
MADE_OF_IT = 1.5  # what is made of an upload needs about as much again as half of it


def begin_upload(
    *,
    team: Team,
    name: str,
    size_bytes: int,
    actor: User | None,
    provenance: Provenance,
    words: Mapping[str, Any] | None = None,
    upload_id: UUID | None = None,
) -> Upload:
    """Say that a file of this size comes, and what its video is to say (metadata.Changes).

    Raises TooManyUploads or another LibraryError, TooMuch, StorageFull, each with what to do.
    """
    if not flags.UPLOADS.is_on(team):
        raise LibraryError("The operators have paused uploads. Try again later.")
    _check_size(team, size_bytes)
    with transaction.atomic():
        _check_count(team)
        _check_room(team, size_bytes)
        upload = Upload.objects.create(
            pk=upload_id or new_id(),
            team=team,
            name=_name(name),
            words_json=dict(words or {}),
            size_bytes=size_bytes,
            provenance_json=provenance.to_json(),
            created_by=actor,
            expires_at=_expiry(),
        )
        tell(upload)
    return upload


def _name(name: str) -> str:
    """The file's own name, without any folder and without signs that lead astray."""
    return one_line(PurePosixPath(name.replace("\\", "/")).name)[:255] or "Untitled"


def _check_size(team: Team, size_bytes: int) -> None:
    if size_bytes == 0:
        raise LibraryError("This file is empty (0 bytes): export it once more.", field="file")
    most = flags.LARGEST_UPLOAD_GB.value(team) * GB
    if size_bytes > most:
        raise TooMuch(
            f"This file has {filesizeformat(size_bytes)}; a video may have {filesizeformat(most)}. "
            "Export it smaller, or ask your operators for more.",
            field="file",
        )


def _check_count(team: Team) -> None:
    """Counted under a lock of the team's row, so that many at once do not all find room."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    most = flags.UPLOADS_AT_ONCE.value(team)
    if Upload.objects.in_team(team).exclude(status__in=ENDED).count() >= most:
        raise TooManyUploads(
            f"{most} uploads of your team are unfinished already. Finish or cancel some of them first.",
            field="file",
        )


def _check_room(team: Team, size_bytes: int) -> None:
    kept = StorageUse.objects.in_team(team).values_list("size_bytes", flat=True).first() or 0
    unfinished = Upload.objects.in_team(team).exclude(status__in=ENDED)
    coming = unfinished.aggregate(size=Sum("size_bytes"))["size"] or 0
    most = flags.STORAGE_GB.value(team) * GB
    if kept + coming + size_bytes > most:
        raise LibraryError(
            f"Your team stores {filesizeformat(kept)} of {filesizeformat(most)}, so this file has no room. "
            "Delete videos that you no longer need, or ask your operators for more.",
            field="file",
        )
    root = storage_root()
    if root is None:
        return
    root.mkdir(parents=True, exist_ok=True)
    missing = Upload.objects.exclude(status__in=ENDED).aggregate(
        size=Sum(F("size_bytes") - F("received_bytes"))
    )["size"]
    if shutil.disk_usage(root).free < (missing or 0) + size_bytes * MADE_OF_IT + SPARE_BYTES:
        raise StorageFull(
            "There is not enough room on the server for this file. Your operators have to make some."
        )


@dataclass(frozen=True)
class Piece:
    """Bytes of an upload that begin at `offset`."""

    offset: int
    body: space.Body
    checksum: Checksum | None = None


def receive(upload: Upload, piece: Piece) -> Upload:
    """Take a piece in; the last one starts the check.

    Raises UploadBusy, OffsetConflict, Expired, ChecksumMismatch, TooMuch, StorageFull; nothing of the piece is kept.
    """
    try:
        with transaction.atomic():
            locked = _locked(upload)
            _check_turn(locked, piece.offset)
            if locked.is_whole:
                return locked
            space.append(locked, piece.body, piece.checksum)
            locked.expires_at = _expiry()
            if locked.is_whole:
                locked.status = UploadStatus.CHECKING
                start_check(locked)
            locked.save(update_fields=["received_bytes", "space_json", "status", "expires_at", "updated_at"])
            tell(locked)
    except PiecesLost:
        _go_back(upload)
        raise
    return locked


def _locked(upload: Upload) -> Upload:
    found = Upload.objects.select_for_update(skip_locked=True).filter(pk=upload.pk).first()
    if found is None:
        raise UploadBusy("Another window is sending this file right now.")
    locked: Upload = found
    return locked


def _check_turn(upload: Upload, offset: int) -> None:
    if upload.status == UploadStatus.RECEIVING and upload.expires_at < timezone.now():
        raise Expired("This upload was left alone for too long and is removed. Send the file again.")
    if offset != upload.received_bytes:
        raise OffsetConflict(f"{upload.received_bytes} bytes are here: go on from there.")


@transaction.atomic
def _go_back(upload: Upload) -> None:
    """Less is on the disk than the row says: the row says so from now on."""
    locked = _locked(upload)
    root = storage_root()
    if root is not None:
        path = root / space.name_of(locked)
        locked.received_bytes = min(locked.received_bytes, path.stat().st_size if path.exists() else 0)
        locked.save(update_fields=["received_bytes", "updated_at"])


def take_whole_file(
    *, team: Team, file: "UploadedFile[bytes]", actor: User, provenance: Provenance
) -> Upload:
    """A file that came whole with a form, on the way that all others go. Raises as begin_upload and receive do."""
    upload = begin_upload(
        team=team, name=file.name or "", size_bytes=file.size or 0, actor=actor, provenance=provenance
    )
    return receive(upload, Piece(0, file))


@transaction.atomic
def cancel_upload(upload: Upload) -> None:
    """Give an upload up, or take an ended one off the list. What became of it stays. Raises UploadBusy."""
    locked = _locked(upload)
    if not locked.has_ended:
        cancel_subject(locked)
    _forget(locked)
    tell(locked)


def _forget(locked: Upload) -> None:
    """Row and bytes. The bytes go last: what is left of them after a crash is swept away later."""
    has_bytes = locked.status in (UploadStatus.RECEIVING, UploadStatus.CHECKING)
    kept = Upload(pk=locked.pk, team_id=locked.team_id, space_json=locked.space_json)
    locked.delete()
    if has_bytes:
        transaction.on_commit(lambda: space.remove(kept), robust=True)


def forget_expired(*, now: datetime) -> int:
    """Remove unfinished uploads that were left alone, and take old ended ones off the list; returns how many."""
    late = Upload.objects.filter(status=UploadStatus.RECEIVING, expires_at__lt=now)
    old = Upload.objects.filter(status__in=ENDED, updated_at__lt=now - ENDED_KEPT)
    return sum(_forget_one(upload) for upload in [*late[:500], *old[:500]])


@transaction.atomic
def _forget_one(upload: Upload) -> bool:
    locked = Upload.objects.select_for_update(skip_locked=True).filter(pk=upload.pk).first()
    if locked is None or locked.updated_at != upload.updated_at:
        return False  # somebody goes on with it at this moment
    _forget(locked)
    return True


def forget_leftovers(*, now: datetime) -> int:
    """Remove bytes of uploads that no row knows, a day old, which only a crash leaves; returns how many files went."""
    gone = 0
    for team_id in folders_in(space.FOLDER):
        names = list(names_in(f"{space.FOLDER}/{team_id}"))
        known = {space.name_of(one) for one in Upload.objects.filter(team_id=team_id)}
        for name in names:
            if (
                name.partition(".")[0] in known
                or default_storage.get_modified_time(name) > now - LEFT_OVER_AFTER
            ):
                continue
            default_storage.delete(name)
            gone += 1
    return gone


def _expiry() -> datetime:
    return timezone.now() + timedelta(seconds=settings.UPLOAD_KEEP_S)


def tell(upload: Upload) -> None:
    """Open pages look again once it is committed."""
    team_id, upload_id = upload.team_id, upload.pk
    transaction.on_commit(lambda: ping(team_id, "upload.changed", upload_id), robust=True)

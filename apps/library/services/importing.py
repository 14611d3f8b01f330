"""Bringing many videos in: one job for each row, on the way of all uploads (LIB-03)."""

import io
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage

from apps.accounts.models import User
from apps.core import http
from apps.jobs.batches import BatchRow, start_batch
from apps.jobs.errors import JobPostponed
from apps.jobs.models import Batch, Job
from apps.jobs.runner import JobRun
from apps.library import flags
from apps.library.errors import LibraryError, room_needed
from apps.library.imports.places import path_of
from apps.library.imports.rows import Checked, Wish
from apps.library.models import Asset
from apps.library.provenance import Provenance
from apps.library.services.receiving import GB, Piece, begin_upload, receive
from apps.library.uploads import workplace
from apps.library.uploads.errors import TooManyUploads
from apps.library.uploads.models import Upload, UploadStatus
from apps.teams.models import Team

KEPT_S = 3600  # between the preview and the start
LONGEST_S = 3 * 3600
FULL_WAIT_S = 120
GONE = "This preview is older than an hour, and no longer kept. Choose the file or the feed again."


def keep_preview(team: Team, batch_id: UUID, rows: Sequence[Checked]) -> None:
    """Remember what was looked at until it is started."""
    cache.set(_key(team, batch_id), [row.wish.to_json() for row in rows], KEPT_S)


def _key(team: Team, batch_id: UUID) -> str:
    return f"library.import:{team.pk}:{batch_id}"


def start_import(*, team: Team, actor: User, batch_id: UUID, title: str) -> Batch:
    """Start one job for each row of a preview; the second time the same batch. Raises LibraryError."""
    if known := Batch.objects.in_team(team).filter(pk=batch_id).first():
        return known
    kept = cache.get(_key(team, batch_id))
    if not kept:
        raise LibraryError(GONE)
    wishes = [Wish.from_json(data) for data in kept]
    rows = [BatchRow({"wish": wish.to_json()}, (wish.title or name_of(wish))[:200]) for wish in wishes]
    from apps.library.jobs import import_video

    return start_batch(import_video, team=team, rows=rows, title=title, actor=actor, batch_id=batch_id)


def known_addresses(team: Team, addresses: Sequence[str]) -> set[str]:
    """Those from which something in the library came already."""
    found = Asset.objects.in_team(team).filter(
        provenance_json__source_url__in=[one for one in addresses if one]
    )
    return set(found.values_list("provenance_json__source_url", flat=True))


def name_of(wish: Wish) -> str:
    """The name of its file."""
    return (
        PurePosixPath(wish.file or unquote(urlsplit(wish.url).path)).name
        or urlsplit(wish.url).hostname
        or "video"
    )


def bring_in(run: JobRun, wish: Wish) -> dict[str, Any]:
    """Fetch the file of one row and hand it to the check of uploads. The upload has the id of the job, so that doing it
    twice brings it in once.

    Raises LibraryError, OutsideError, JobPostponed where the team has too many unfinished uploads.
    """
    upload = Upload.objects.filter(pk=run.job.pk).first()
    if upload is not None and upload.status != UploadStatus.RECEIVING:
        return {"upload_id": str(upload.pk), "status": upload.status}
    with workplace.folder_for(run) as folder:
        path = _fetched(run, wish, folder)
        upload = _take_in(run, upload or _begin(run.job, wish, path.stat().st_size), path)
    return {"upload_id": str(upload.pk), "status": upload.status}


def _fetched(run: JobRun, wish: Wish, folder: Path) -> Path:
    team = run.job.team
    if team is None:
        raise LibraryError("A video belongs to a team.")
    path = folder / "file"
    if wish.url:
        run.progress(0.05, "fetching the file")
        http.download(wish.url, path, max_bytes=flags.LARGEST_UPLOAD_GB.value(team) * GB, timeout_s=LONGEST_S)
        return path
    with (
        default_storage.open(path_of(team.pk, wish.file)) as source,
        room_needed(),
        path.open("xb") as target,
    ):
        shutil.copyfileobj(source, target, 1 << 20)
    return path


def _take_in(run: JobRun, upload: Upload, path: Path) -> Upload:
    """Piece by piece, each in a short transaction, from where an earlier attempt stopped."""
    with path.open("rb") as file:
        file.seek(upload.received_bytes)
        while upload.status == UploadStatus.RECEIVING:
            run.progress(0.6 + 0.4 * upload.share, "taking it in")
            data = file.read(settings.UPLOAD_PIECE_BYTES)
            if not data:
                raise LibraryError("The file has changed since an earlier attempt. Import it once more.")
            upload = receive(upload, Piece(upload.received_bytes, io.BytesIO(data)))
    return upload


def _begin(job: Job, wish: Wish, size_bytes: int) -> Upload:
    assert job.team is not None  # noqa: S101 – seen when it was fetched
    actor = job.batch.made_by if job.batch else None
    credit = wish.credit or (str(actor) if wish.licence == "own work" and actor else "")
    origin = Provenance(
        provider="upload", licence=wish.licence, credit=credit, receipt=wish.receipt, source_url=wish.url
    )
    try:
        return begin_upload(
            team=job.team,
            name=name_of(wish),
            size_bytes=size_bytes,
            actor=actor,
            provenance=origin,
            words=wish.words(),
            upload_id=job.pk,
        )
    except TooManyUploads as error:
        raise JobPostponed("It waits until other uploads are taken in.", wait_s=FULL_WAIT_S) from error

"""A ZIP of JSON and files with everything that the product holds of a person (ACC-10)."""

import json
import shutil
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from apps.accounts import mails, signals
from apps.accounts.models import User
from apps.core.personal_data import parts_of
from apps.jobs.services import enqueue
from apps.privacy.models import DataExport, ExportStatus

KEPT_FOR = timedelta(days=7)
README = """What Showrunner holds of you, as of {at}.

Each folder is a part of the product; JSON files are lists of rows, times are UTC (ISO 8601). Passwords and keys are
not in here: we only keep what proves them, and that proves nothing to anybody else.
"""


@transaction.atomic
def request_export(*, user: User) -> DataExport:
    """Have an export made in the background; the one that is being made already, where there is one."""
    from apps.privacy.jobs import export_data

    export, made = DataExport.objects.get_or_create(
        user=user, status=ExportStatus.MAKING, defaults={"expires_at": timezone.now() + KEPT_FOR}
    )
    if made:
        enqueue(export_data, team=None, args={"export_id": str(export.pk)}, title="Export a person's data")
    return export


def make_export(export_id: UUID) -> None:
    """Write the ZIP, keep it in the storage, tell the person. Does nothing where that is done or forgotten."""
    export = (
        DataExport.objects.select_related("user").filter(pk=export_id, status=ExportStatus.MAKING).first()
    )
    if export is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        _write(path, export.user)
        with path.open("rb") as content:
            name = default_storage.save(f"exports/{export.pk}.zip", File(content))
        export.size = path.stat().st_size
    export.file, export.status = name, ExportStatus.READY
    export.expires_at = timezone.now() + KEPT_FOR
    with transaction.atomic():
        export.save(update_fields=["file", "size", "status", "expires_at", "updated_at"])
        signals.data_exported.send(User, user=export.user)
        mails.send(export.user, "export_ready", days=KEPT_FOR.days)


def forget_expired() -> int:
    """Remove exports that nobody may fetch any more; returns how many."""
    overdue = list(DataExport.objects.filter(expires_at__lt=timezone.now()))
    for export in overdue:
        if export.file:
            default_storage.delete(export.file)
        export.delete()
    return len(overdue)


def _write(path: Path, user: User) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(at=timezone.now().isoformat(timespec="seconds")))
        for folder, part in parts_of(user):
            name = f"{folder}/{part.path}"
            if part.open is None:
                archive.writestr(name, _json(part.rows))
                continue
            with part.open() as source, archive.open(name, "w", force_zip64=True) as target:
                _copy(source, target)


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    shutil.copyfileobj(source, target, 1024 * 1024)


def _json(rows: Any) -> str:
    return json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)

"""Uploads as all platforms have them: opened, filled in pieces, complete or given up."""

import secrets
from datetime import timedelta
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from apps.sandbox import files
from apps.sandbox.models import Account, FaultKind, Upload
from apps.sandbox.services import faults
from apps.sandbox.standin import BrokenOff, Call


def open_upload(
    account: Account,
    kind: str,
    *,
    metadata: dict[str, Any],
    life_s: int,
    size: int | None = None,
    content_type: str = "",
    key: str = "",
) -> Upload:
    """A session that bytes may be sent to for `life_s` seconds."""
    return Upload.objects.create(
        account=account,
        kind=kind,
        key=key or secrets.token_urlsafe(32),
        metadata=metadata,
        size=size,
        content_type=content_type,
        file=files.new_file(),
        expires_at=timezone.now() + timedelta(seconds=life_s),
    )


def receive(call: Call, upload: Upload, at: int, length: int, *, whole_pieces_of: int = 1) -> int:
    """Take `length` bytes of the call's body at this offset. Returns how many came: fewer where the sender went away.

    `whole_pieces_of`: of what breaks off, only multiples of this many bytes are kept. Raises BrokenOff where the
    upload is to break off, after keeping what came before.
    """
    return _receive(call, upload, call.stream, at, length, whole_pieces_of)


def receive_file(call: Call, upload: Upload, chunk: "UploadedFile[bytes]") -> int:
    """As `receive`, for bytes that are a part of a form, at the end of what is there."""
    length = min(chunk.size or 0, (upload.size or 0) - upload.received)
    return _receive(call, upload, cast(BinaryIO, chunk), upload.received, length, 1)


def _receive(call: Call, upload: Upload, source: BinaryIO, at: int, length: int, whole_pieces_of: int) -> int:
    platform, operation = call.stand_in.slug, call.route.operation
    fault = faults.meeting(platform, FaultKind.BROKEN_UPLOAD, upload.account, operation).first()
    breaks = fault is not None and at <= (fault.amount or 0) < at + length
    wanted = (fault.amount or 0) - at if breaks and fault else length
    came = files.write_from(source, upload.file, at, wanted)
    if came < length:
        came -= came % whole_pieces_of
        files.cut(upload.file, at + came)
    upload.received = at + came
    upload.save(update_fields=["received", "updated_at"])
    if breaks and fault:
        faults.happen(platform, FaultKind.BROKEN_UPLOAD, account=upload.account, operation=operation)
        call.faults.append(fault)
        raise BrokenOff(answers=fault.reason == "503")
    return came


def hand_over(upload: Upload, account: Account) -> Upload:
    """A file that a person uploaded becomes their page's."""
    upload.account = account
    upload.save(update_fields=["account", "updated_at"])
    return upload


def complete(upload: Upload) -> Upload:
    """Everything is there."""
    upload.size, upload.sha256 = files.measure(upload.file)
    upload.completed_at = timezone.now()
    upload.save(update_fields=["size", "sha256", "completed_at", "updated_at"])
    return upload


def cancel(upload: Upload) -> None:
    upload.cancelled_at = timezone.now()
    upload.save(update_fields=["cancelled_at", "updated_at"])
    files.remove(upload.file)


def note(upload: Upload, **facts: Any) -> None:
    """Keep something more of an upload."""
    upload.metadata = {**upload.metadata, **facts}
    upload.save(update_fields=["metadata", "updated_at"])

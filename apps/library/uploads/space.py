"""Where the bytes of an upload lie until they are checked: beside the stored files, on disk or in the bucket.

Both ways write through with constant memory, and both forget what lies behind the offset that the row knows: a process
that died after writing and before its commit costs only that piece.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Protocol

from django.core.files.storage import default_storage
from django.db import transaction

from apps.library.blobs import BLOCK_BYTES, storage_root
from apps.library.errors import room_needed
from apps.library.uploads.errors import ChecksumMismatch, PiecesLost, TooMuch
from apps.library.uploads.models import Upload
from apps.library.uploads.protocol import Checksum

if TYPE_CHECKING:
    from apps.core.storage import BucketStorage

FOLDER = "uploads"
PART_BYTES = 16 * 1024 * 1024  # at least 5 MiB each but the last, and at most 10,000 of them: S3's own limits


class Body(Protocol):
    """What a request or an uploaded file is read from."""

    def read(self, size: int = ..., /) -> bytes: ...


def name_of(upload: Upload) -> str:
    """Where its bytes lie in the default storage."""
    return f"{FOLDER}/{upload.team_id}/{upload.pk}"


def append(upload: Upload, body: Body, checksum: Checksum | None = None) -> None:
    """Write what the body brings behind what is there, and count it in the row, which the caller saves.

    Raises ChecksumMismatch and TooMuch, with nothing kept of the body; PiecesLost where less is there than the row says
    (the row then says what is there); StorageFull.
    """
    blocks = _checked(body, upload.size_bytes - upload.received_bytes, checksum)
    root = storage_root()
    if root is None:
        _append_to_bucket(upload, blocks)
    else:
        with room_needed():
            _append_to_file(root / name_of(upload), upload, blocks)


def finish(upload: Upload) -> None:
    """Make one object of the pieces. Does nothing the second time."""
    name = name_of(upload)
    if storage_root() is None and not default_storage.exists(name):
        parts = [(number, etag) for number, etag in upload.space_json["parts"]]
        _bucket().complete_parts(name, upload.space_json["id"], parts)


def remove(upload: Upload) -> None:
    """Remove every byte of it, finished or not."""
    name = name_of(upload)
    if storage_root() is None:
        if number := upload.space_json.get("id"):
            _bucket().abort_parts(name, number)
        if upload.space_json.get("tail"):
            default_storage.delete(_tail_name(name, upload.space_json["tail_at"]))
    default_storage.delete(name)


@contextmanager
def local_path(upload: Upload, folder: Path) -> Iterator[Path]:
    """A path that FFmpeg can read while the context lasts: the file itself, or a copy in the folder."""
    root = storage_root()
    if root is not None:
        yield root / name_of(upload)
        return
    with room_needed(), NamedTemporaryFile(dir=folder) as copy:
        for block in _bucket().read_range(name_of(upload), 0, upload.size_bytes, block_bytes=BLOCK_BYTES):
            copy.write(block)
        copy.flush()
        yield Path(copy.name)


def _checked(body: Body, most: int, checksum: Checksum | None) -> Iterator[bytes]:
    """The blocks of the body. Raises TooMuch and ChecksumMismatch after the last one that fits."""
    digest = checksum.new() if checksum else None
    while block := body.read(BLOCK_BYTES):
        most -= len(block)
        if most < 0:
            raise TooMuch("More bytes came than this file has. Nothing of this piece was kept.")
        if digest:
            digest.update(block)
        yield block
    if checksum and digest and digest.digest() != checksum.digest:
        raise ChecksumMismatch("This piece arrived damaged and was not kept: send it again.")


def _append_to_file(path: Path, upload: Upload, blocks: Iterator[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        here = os.fstat(file.fileno()).st_size
        if here < upload.received_bytes:  # the machine lost its power before the disk had it all
            upload.received_bytes = here
            raise PiecesLost("The end of what was sent before is gone: send it again.")
        before = upload.received_bytes
        file.seek(before)
        file.truncate()
        written = None
        try:
            written = sum(_write(file, block) for block in blocks)
        finally:
            if written is None:
                file.truncate(before)
        upload.received_bytes += written


def _write(file: Any, block: bytes) -> int:
    view = memoryview(block)
    while view:
        view = view[file.write(view) :]
    return len(block)


def _append_to_bucket(upload: Upload, blocks: Iterator[bytes]) -> None:
    """Parts of PART_BYTES go into a multipart upload; what is less waits as an object of its own for the next piece."""
    bucket, name, state = _bucket(), name_of(upload), dict(upload.space_json)
    if "id" not in state:
        state["id"] = bucket.begin_parts(name)
    parts = list(state.get("parts", []))
    before = bytearray(_tail(bucket, name, state))
    received = upload.received_bytes
    for block in blocks:
        before += block
        received += len(block)
        while len(before) >= PART_BYTES:
            parts.append(_put(bucket, name, state["id"], len(parts) + 1, bytes(before[:PART_BYTES])))
            del before[:PART_BYTES]
    if received == upload.size_bytes and before:
        parts.append(_put(bucket, name, state["id"], len(parts) + 1, bytes(before)))
        before.clear()
    _forget_tail(name, state)
    state |= {"parts": parts, "tail": len(before), "tail_at": received}
    if before:
        bucket.put(_tail_name(name, received), bytes(before))
    upload.received_bytes, upload.space_json = received, state


def _put(bucket: "BucketStorage", name: str, number: str, part: int, data: bytes) -> list[Any]:
    return [part, bucket.put_part(name, number, part, data)]


def _tail(bucket: "BucketStorage", name: str, state: dict[str, Any]) -> bytes:
    """What of the pieces before was too small for a part."""
    if not state.get("tail"):
        return b""
    found = bucket.read_range(_tail_name(name, state["tail_at"]), 0, state["tail"], block_bytes=BLOCK_BYTES)
    return b"".join(found)


def _forget_tail(name: str, state: dict[str, Any]) -> None:
    """Once the row knows of the new one, the old one goes."""
    if state.get("tail"):
        old = _tail_name(name, state["tail_at"])
        transaction.on_commit(lambda: default_storage.delete(old), robust=True)


def _tail_name(name: str, at: int) -> str:
    return f"{name}.{at}"


def _bucket() -> "BucketStorage":
    from apps.core.storage import BucketStorage

    if not isinstance(default_storage, BucketStorage):
        raise TypeError("the default storage is neither a folder nor a bucket")
    return default_storage

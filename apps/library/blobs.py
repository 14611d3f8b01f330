"""Bytes on their way into the default storage, and the lock that keeps one copy of them for each team."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection

from apps.library.errors import room_needed

BLOCK_BYTES = 1024 * 1024
INCOMING = "incoming"  # a folder beside the teams', for what is not whole yet
FALLBACK_TYPE = "application/octet-stream"
CONTENT_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".avi": "video/x-msvideo",
    ".ts": "video/mp2t",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".ass": "text/x-ssa",
    ".json": "application/json",
    ".txt": "text/plain",
}


@dataclass(frozen=True)
class Incoming:
    """Bytes whose checksum is known. `path` holds them; `temporary` says that it is a copy of our own.

    `stored_as` is a name under which the default storage has them already, where they came in.
    """

    path: Path
    sha256: str
    size: int
    temporary: bool
    stored_as: str = ""


def content_type_of(suffix: str) -> str:
    return CONTENT_TYPES.get(suffix.lower(), FALLBACK_TYPE)


def name_for(team_id: UUID, sha256: str, suffix: str) -> str:
    """Where bytes lie in the storage: teams/<team>/files/<2 signs>/<checksum><suffix>."""
    suffix = suffix.lower() if suffix.lower() in CONTENT_TYPES else ".bin"
    return f"{team_folder(team_id)}/{sha256[:2]}/{sha256}{suffix}"


def team_folder(team_id: UUID | str) -> str:
    return f"teams/{team_id}/files"


def lock(team_id: UUID | str, sha256: str) -> None:
    """Wait until no other transaction stores or removes these bytes; held until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"{team_id}:{sha256}"])


@contextmanager
def incoming(path: Path, *, move: bool) -> Iterator[Incoming]:
    """Read a file's checksum. Unless it may be moved, it is copied meanwhile to where a rename puts it in its place.

    Raises StorageFull; a copy that found no place is removed.
    """
    if move or storage_root() is None:
        yield Incoming(path, *_digest(path), temporary=False)
        return
    copy = _temporary()
    try:
        with room_needed():
            sha256, size = _copy(path, copy)
        yield Incoming(copy, sha256, size, temporary=True)
    finally:
        copy.unlink(missing_ok=True)


def received(path: Path, *, stored_as: str) -> Incoming:
    """An upload that is whole, by this path and under this name of the storage."""
    return Incoming(path, *_digest(path), temporary=False, stored_as=stored_as)


def place(found: Incoming, name: str) -> None:
    """Put the bytes under their name unless they are there. Whole or not at all; raises StorageFull."""
    if default_storage.exists(name):
        return
    root = storage_root()
    with room_needed():
        if found.stored_as and (copy := getattr(default_storage, "copy", None)):  # a bucket: see core.storage
            copy(found.stored_as, name)
            return
        if root is None:
            with found.path.open("rb") as file:
                default_storage.save(name, File(file))
            return
        final = root / name
        final.parent.mkdir(parents=True, exist_ok=True)
        if found.temporary:
            found.path.replace(final)
        else:
            _link(found.path, final)
        _sync(final.parent)


def storage_root() -> Path | None:
    """The folder of the default storage, or None where it is not on this machine's disk."""
    try:
        return Path(default_storage.path(""))
    except NotImplementedError:
        return None


def _link(source: Path, final: Path) -> None:
    """Give the file a second name, which costs nothing; on another disk, copy it. The first name goes after commit."""
    _sync(source)
    try:
        os.link(source, final)
    except OSError:
        copy = _temporary()
        try:
            _copy(source, copy)
            copy.replace(final)
        finally:
            copy.unlink(missing_ok=True)


def _temporary() -> Path:
    root = storage_root()
    if root is None:
        raise RuntimeError("only a storage on this machine has a place for what is not whole yet")
    with room_needed():
        (root / INCOMING).mkdir(parents=True, exist_ok=True)
    return root / INCOMING / uuid4().hex


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size


def _copy(source: Path, target: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reader, target.open("xb") as writer:
        while block := reader.read(BLOCK_BYTES):
            digest.update(block)
            writer.write(block)
            size += len(block)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest(), size


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

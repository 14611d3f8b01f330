"""Where the stand-ins keep the bytes that they are sent, and how: in pieces, never a whole file in memory."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from apps.core.ids import new_id

PIECE = 256 * 1024


def path(name: str) -> Path:
    """The file of this name, which is one of ours and never a path."""
    return Path(settings.SANDBOX_DIR) / Path(name).name


def new_file() -> str:
    """The name of a new, empty file."""
    name = new_id().hex
    Path(settings.SANDBOX_DIR).mkdir(parents=True, exist_ok=True)
    path(name).touch()
    return name


def keep(content: bytes) -> str:
    """A small file, whole."""
    name = new_file()
    path(name).write_bytes(content)
    return name


def write_from(source: BinaryIO, name: str, at: int, most: int) -> int:
    """Write up to `most` bytes of `source` at this offset, dropping what lay behind it; returns how many came.

    A connection that breaks leaves what had come until then.
    """
    written = 0
    with path(name).open("r+b") as file:
        file.truncate(at)
        file.seek(at)
        for piece in _pieces(source, most):
            written += file.write(piece)
    return written


def _pieces(source: BinaryIO, most: int) -> Iterator[bytes]:
    left = most
    while left > 0:
        try:
            piece = source.read(min(PIECE, left))
        except OSError:  # Django's UnreadablePostError is one
            return
        if not piece:
            return
        left -= len(piece)
        yield piece


def cut(name: str, size: int) -> None:
    """Keep only the first bytes."""
    with path(name).open("r+b") as file:
        file.truncate(size)


def measure(name: str) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    with path(name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def remove(name: str) -> None:
    if name:
        path(name).unlink(missing_ok=True)

"""The bytes of a stored file as a stream that can be read from any place, with constant memory."""

import io
from collections.abc import Callable, Generator
from typing import BinaryIO, cast

from django.core.files.storage import default_storage

from apps.library.models import StoredFile

BLOCK_BYTES = 1024 * 1024
ReadRange = Callable[..., Generator[bytes, None, None]]


def open_stream(stored: StoredFile) -> BinaryIO:
    """Close it. A file on this machine's disk is read itself, one in a bucket by ranges. Raises FileNotFoundError."""
    if hasattr(default_storage, "read_range"):
        return cast(BinaryIO, io.BufferedReader(_Ranges(stored.path, stored.size), BLOCK_BYTES))
    return cast(BinaryIO, stored.open().file)


class _Ranges(io.RawIOBase):
    """An object in a bucket. What follows the place is asked for when it is read, in one range until the next jump."""

    def __init__(self, name: str, size: int) -> None:
        self._name, self._size, self._place = name, size, 0
        self._read_range: ReadRange = getattr(default_storage, "read_range")  # noqa: B009 – a bucket's own: core.storage
        self._blocks: Generator[bytes, None, None] | None = None
        self._rest = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if base + offset != self._place:
            self._forget()
            self._place = base + offset
        return self._place

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = self._next_block()
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        self._place += taken
        return taken

    def _next_block(self) -> bytes:
        if self._place >= self._size:
            return b""
        if self._blocks is None:
            length = self._size - self._place
            self._blocks = self._read_range(self._name, self._place, length, block_bytes=BLOCK_BYTES)
        return next(self._blocks, b"")

    def _forget(self) -> None:
        if self._blocks is not None:
            self._blocks.close()
        self._blocks, self._rest = None, b""

    def close(self) -> None:
        self._forget()
        super().close()

"""What can go wrong in the library."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from apps.core.errors import UserError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class LibraryError(UserError):
    """A rule of the library was broken."""


class WordsChanged(LibraryError):
    """Somebody else changed the same words since they were read. `fields` are those, `number` the version now."""

    def __init__(self, message: str, *, fields: tuple[str, ...], number: int) -> None:
        super().__init__(message)
        self.fields, self.number = fields, number


class StorageFull(Exception):
    """There is no room left for the file; nothing of it was kept. Goes on when there is room, so jobs try again."""

    retryable = True

    def __init__(self, message: str = "") -> None:
        self.message = message or "There is no room left to store this file. Free some space and try again."
        super().__init__(self.message)


@contextmanager
def room_needed() -> Iterator[None]:
    """Turn the operating system's “disk full” and “quota exceeded” into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull from error
        raise

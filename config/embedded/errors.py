"""What can go wrong at launch, in one sentence that says what to do next."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path


class LaunchError(Exception):
    """Fit to be printed as it is, without a traceback."""


def disk_full(place: Path) -> LaunchError:
    """The sentence for a full disk."""
    return LaunchError(f"The disk is full: make room in {place} and start again; nothing is damaged.")


@contextlib.contextmanager
def in_words(place: Path) -> Iterator[None]:
    """Let what the file system refuses – no room, no right – raise LaunchError instead of OSError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(place) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise LaunchError(
                f"{error.filename or place} is not for this user: "
                "start as its owner, or set SHOWRUNNER_VAR to a folder of your own."
            ) from error
        raise

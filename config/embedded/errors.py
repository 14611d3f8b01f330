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
def full_disk_in_words(place: Path) -> Iterator[None]:
    """Let a write that finds no room raise LaunchError instead of OSError."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise disk_full(place) from error

"""What can go wrong with media, fit for a user to read."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from apps.core.errors import UserError


class MediaError(Exception):
    """Base of every failure of media work that is worth another try."""


class NotMedia(UserError):
    """A file that cannot be used: the sentence says what is wrong and what to do. Trying again will not help."""


class FFmpegFailed(MediaError):
    """FFmpeg (or what fed it) failed, or its result is not what was asked for.

    `stderr` holds the end of what FFmpeg said, `returncode` how it ended (negative: the signal that killed it).
    """

    def __init__(self, message: str, *, stderr: str = "", returncode: int | None = None) -> None:
        tail = " | ".join(line for line in stderr.strip().splitlines()[-6:])
        super().__init__(f"{message}: {tail}" if tail else message)
        self.stderr = stderr
        self.returncode = returncode


class FFmpegTimeout(FFmpegFailed):
    """FFmpeg ran longer than it was allowed to and was killed."""


class FFmpegCancelled(MediaError):
    """Somebody asked for the work to stop; FFmpeg was killed and nothing was kept."""


class DiskFull(MediaError):
    """There is no room left to write the result. Goes on when there is."""

    retryable = True


@contextmanager
def disk_room() -> Iterator[None]:
    """Turns the system's "no room left" (or quota) into DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull("there is no room left on the disk: make some, then try again") from error
        raise

"""Keep worker processes small: frames are large and short-lived, and many threads draw them."""

import ctypes
from contextlib import suppress
from threading import Lock

_M_ARENA_MAX = -8  # malloc.h of glibc

one_at_a_time = Lock()
"""Held while a source is prepared (a picture decoded, a graphic set up): that takes most memory, for a moment."""


def share_arenas() -> None:
    """Let all threads allocate from two arenas. By default glibc gives each its own and keeps what was freed there: a
    worker that draws three formats at once then stays some 100 MB larger. Does nothing on other systems."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)

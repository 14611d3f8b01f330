"""Bytes of a file on their way out, a piece at a time, so that memory stays the same however large the file is."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

from apps.connections.adapters import Progress, Stage

PIECE = 256 * 1024
TELL_EVERY = 4 * 1024 * 1024
SLOWEST = 125_000  # bytes a second at which an upload still counts as going on (1 Mbit/s)
PATIENCE_S = 60.0


def part(
    source: BinaryIO, first: int, length: int, told: Callable[[int], None] | None = None
) -> Iterator[bytes]:
    """`length` bytes from `first` on. `told` hears now and then how many of them are out; it may raise to stop.

    Raises EOFError where the file is shorter than was promised: half a request must not look whole.
    """
    source.seek(first)
    sent = since = 0
    while sent < length:
        piece = source.read(min(PIECE, length - sent))
        if not piece:
            raise EOFError("The file is shorter than it was said to be.")
        yield piece
        sent, since = sent + len(piece), since + len(piece)
        if told is not None and since >= TELL_EVERY:
            told(sent)
            since = 0


def time_for(length: int) -> float:
    """Seconds that sending `length` bytes may take."""
    return PATIENCE_S + length / SLOWEST


def teller(
    progress: Progress, size: int, first: int, moved: Callable[[Progress], None]
) -> Callable[[int], None]:
    """Tells `moved` how much of a single long request is out. What the platform has for certain stays as it is."""

    def told(sent: int) -> None:
        moved(replace(progress, share=(first + sent) / max(size, 1)))

    return told


def after(progress: Progress, size: int, offset: int) -> Progress:
    """The progress when the platform has `offset` bytes."""
    return progress.at(Stage.TRANSFER, offset=offset, share=offset / max(size, 1))

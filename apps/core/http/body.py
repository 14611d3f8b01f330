"""Reading an answer's body with a limit that also holds after decompression."""

import zlib
from collections.abc import Iterable, Iterator

from apps.core.http.errors import Rejected

CHUNK = 64 * 1024


class TooLarge(Rejected):
    """The answer is longer than the caller can use."""


def read_limited(chunks: Iterable[bytes], encoding: str, max_bytes: int) -> Iterator[bytes]:
    """The decoded body piece by piece; raises TooLarge as soon as it passes `max_bytes`.

    Only gzip and deflate are decoded, as only they are asked for; a bomb of either is cut at the limit.
    """
    size = 0
    for piece in _decoded(chunks, encoding.strip().lower()):
        size += len(piece)
        if size > max_bytes:
            raise TooLarge(f"The answer is larger than {describe_size(max_bytes)}.")
        yield piece


def describe_size(size: int) -> str:
    """12 MB, 300 kB."""
    return f"{size / 1_000_000:.0f} MB" if size >= 1_000_000 else f"{max(size // 1000, 1)} kB"


def _decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        yield from chunks
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Rejected(f"The answer is packed in a way Showrunner does not read ({encoding[:20]}).")
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)  # 32: finds out whether gzip or zlib
    started = False
    try:
        for chunk in chunks:
            while chunk:
                yield inflater.decompress(chunk, CHUNK)
                chunk = inflater.unconsumed_tail
                started = True
        yield inflater.flush()
    except zlib.error as error:
        raise Rejected("The answer is damaged: it cannot be unpacked.") from error
    if started and not inflater.eof:
        raise Rejected("The answer is damaged: its end is missing.")

"""How TikTok wants a file cut ("Media transfer guide").

A chunk has 5 to 64 MB (decimal), the last one up to 128 MB, there are at most 1,000 of them, and
`total_chunk_count` is size ÷ chunk size rounded down: what is left over rides in the last chunk. A file of up to 64 MB
may go in one.
"""

from dataclasses import dataclass

WHOLE_MAX = 64_000_000
CHUNK = 32_000_000


@dataclass(frozen=True)
class Cut:
    """The size of a chunk in bytes, and how many there are."""

    size: int
    chunk: int
    count: int

    def piece(self, offset: int) -> tuple[int, int]:
        """First byte and length of the chunk that holds `offset`."""
        number = min(offset // self.chunk, self.count - 1)
        first = number * self.chunk
        is_last = number == self.count - 1
        return first, (self.size - first) if is_last else self.chunk

    def floor(self, offset: int) -> int:
        """The start of the chunk that `offset` lies in; the size where everything is there."""
        return self.size if offset >= self.size else self.piece(max(offset, 0))[0]


def cut(size: int) -> Cut:
    """How a file of `size` bytes is cut."""
    if size <= WHOLE_MAX:
        return Cut(size, size, 1)
    return Cut(size, CHUNK, size // CHUNK)

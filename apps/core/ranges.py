"""Byte ranges of a file (RFC 9110, section 14): what was asked for, and the answer."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True)
class Span:
    """Bytes `first` to `last` of a file, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """The range lies outside of the file: 416."""


def asked_span(header: str, size: int) -> Span | None:
    """The span that a Range header asks for, or None for the whole file.

    Of several ranges, of other units and of nonsense nothing is understood, so the whole file is sent, as the RFC
    allows. Raises Unsatisfiable.
    """
    found = _RANGE.fullmatch(header.strip().replace(" ", ""))
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return _suffix(int(last), size)
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Span(start, min(int(last), size - 1) if last else size - 1)


def _suffix(length: int, size: int) -> Span:
    if not length or not size:
        raise Unsatisfiable
    return Span(max(0, size - length), size - 1)

"""How long an MP4 is and which sides it has, read from its boxes (ISO/IEC 14496-12): all that a stand-in judges."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CONTAINERS = (b"moov", b"trak", b"mdia")


@dataclass(frozen=True)
class Film:
    duration_s: float = 0.0
    width: int = 0
    height: int = 0


def read(file_path: Path) -> Film | None:
    """None where the file is no MP4 or its index is missing."""
    with file_path.open("rb") as file:
        file.seek(0, 2)
        boxes = dict(_boxes(file, 0, file.tell()))
    if b"mvhd" not in boxes:
        return None
    width, height = _sides(boxes.get(b"tkhd", b""))
    return Film(_duration_s(boxes[b"mvhd"]), width, height)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Name and head of the boxes that matter. Of several tracks the one with sides counts."""
    at = start
    while at + 8 <= end:
        file.seek(at)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8))[0], 16
        size = size or end - at
        if size < head:
            return
        if name in CONTAINERS:
            yield from _boxes(file, at + head, min(at + size, end))
        elif name == b"mvhd":
            yield name, file.read(36)
        elif name == b"tkhd":
            body = file.read(min(size - head, 104))
            if _sides(body) != (0, 0):
                yield name, body
        at += size


def _duration_s(mvhd: bytes) -> float:
    if mvhd[0] == 1:
        scale, length = struct.unpack(">IQ", mvhd[20:32])
    else:
        scale, length = struct.unpack(">II", mvhd[12:20])
    return float(length) / scale if scale else 0.0


def _sides(tkhd: bytes) -> tuple[int, int]:
    """The last eight bytes, as 16.16 fixed-point numbers."""
    at = 88 if tkhd[:1] == b"\x01" else 76
    if len(tkhd) < at + 8:
        return 0, 0
    width, height = struct.unpack(">II", tkhd[at : at + 8])
    return width >> 16, height >> 16

"""The few facts of a font file that libass goes by: its full name and its Windows metrics."""

import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FULL_NAME, _WINDOWS = 4, 3


@dataclass(frozen=True)
class FontFacts:
    """`name` finds the font; `up` and `down` are the heights, in ems, that libass counts from the baseline."""

    name: str
    up: float
    down: float


@lru_cache(maxsize=64)
def font_facts(path: Path) -> FontFacts:
    """Read from the tables `name`, `head` and `OS/2` (OpenType 1.9). Raises ValueError where it is no such font."""
    data = path.read_bytes()
    try:
        tables = _tables(data)
        units = struct.unpack_from(">H", data, tables["head"] + 18)[0]
        up, down = struct.unpack_from(">HH", data, tables["OS/2"] + 74)
        return FontFacts(_full_name(data, tables["name"]), up / units, down / units)
    except (KeyError, struct.error, ZeroDivisionError) as error:
        raise ValueError(f"{path.name} is not a TrueType or OpenType font") from error


def _tables(data: bytes) -> dict[str, int]:
    count = struct.unpack_from(">H", data, 4)[0]
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * number) for number in range(count))
    return {tag.decode("latin-1"): offset for tag, _, offset, _ in records}


def _full_name(data: bytes, table: int) -> str:
    count, storage = struct.unpack_from(">HH", data, table + 2)
    for number in range(count):
        platform, _, _, name, length, offset = struct.unpack_from(">6H", data, table + 6 + 12 * number)
        if (platform, name) == (_WINDOWS, _FULL_NAME):
            start = table + storage + offset
            return data[start : start + length].decode("utf-16-be")
    raise KeyError("full name")

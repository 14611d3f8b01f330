"""Captions read back as text with times."""

import re
from dataclasses import dataclass
from html import unescape

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})"
_CUE = re.compile(rf"{_TIME}\s+-->\s+{_TIME}[^\n]*\n(.*?)(?:\n[ \t]*\n|\Z)", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Cue:
    """Words shown from `start_s` to `end_s`."""

    start_s: float
    end_s: float
    text: str


def read_cues(text: str, *, keep_lines: bool = False) -> list[Cue]:
    """The cues of a WebVTT or SubRip file in order, without mark-up; an empty list where there are none.

    Each text is one line, or with `keep_lines` those that it has in the file.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    cues = []
    for found in _CUE.finditer(plain):
        groups = found.groups()
        lines = (" ".join(line.split()) for line in unescape(_TAG.sub("", groups[8])).splitlines())
        words = ("\n" if keep_lines else " ").join(line for line in lines if line)
        if words:
            cues.append(Cue(_seconds(groups[0:4]), _seconds(groups[4:8]), words))
    return cues


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, millis = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + millis / 1000

"""The chapters of a video: one a scene, or those that a person wrote."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from apps.library.errors import LibraryError

TITLE_LENGTH = 100
MOST = 100
_LINE = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:\s+[-–—]\s+|\s+)(\S.*)")


@dataclass(frozen=True)
class Chapter:
    """A named part of a video that starts at `start_s` seconds."""

    start_s: float
    title: str

    def to_json(self) -> dict[str, Any]:
        return {"start_s": self.start_s, "title": self.title}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(float(data["start_s"]), str(data["title"]))


def to_text(chapters: Iterable[Chapter]) -> str:
    """One chapter a line, as people write them under a video: `1:05 The kitchen`."""
    return "\n".join(f"{_clock(chapter.start_s)} {chapter.title}" for chapter in chapters)


def read_text(text: str) -> tuple[Chapter, ...]:
    """The chapters of such lines; empty lines do not count. Raises LibraryError that names the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = _LINE.fullmatch(line.strip())
        if parts is None:
            raise LibraryError(
                f"Line {number} is no chapter: write its time and its title, such as “1:05 The kitchen”.",
                field="chapters",
            )
        hours, minutes, seconds, title = parts.groups()
        start_s = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        found.append(Chapter(float(start_s), title))
    return tuple(found)


def checked(chapters: Iterable[Chapter], duration_s: float | None) -> tuple[Chapter, ...]:
    """The same, with tidy titles. Raises LibraryError where they are out of order or outside of the video."""
    found = tuple(Chapter(chapter.start_s, " ".join(chapter.title.split())) for chapter in chapters)
    if len(found) > MOST:
        raise LibraryError(f"Keep at most {MOST} chapters.", field="chapters")
    if found and found[0].start_s >= 1:
        raise LibraryError("The first chapter has to begin at 0:00.", field="chapters")
    for before, chapter in zip((None, *found), found, strict=False):
        if not chapter.title or len(chapter.title) > TITLE_LENGTH:
            raise LibraryError(
                f"The chapter at {_clock(chapter.start_s)} needs a title of at most {TITLE_LENGTH} characters.",
                field="chapters",
            )
        if before is not None and chapter.start_s <= before.start_s:
            raise LibraryError(
                f"“{chapter.title}” has to begin after “{before.title}”: put the chapters in order.",
                field="chapters",
            )
        if duration_s is not None and chapter.start_s >= duration_s:
            raise LibraryError(
                f"“{chapter.title}” begins after the end of the video at {_clock(duration_s)}.",
                field="chapters",
            )
    return found


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

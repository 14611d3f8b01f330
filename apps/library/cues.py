"""Captions while they are edited: cues with their problems, taken apart, joined, and written as files (LIB-07)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from apps.library.errors import LibraryError
from apps.library.transcript import Cue, read_cues
from apps.media import captions as files

LONGEST_TEXT = 500
SHORTEST_S = 0.1
NEW_CUE_S = 2.0
MOST = 20_000  # twelve hours of speech have about 15,000
FASTEST = 25  # letters a second that people can read
_TIME = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,4})(?:[.,](\d{1,3}))?")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cue; `field` is start, end or text. One that only warns is said and stays."""

    number: int
    field: str
    sentence: str
    warns: bool = False


def read_time(text: str) -> float | None:
    """Seconds out of 1:02:03.4, 2:03, 3.4 or with a comma; None for what is no time."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds) + float(f"0.{fraction or 0}")


def write_time(seconds: float) -> str:
    """0:02.500, with hours where there are any."""
    millis = round(seconds * 1000)
    hours, rest = divmod(millis, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    clock = f"{minutes}:{rest // 1000:02}.{rest % 1000:03}"
    return f"{hours}:{clock.rjust(9, '0')}" if hours else clock


def problems(cues: Sequence[Cue], duration_s: float | None) -> list[Problem]:
    """Everything that is wrong with them, by number (the first is 0). Those that only warn are among them."""
    found: list[Problem] = []
    for number, cue in enumerate(cues):
        before = cues[number - 1] if number else None
        found += [Problem(number, *one) for one in _wrong(cue, before, duration_s)]
        letters, seconds = len(cue.text), cue.end_s - cue.start_s
        if seconds >= SHORTEST_S and letters / seconds > FASTEST:
            found.append(
                Problem(
                    number, "text", f"{letters} letters in {seconds:.1f} s are hard to read in time.", True
                )
            )
    return found


def _wrong(cue: Cue, before: Cue | None, duration_s: float | None) -> list[tuple[str, str]]:
    found = []
    if not cue.text.strip():
        found.append(("text", "Write the words, or remove this cue."))
    if len(cue.text) > LONGEST_TEXT:
        found.append(("text", f"Keep a cue within {LONGEST_TEXT} letters: split it."))
    if cue.end_s - cue.start_s < SHORTEST_S - 0.0005:
        found.append(("end", f"It has to end at least {SHORTEST_S:g} s after it begins."))
    if before is not None and cue.start_s < before.start_s:
        found.append(("start", "It begins before the cue above it: put them in order."))
    elif before is not None and cue.start_s < before.end_s - 0.0005:
        found.append(("start", f"It begins before the cue above has ended, at {write_time(before.end_s)}."))
    if duration_s is not None and cue.start_s >= duration_s:
        found.append(("start", f"The video ends at {write_time(duration_s)}."))
    return found


def split(cues: Sequence[Cue], number: int, at: int | None = None) -> list[Cue]:
    """The cue as two: at a letter, or at the space nearest to its middle. Each half has its share of the time."""
    cue = cues[number]
    place = at if at and 0 < at < len(cue.text) else _middle(cue.text)
    first, second = cue.text[:place].strip(), cue.text[place:].strip()
    if not first or not second:
        raise LibraryError("There is nothing to split: this cue has one word.")
    share = len(first) / (len(first) + len(second))
    when = round(cue.start_s + (cue.end_s - cue.start_s) * share, 3)
    halves = [Cue(cue.start_s, when, first), Cue(when, cue.end_s, second)]
    return [*cues[:number], *halves, *cues[number + 1 :]]


def _middle(text: str) -> int:
    spaces = [place for place, sign in enumerate(text) if sign.isspace()]
    middle = len(text) // 2
    return min(spaces, key=lambda place: abs(place - middle)) if spaces else middle


def join(cues: Sequence[Cue], number: int) -> list[Cue]:
    """The cue with the one after it in one."""
    if number + 1 >= len(cues):
        raise LibraryError("There is no cue after this one to join with.")
    one, two = cues[number], cues[number + 1]
    both = Cue(one.start_s, two.end_s, f"{one.text.rstrip()} {two.text.lstrip()}".strip())
    return [*cues[:number], both, *cues[number + 2 :]]


def add(cues: Sequence[Cue], number: int, duration_s: float | None) -> list[Cue]:
    """An empty cue after this one (-1: before all), as long as the gap allows."""
    start = cues[number].end_s if number >= 0 and cues else 0.0
    following = cues[number + 1].start_s if number + 1 < len(cues) else duration_s
    end = start + NEW_CUE_S if following is None else max(start, min(start + NEW_CUE_S, following))
    return [*cues[: number + 1], Cue(start, round(end, 3), ""), *cues[number + 1 :]]


def remove(cues: Sequence[Cue], number: int) -> list[Cue]:
    return [*cues[:number], *cues[number + 1 :]]


def shifted(cues: Sequence[Cue], by_s: float) -> list[Cue]:
    """All of them later (or earlier), none before the start."""
    return [
        replace(
            cue, start_s=max(0.0, round(cue.start_s + by_s, 3)), end_s=max(0.0, round(cue.end_s + by_s, 3))
        )
        for cue in cues
    ]


def to_vtt(cues: Sequence[Cue]) -> str:
    return files.vtt_of(_file_cue(cue) for cue in cues)


def to_srt(cues: Sequence[Cue]) -> str:
    return files.srt_of(_file_cue(cue) for cue in cues)


def _file_cue(cue: Cue) -> files.Cue:
    return files.Cue(cue.start_s, cue.end_s, tuple(cue.text.splitlines()))


def read_file(data: bytes) -> list[Cue]:
    """The cues of a file that somebody brings: SubRip or WebVTT, in UTF-8, UTF-16 or Windows-1252.

    Raises LibraryError.
    """
    cues = read_cues(_text(data), keep_lines=True)
    if not cues:
        raise LibraryError("There are no captions in this file. Choose an SRT or WebVTT file.", field="file")
    if len(cues) > MOST:
        raise LibraryError(f"This file has {len(cues):,} cues; {MOST:,} are the most.", field="file")
    return cues


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")

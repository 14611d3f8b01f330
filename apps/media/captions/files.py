"""Captions as files that players and platforms read: SubRip and WebVTT."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from apps.media.captions.lettering import joins_without_space
from apps.media.captions.words import Word

LINE_CHARS = 42
_PAUSE_S = 1.0
_LONGEST_S = 6.0
_ENDS = tuple(".?!…。！？؟।")


@dataclass(frozen=True)
class Cue:
    """One or two lines of text, shown from `start_s` to `end_s`."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]


def srt(words: Sequence[Word], *, max_chars: int = LINE_CHARS) -> str:
    """SubRip: cues of at most two lines of `max_chars` columns; all words, in order, unchanged."""
    return srt_of(cues(words, max_chars))


def vtt(words: Sequence[Word], *, max_chars: int = LINE_CHARS) -> str:
    """WebVTT with the same cues."""
    return vtt_of(cues(words, max_chars))


def srt_of(given: Iterable[Cue]) -> str:
    """These cues as SubRip."""
    return "".join(
        f"{number}\n{_time(cue.start_s, ',')} --> {_time(cue.end_s, ',')}\n{_srt_text(cue)}\n\n"
        for number, cue in enumerate(given, 1)
    )


def vtt_of(given: Iterable[Cue]) -> str:
    """These cues as WebVTT."""
    return "WEBVTT\n\n" + "".join(
        f"{_time(cue.start_s, '.')} --> {_time(cue.end_s, '.')}\n"
        f"{escape(chr(10).join(cue.lines), quote=False)}\n\n"
        for cue in given
    )


def cue_words(words: Sequence[Word], max_chars: int = LINE_CHARS) -> tuple[tuple[Word, ...], ...]:
    """The words of each cue, in the order of `cues`."""
    return tuple(tuple(group) for group in _groups([word for word in words if word.text.split()], max_chars))


def cues(words: Sequence[Word], max_chars: int) -> tuple[Cue, ...]:
    """The words in cues that end with sentences and pauses, last at most six seconds where words allow it, and do not
    overlap."""
    groups = list(_groups([word for word in words if word.text.split()], max_chars))
    found: list[Cue] = []
    for group, following in zip(groups, [*groups[1:], None], strict=False):
        start = max(group[0].start_s, found[-1].end_s if found else 0.0)
        end = max(word.end_s for word in group)
        if following is None or following[0].start_s - end > _PAUSE_S:
            end += 0.3
        else:
            end = following[0].start_s
        found.append(Cue(start, max(start + 0.001, end), _lines(group, max_chars)))
    return tuple(found)


def _groups(words: Sequence[Word], max_chars: int) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in words:
        if group and (
            word.start_s - group[-1].end_s > _PAUSE_S
            or word.end_s - group[0].start_s > _LONGEST_S
            or group[-1].text.rstrip("\"'”’»)").endswith(_ENDS)
            or len(_lines([*group, word], max_chars)) > 2
        ):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _lines(words: Sequence[Word], max_chars: int) -> tuple[str, ...]:
    """The words filled into lines; a word wider than a line has one for itself."""
    lines: list[str] = []
    for word in words:
        text = " ".join(word.text.split())
        joined = f"{lines[-1]}{'' if joins_without_space(lines[-1], text) else ' '}{text}" if lines else ""
        if lines and _columns(joined) <= max_chars:
            lines[-1] = joined
        else:
            lines.append(text)
    return tuple(lines)


def _columns(text: str) -> int:
    """Width in columns: Chinese, Japanese and Korean letters take two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _srt_text(cue: Cue) -> str:
    """SubRip knows no escapes: only the arrow, which would start a new cue, is broken by an invisible sign."""
    return "\n".join(cue.lines).replace("-->", "--\u2060>")


def _time(seconds: float, mark: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}{mark}{rest % 1000:03d}"

"""Captions out of heard words."""

from collections.abc import Iterable
from dataclasses import replace

from apps.library.cues import LONGEST_TEXT, SHORTEST_S
from apps.library.transcript import Cue
from apps.media.captions import Word, cues
from apps.media.captions.files import LINE_CHARS


def cues_of(words: Iterable[Word], duration_s: float) -> list[Cue]:
    """The words in cues that the editor takes: in order, within the video, none too short to be seen.

    Services of speech recognition give times that overlap or lie behind the end.
    """
    found: list[Cue] = []
    for one in cues(list(words), LINE_CHARS):
        start = max(one.start_s, found[-1].end_s if found else 0.0)
        end = min(max(one.end_s, start + SHORTEST_S), duration_s)
        text = "\n".join(one.lines)
        if end - start >= SHORTEST_S:
            found.append(Cue(round(start, 3), round(end, 3), text[:LONGEST_TEXT]))
        elif found:
            found[-1] = replace(found[-1], text=f"{found[-1].text} {text}"[:LONGEST_TEXT])
    return found

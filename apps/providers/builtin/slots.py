"""Sharing a template's structure out over scenes: how many, which beat each belongs to, how many words each
has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apps.providers.capabilities import Beat, TemplateBrief

SCENE_S = 5.0  # about how long one scene is shown
AIM = 0.55  # where between the shortest and longest length the script aims; voices are up to a fifth slower or faster
_CLOSING_NAME = re.compile(r"\b(cta|call[ -]to[ -]action|outro|sign[ -]?off)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Slot:
    """One scene to be filled: its beat and about how many words it has room for. `closing` speaks the call
    to action."""

    beat: str
    words: float
    closing: bool = False


def target_words(min_s: float, max_s: float, words_per_s: float) -> float:
    """How many words fill the length that is aimed at."""
    return max((min_s + (max_s - min_s) * AIM) * words_per_s, 3.0)


def plan_slots(
    template: TemplateBrief, words: float, words_per_s: float, *, closing: bool
) -> tuple[Slot, ...]:
    """Scenes for `words` words, first to last. With `closing` the last one is for the call to action."""
    beats = [beat for beat in template.structure if not _CLOSING_NAME.search(f"{beat.name} {beat.purpose}")]
    closers = [beat for beat in template.structure if beat not in beats]
    beats = beats or list(template.structure[:1]) or [Beat("scene", "", 1.0)]
    lowest, highest = template.scene_count_min - closing, template.scene_count_max - closing
    wished = round(words / words_per_s / SCENE_S)
    count = max(1, min(max(wished, len(beats), lowest), max(highest, 1)))
    share = sum(beat.share for beat in beats) or 1.0
    slots: list[Slot] = []
    for beat, scenes in zip(beats, _shared_out(beats, count), strict=True):
        slots += [Slot(beat.name, words * beat.share / share / scenes)] * scenes
    if closing:
        slots.append(Slot(closers[-1].name if closers else "call to action", 0.0, closing=True))
    return tuple(slots)


def _shared_out(beats: Sequence[Beat], count: int) -> list[int]:
    """`count` scenes over the beats by their shares (largest remainder); each beat has one while there are
    enough."""
    if count <= len(beats):
        largest = sorted(range(len(beats)), key=lambda i: (i != 0, -beats[i].share))[:count]
        return [int(i in largest) for i in range(len(beats))]
    total = sum(beat.share for beat in beats) or 1.0
    wished = [beat.share / total * count for beat in beats]
    given = [max(1, int(wish)) for wish in wished]
    while sum(given) > count:
        most = max(range(len(beats)), key=lambda i: (given[i] > 1, given[i] - wished[i]))
        given[most] -= 1
    while sum(given) < count:
        least = max(range(len(beats)), key=lambda i: wished[i] - given[i])
        given[least] += 1
    return given

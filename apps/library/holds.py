"""What keeps a video although it is old: a higher floor that still needs it says so here."""

from collections.abc import Callable, Collection
from uuid import UUID

Hold = Callable[[Collection[UUID]], set[UUID]]
"""Which of these videos are still needed."""

_holds: list[Hold] = []


def register_hold(hold: Hold) -> None:
    _holds.append(hold)


def held(video_ids: Collection[UUID]) -> set[UUID]:
    """Those that somebody still needs."""
    return {video_id for hold in _holds for video_id in hold(video_ids)}

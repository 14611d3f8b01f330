"""What the command box finds by name. Apps register a finder for each kind of thing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LIMIT = 6


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, where it is, which symbol and which word stand beside it."""

    title: str
    url: str
    icon: str
    kind: str


@dataclass(frozen=True)
class Finder:
    permission: Any
    find: Callable[[Any, str, int], list[Hit]]


_finders: dict[str, Finder] = {}


def register_search(name: str, permission: Any, find: Callable[[Any, str, int], list[Hit]]) -> None:
    """Let the command box ask `find(team, text, limit)` for members with this permission."""
    _finders[name] = Finder(permission, find)


def search(membership: Any, text: str, *, limit: int = LIMIT) -> list[Hit]:
    """Everything by that name that the member may see, `limit` of each kind; nothing for fewer than two letters."""
    text = text.strip()
    if len(text) < 2:
        return []
    hits: list[Hit] = []
    for finder in _finders.values():
        if membership.may(finder.permission):
            hits += finder.find(membership.team, text, limit)
    return hits

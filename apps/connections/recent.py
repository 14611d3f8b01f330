"""What happened on a connection lately. Higher apps say it: connections know none of them.

def published_lately(connections, limit) -> dict[UUID, list[RecentWork]]: …
register_recent(published_lately)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class RecentWork:
    """Something that was done there: "A quiet harbour", published, when, and its page in the studio."""

    title: str
    state: str
    at: datetime
    href: str
    kind: str = ""  # of its badge: "", ok, warn, live, info


Find = Callable[[Sequence[Any], int], Mapping[UUID, list[RecentWork]]]
_finders: list[Find] = []


def register_recent(find: Find) -> None:
    """`find(connections, limit)` answers each connection's newest works by its id, in a fixed number of queries."""
    _finders.append(find)


def recent_work(connections: Sequence[Any], limit: int) -> dict[UUID, list[RecentWork]]:
    """The newest works of each connection over all apps, newest first."""
    found: dict[UUID, list[RecentWork]] = {connection.pk: [] for connection in connections}
    for find in _finders:
        for key, works in find(connections, limit).items():
            found[key] = sorted([*found[key], *works], key=lambda work: work.at, reverse=True)[:limit]
    return found

"""What happened on a connection lately. Higher apps say it: connections know none of them.

def published_lately(connections, limit) -> dict[UUID, list[RecentWork]]: …
register_recent(published_lately)
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class RecentWork:
    """Something that was done there: "A quiet harbour", published, when, and its page in the studio. By `ref` it is
    known again."""

    title: str
    state: str
    at: datetime
    href: str
    kind: str = ""  # of its badge: "", ok, warn, live, info
    ref: UUID | None = None


Find = Callable[[Sequence[Any], int], Mapping[UUID, list[RecentWork]]]
Name = Callable[[Any, Collection[UUID]], Mapping[UUID, tuple[str, str]]]
_finders: list[Find] = []
_namers: list[Name] = []


def register_recent(find: Find, name: Name | None = None) -> None:
    """`find(connections, limit)` answers each connection's newest works by its id, `name(team, refs)` the title and the
    page of those that are the team's; each in a fixed number of queries."""
    _finders.append(find)
    if name is not None:
        _namers.append(name)


def recent_work(connections: Sequence[Any], limit: int) -> dict[UUID, list[RecentWork]]:
    """The newest works of each connection over all apps, newest first."""
    found: dict[UUID, list[RecentWork]] = {connection.pk: [] for connection in connections}
    for find in _finders:
        for key, works in find(connections, limit).items():
            found[key] = sorted([*found[key], *works], key=lambda work: work.at, reverse=True)[:limit]
    return found


def named_works(team: Any, refs: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Title and page of works of any age and state; those that are gone are left out."""
    return {ref: work for name in _namers for ref, work in name(team, refs).items()} if refs else {}

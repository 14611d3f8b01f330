"""Which videos are on which channel: the floor that publishes says so here."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet

from apps.connections.capabilities import Capability
from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS
from apps.library.models import Video
from apps.teams.models import Team

NOWHERE = "none"
"""What is asked for to see videos that are on no channel."""

Finder = Callable[[Team, UUID | None], "QuerySet[Video]"]
"""The videos of a team that went to a channel, or will; to any of them without one."""

_finders: list[Finder] = []


def register_finder(finder: Finder) -> None:
    _finders.append(finder)


def on_channel(found: "QuerySet[Video]", team: Team, channel: str) -> "QuerySet[Video]":
    """Those of the videos that are on this channel (a connection's id), or on NOWHERE."""
    for finder in _finders:
        if channel == NOWHERE:
            found = found.exclude(pk__in=finder(team, None).values("pk"))
        else:
            found = found.filter(pk__in=finder(team, UUID(channel)).values("pk"))
    return found


def channel_choices(team: Team) -> list[tuple[str, str]]:
    """The channels of a team that take videos, so that a list can be narrowed to them; also those it has left."""
    able = {slug: platform.name for slug, platform in PLATFORMS.items() if platform.can(Capability.PUBLISH)}
    rows = Connection.objects.in_team(team).filter(platform__in=able).only("pk", "name", "platform", "team")
    names = [(str(row.pk), f"{row.name} ({able[row.platform]})") for row in rows]
    return [*names, (NOWHERE, "On no channel yet")] if names else []

"""The playlists of a channel, to choose one for a video (PUB-02): asked of its platform, kept for a few minutes."""

from dataclasses import asdict

from django.core.cache import cache

from apps.connections.adapters import Playlist
from apps.connections.capabilities import Capability
from apps.connections.errors import ConnectionsError
from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS
from apps.connections.services import quota, tokens
from apps.connections.services.circuit import platform_call
from apps.core.http import AuthExpired, QuotaExceeded

OPERATION = "publish.playlists"
KEPT_S = 300
MOST_PAGES = 4


def playlists_of(connection: Connection, *, fresh: bool = False) -> tuple[Playlist, ...]:
    """The channel's own playlists as its platform orders them, at most MOST_PAGES pages; `fresh` asks anew.

    Raises ConnectionsError and every OutsideError. Never within a transaction.
    """
    key = f"connections.playlists:{connection.pk}"
    kept = None if fresh else cache.get(key)
    if kept is not None:
        return tuple(Playlist(**row) for row in kept)
    try:
        found = _asked(connection)
    except AuthExpired as error:
        if not tokens.report_auth_failure(connection, error):
            raise
        found = _asked(connection)
    cache.set(key, [asdict(row) for row in found], KEPT_S)
    return found


def _asked(connection: Connection) -> tuple[Playlist, ...]:
    platform = PLATFORMS[connection.platform]
    if platform.publisher is None or not platform.can(Capability.PLAYLIST):
        raise ConnectionsError(f"{platform.name} has no playlists.")
    call, found, token = tokens.call_for(connection), list[Playlist](), ""
    for _ in range(MOST_PAGES):
        if quota.affordable(connection, OPERATION) is not None:
            raise ConnectionsError(f"{platform.name}: the calls that it allows for now are used up.")
        quota.spend(connection, OPERATION)
        try:
            with platform_call(connection.platform):
                page = platform.publisher.playlists(call, token)
        except QuotaExceeded as error:
            quota.exhausted(connection, OPERATION, error)
            raise
        found += page.playlists
        token = page.following
        if not token:
            break
    return tuple(found)

"""Restream's entry in the registry: it passes a live stream on to many places."""

from apps.connections.capabilities import Capability
from apps.connections.platforms.restream.identity import SCOPES, RestreamIdentity
from apps.connections.registry import Platform

RESTREAM = Platform(
    slug="restream",
    name="Restream",
    icon="restream",
    colour="restream",
    summary="Passes one live stream on to many places. It takes no uploads.",
    capabilities=frozenset({Capability.IDENTITY, Capability.LIVE, Capability.CHAT}),
    identity=RestreamIdentity(),
    scopes=SCOPES,
    needed={Capability.LIVE: ("stream.read",), Capability.CHAT: ("chat.read",)},
    taken_back_at="Take the permission back in Restream's settings: it has no call for that.",
)

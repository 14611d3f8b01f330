"""Any server that takes RTMP, in the registry."""

from apps.connections.capabilities import Capability
from apps.connections.platforms.rtmp import target
from apps.connections.registry import Entry, Platform

RTMP = Platform(
    slug="rtmp",
    name="Custom RTMP",
    icon="broadcast",
    colour="rtmp",
    summary="Any server that takes a live stream by RTMP: an address and a key.",
    capabilities=frozenset({Capability.LIVE}),
    how="address",
    entries=(Entry("Enter address and key", "connections:add_target"),),
    change_page="connections:change_target",
    answers=target.answers,
    secret_word="Stream key",  # noqa: S106 - what it is called
    account_word="target",
)

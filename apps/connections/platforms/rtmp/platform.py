"""Any server that takes RTMP, in the registry."""

from apps.connections.capabilities import Capability
from apps.connections.registry import Platform

RTMP = Platform(
    slug="rtmp",
    name="Custom RTMP",
    icon="broadcast",
    colour="rtmp",
    summary="Any server that takes a live stream by RTMP: an address and a key.",
    capabilities=frozenset({Capability.LIVE}),
    how="address",
    account_word="target",
)

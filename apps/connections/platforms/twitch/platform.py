"""Twitch's entry in the registry. There is no upload of videos there."""

from apps.connections.capabilities import Bucket, Capability, Cost, Costs
from apps.connections.platforms.twitch.identity import SCOPES, TwitchIdentity
from apps.connections.registry import Platform

TWITCH = Platform(
    slug="twitch",
    name="Twitch",
    icon="twitch",
    colour="twitch",
    summary="Live streams and their chat. Twitch takes no uploads.",
    capabilities=frozenset({Capability.IDENTITY, Capability.LIVE, Capability.CHAT, Capability.METRICS}),
    identity=TwitchIdentity(),
    scopes=SCOPES,
    needed={
        Capability.LIVE: ("channel:manage:broadcast", "channel:read:stream_key"),
        Capability.CHAT: ("user:read:chat", "user:write:chat"),
        Capability.METRICS: ("moderator:read:followers",),
    },
    costs=Costs(
        buckets=(
            Bucket("points", "Calls a minute", 800, of="account", resets="sliding", window_s=60),
        ),  # unverified
        operations={
            "identity.account": (Cost("points", 2),),
            "identity.accounts": (Cost("points", 2),),
        },
    ),
    account_word="channel",
)

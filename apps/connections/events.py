"""What happens to connections and is worth knowing. No token is ever in it."""

from dataclasses import dataclass

from apps.events.registry import define_event


@dataclass(frozen=True)
class ConnectionChanged:
    """`name` on `platform` was connected, checked with another result, mended or disconnected; `status` is how it
    stands now."""

    platform: str
    name: str
    status: str


@dataclass(frozen=True)
class ConnectionBroken:
    """The platform no longer lets us in; `reason` is a sentence."""

    platform: str
    name: str
    reason: str


@dataclass(frozen=True)
class ConnectionExpiring:
    """The grant ends at `ends_at` (ISO 8601), and only a person can renew it."""

    platform: str
    name: str
    ends_at: str


@dataclass(frozen=True)
class ConnectionTold:
    """The platform told something of the account: `topic` is its own word (`page.feed`, `stream.online`), and what it
    said stands in the `incoming.Hook` with this id."""

    platform: str
    topic: str
    hook_id: str


@dataclass(frozen=True)
class StrikeChanged:
    """`state` is how a strike against `name` on `platform` stands now (`suggested`, `active`, `resolved` …), `about` a
    sentence."""

    platform: str
    name: str
    state: str
    kind: str
    about: str


@dataclass(frozen=True)
class QuotaNear:
    """`used` of `limit` of a platform's allowance is gone until `resets_at` (ISO 8601)."""

    platform: str
    bucket: str
    used: int
    limit: int
    resets_at: str


CONNECTION_CHANGED = define_event(
    "connection.changed",
    data=ConnectionChanged,
    summary="A channel was connected, reconnected, disconnected, or its check came out differently.",
)
CONNECTION_BROKEN = define_event(
    "connection.broken",
    data=ConnectionBroken,
    summary="A platform no longer lets us into a channel; a person has to reconnect it.",
)
CONNECTION_EXPIRING = define_event(
    "connection.expiring",
    data=ConnectionExpiring,
    summary="What a person allowed ends within a day; a person has to reconnect the channel.",
)
QUOTA_NEAR = define_event(
    "connection.quota_near",
    data=QuotaNear,
    summary="Four fifths of what a platform allows are used.",
)
CONNECTION_STRIKE = define_event(
    "connection.strike",
    data=StrikeChanged,
    summary="A strike against a channel was suggested, recorded, confirmed, appealed, taken back or dismissed.",
)
CONNECTION_TOLD = define_event(
    "connection.told",
    data=ConnectionTold,
    summary="A platform told something of a connected account.",
    unheard_because="automations can listen to it; comments, chat and broadcasts take what is theirs",
)

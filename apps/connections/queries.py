"""What pages and other apps read of connections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from apps.connections.capabilities import ALL, OF_POSTS, Capability, PostKind
from apps.connections.models import Connection, ConnectionStatus, Strike, StrikeState
from apps.connections.recent import RecentWork, named_works, recent_work
from apps.connections.registrations import is_audited, is_available, is_sandboxed
from apps.connections.registry import PLATFORMS, Platform
from apps.connections.services import circuit, quota
from apps.connections.services.quota import Usage
from apps.connections.services.strikes import STEPS
from apps.connections.strikes import Risk, risk_of, warning_of
from apps.teams.models import Team

CHECK_INTERVAL = timedelta(minutes=15)  # no shown status is older (P-C06)
SOON = timedelta(hours=24)


@dataclass(frozen=True)
class Shown:
    """A connection's state as a page may say it: one that was not checked in time is not claimed to be well."""

    word: str
    kind: Literal["", "ok", "warn", "live"]
    sentence: str = ""


@dataclass(frozen=True)
class Card:
    """Everything that a channel's card shows."""

    connection: Connection
    platform: Platform
    shown: Shown
    usage: tuple[Usage, ...]
    recent: tuple[RecentWork, ...]
    figures: tuple[tuple[str, int], ...]
    risk: Risk


@dataclass(frozen=True)
class KeptStrike:
    """A strike as the channel's page lists it: whether it counts, the post it is about, and what may become of it."""

    strike: Strike
    counts: bool
    post: tuple[str, str] | None
    steps: tuple[StrikeState, ...]

    @property
    def has_ended(self) -> bool:
        """Its last day is over, without anybody having taken it back."""
        return not self.counts and self.strike.state in (StrikeState.ACTIVE, StrikeState.APPEALED)


@dataclass(frozen=True)
class Addable:
    """A platform to connect: whether that can be done here, and whether its stand-in takes its place."""

    platform: Platform
    available: bool
    sandboxed: bool


@dataclass(frozen=True)
class Warning:
    """Something to know before a post is scheduled. `stops` says that it will not go out as things stand."""

    code: str
    sentence: str
    stops: bool = False


def connections(team: Team, capability: Capability | None = None) -> QuerySet[Connection]:
    """The team's connections that are not disconnected; with a capability only those whose platform has it."""
    rows: QuerySet[Connection] = Connection.objects.in_team(team).exclude(
        status=ConnectionStatus.DISCONNECTED
    )
    if capability is not None:
        able = [slug for slug, platform in PLATFORMS.items() if platform.can(capability)]
        rows = rows.filter(platform__in=able)
    return rows.defer("picture")


def disconnected(team: Team) -> QuerySet[Connection]:
    """Those that are kept for their history."""
    rows: QuerySet[Connection] = Connection.objects.in_team(team).filter(status=ConnectionStatus.DISCONNECTED)
    return rows.defer("picture").order_by("-disconnected_at")


def shown(connection: Connection, now: datetime | None = None) -> Shown:
    """How it stands, by a check that is not older than the interval."""
    now = now or timezone.now()
    if connection.status == ConnectionStatus.DISCONNECTED:
        return Shown("Disconnected", "")
    if connection.status == ConnectionStatus.BROKEN:
        return Shown("Needs reconnecting", "live", connection.status_reason)
    if connection.checked_at is None or now - connection.checked_at > CHECK_INTERVAL:
        return Shown(
            "Not known", "warn", "The last check is too long ago to say. It is asked again by itself."
        )
    if connection.status == ConnectionStatus.FAILING:
        return Shown("Not answering", "warn", connection.status_reason)
    ends_at = connection.ends_at
    if ends_at is not None and ends_at <= now + SOON:
        return Shown("Ends soon", "warn", "What was allowed ends within a day. Reconnect it.")
    return Shown("Connected", "ok")


def cards(rows: Sequence[Connection], recent: int = 1) -> list[Card]:
    """Cards for connections of known platforms, in a fixed number of queries."""
    known = [row for row in rows if row.platform in PLATFORMS]
    prefetch_related_objects(known, "strikes")
    used, done, now = quota.usage_of_all(known), recent_work(known, recent), timezone.now()
    return [
        Card(
            row,
            PLATFORMS[row.platform],
            shown(row, now),
            used[row.pk],
            tuple(done[row.pk]),
            tuple((name, int(value)) for name, value in row.figures.items()),
            risk_of(row),
        )
        for row in known
    ]


def strikes(connection: Connection, today: date | None = None) -> list[KeptStrike]:
    """What stands or stood against the channel: what waits for a person first, then the newest. Dismissed ones are left
    out."""
    day = today or timezone.localdate()
    kept = [strike for strike in connection.strikes.all() if strike.state != StrikeState.DISMISSED]
    posts = named_works(connection.team, {strike.post_ref for strike in kept if strike.post_ref})
    kept.sort(key=lambda strike: strike.state != StrikeState.SUGGESTED)
    return [
        KeptStrike(strike, strike.counts_on(day), posts.get(strike.post_ref), STEPS[strike.state])
        for strike in kept
    ]


def scopes(connection: Connection) -> list[tuple[str, str, bool | None]]:
    """Every right that we ask for: what it is for, and whether it was given (None: the platform does not say)."""
    platform = PLATFORMS.get(connection.platform)
    if platform is None:
        return []
    given = connection.scopes
    return [(scope, why, scope in given if given else None) for scope, why in platform.scopes.items()]


def addable() -> list[tuple[str, list[Addable]]]:
    """Every platform, below what it is for: where videos go, where streams go, where people meet."""
    found: dict[str, list[Addable]] = {"Publish": [], "Stream": [], "Meet": []}
    for slug, platform in PLATFORMS.items():
        purpose = "Meet" if platform.is_for_meetings else "Stream"
        if platform.can(Capability.PUBLISH):
            purpose = "Publish"
        found[purpose].append(Addable(platform, is_available(slug), is_sandboxed(slug)))
    return list(found.items())


def resting() -> list[tuple[Platform, float]]:
    """Platforms that are left alone for a moment, and for how many seconds."""
    waits = ((platform, circuit.resting_s(slug)) for slug, platform in PLATFORMS.items() if platform.identity)
    return [(platform, wait_s) for platform, wait_s in waits if wait_s > 0]


def warnings_for(
    connection: Connection, post_kind: PostKind | None = None, due_at: datetime | None = None
) -> tuple[Warning, ...]:
    """What somebody should know of the connection; of a kind of post, only what matters to that."""
    platform = PLATFORMS.get(connection.platform)
    if platform is None:
        return (Warning("unknown_platform", "This platform is not known here any more.", stops=True),)
    due_at = due_at or timezone.now()
    asked = OF_POSTS if post_kind else ALL
    found = [*_state_warnings(connection, due_at), *_scope_warnings(connection, platform, asked)]
    if platform.public_needs_audit and not is_audited(platform.slug) and not is_sandboxed(platform.slug):
        found.append(Warning("unaudited", platform.public_needs_audit))
    if at_risk := warning_of(connection):
        found.append(Warning("strikes", at_risk))
    if platform.can(Capability.PUBLISH):
        found += _quota_warnings(connection, post_kind, due_at)
    return tuple(found)


def _state_warnings(connection: Connection, due_at: datetime) -> list[Warning]:
    if connection.status == ConnectionStatus.DISCONNECTED:
        return [Warning("disconnected", f"{connection.name} is disconnected.", stops=True)]
    if connection.status == ConnectionStatus.BROKEN:
        return [Warning("broken", f"{connection.name} has to be reconnected first.", stops=True)]
    ends_at = connection.ends_at
    if ends_at is not None and ends_at <= due_at:
        until = f"{ends_at:%-d %B}"
        return [
            Warning(
                "expires", f"What {connection.name} allowed ends on {until}: reconnect it before.", stops=True
            )
        ]
    return []


def _scope_warnings(
    connection: Connection, platform: Platform, asked: frozenset[Capability]
) -> list[Warning]:
    """Rights that were not given for what is asked, where the platform says which were."""
    if not connection.scopes:
        return []
    lacking = [
        capability
        for capability, needed in platform.needed.items()
        if capability in platform.capabilities & asked
        and set(needed) <= set(platform.scopes)
        and not connection.has_rights(needed)
    ]
    if Capability.PUBLISH in lacking:
        return [
            Warning("scopes", f"{connection.name} was connected without the right to publish.", stops=True)
        ]
    if not lacking:
        return []
    names = ", ".join(
        capability.value.replace("_", " ") for capability in Capability if capability in lacking
    )
    return [Warning("scopes", f"{connection.name} was connected without the rights for: {names}.")]


def _quota_warnings(connection: Connection, post_kind: PostKind | None, due_at: datetime) -> list[Warning]:
    """Only for what is due before the reset: later everything has come back."""
    operation = f"publish:{post_kind.value}" if post_kind else "publish"
    until = quota.affordable(connection, operation)
    if until is None or due_at >= until:
        return []
    platform = PLATFORMS[connection.platform].name
    return [Warning("quota", f"Nothing is left of what {platform} allows until {until:%-d %B, %H:%M} UTC.")]

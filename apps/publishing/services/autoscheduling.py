"""A batch of drafts over the best free times (PUB-08): proposed first, done when a person says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.core import locks
from apps.publishing import clock
from apps.publishing.besttimes import Hour, Outcome, Scores, learnt
from apps.publishing.errors import PublishingError
from apps.publishing.models import Post, PostStatus, QueueSlot, Target, TargetStatus
from apps.publishing.services.placing import hold_places
from apps.publishing.services.posts import schedule
from apps.publishing.services.slots import GONE, free_moments, queue_lock, usable_slots
from apps.teams.models import Team

MOST = 50  # drafts at once
HORIZON, FURTHEST = timedelta(weeks=2), timedelta(weeks=16)
SOONEST, SUGGESTED = timedelta(minutes=30), timedelta(days=7)  # what is suggested while somebody writes
A_DAY_LATER = 0.02  # what a day of waiting is worth: a good hour soon beats the best one in a month
BEST_HOURS = 14  # of the week, where the team has no posting times of its own
LEARNT_FROM = 500  # newest posts of a channel


@dataclass(frozen=True)
class Proposal:
    """Where a draft would go. `score` is how good the hour is for its channels, 0 to 1; `slot_id` is the posting time
    that it takes, if the team has any."""

    post: Post
    at: datetime
    score: float
    slot_id: UUID | None


@dataclass(frozen=True)
class Suggestion:
    """A good time. `is_learnt` where it follows from the channels' own results, else from our defaults."""

    at: datetime
    is_learnt: bool


def scores(team: Team, connections: Iterable[Connection]) -> dict[UUID, Scores]:
    """How good each hour of the week is on each channel, in one query."""
    wanted = {connection.pk: connection for connection in connections}
    rows = (
        Target.objects.in_team(team)
        .filter(connection__in=wanted, status=TargetStatus.PUBLISHED, views__isnull=False)
        .exclude(published_at=None)
        .order_by("-published_at")
        .values_list("connection_id", "published_at", "views")
    )
    outcomes: dict[UUID, list[Outcome]] = {}
    for connection_id, published_at, views in rows[: LEARNT_FROM * max(len(wanted), 1)]:
        outcomes.setdefault(connection_id, []).append(Outcome(hour_of(published_at, team.time_zone), views))
    return {pk: learnt(connection.platform, outcomes.get(pk, ())) for pk, connection in wanted.items()}


def hour_of(instant: datetime, zone: str) -> Hour:
    """The hour of the week on the clock of the zone."""
    local = clock.on_clock(instant, zone)
    return Hour(local.weekday(), local.hour)


def propose(team: Team, posts: Sequence[Post], now: datetime | None = None) -> list[Proposal]:
    """A free time for each of these drafts, the best that is left when its turn comes; nothing is written.

    Drafts without a channel, and those for which nothing is free within FURTHEST, are left out.
    """
    now = now or timezone.now()
    channels = _channels(posts)
    known = {channel.pk: channel for found in channels.values() for channel in found}
    good = scores(team, known.values())
    slots = list(QueueSlot.objects.in_team(team))
    used: set[tuple[UUID, datetime]] = set()
    found: list[Proposal] = []
    for post in posts:
        mine = channels.get(post.pk, [])
        proposal = _best(team, post, mine, slots, good, used, now) if mine else None
        if proposal is not None:
            used |= {(channel.pk, proposal.at) for channel in mine}
            found.append(proposal)
    return found


def _channels(posts: Sequence[Post]) -> dict[UUID, list[Connection]]:
    targets = Target.objects.filter(post__in=[post.pk for post in posts]).exclude(status__in=GONE)
    found: dict[UUID, list[Connection]] = {}
    for target in targets.select_related("connection").defer("progress"):
        found.setdefault(target.post_id, []).append(target.connection)
    return found


def _best(
    team: Team,
    post: Post,
    channels: list[Connection],
    slots: list[QueueSlot],
    good: Mapping[UUID, Scores],
    used: set[tuple[UUID, datetime]],
    now: datetime,
) -> Proposal | None:
    usable = usable_slots(slots, [channel.pk for channel in channels]) or _hours_as_slots(channels, good)
    queue_ids = {slot.pk for slot in slots}
    end = now + HORIZON
    while end <= now + FURTHEST:
        rated = [
            Proposal(
                post, free.at, _score(free.at, team.time_zone, channels, good), _kept(free.slot_id, queue_ids)
            )
            for free in free_moments(team, usable, channels, now, end)
            if not any((channel.pk, free.at) in used for channel in channels)
        ]
        if rated:
            return max(
                rated, key=lambda one: (one.score - A_DAY_LATER * ((one.at - now).days), -one.at.timestamp())
            )
        end += HORIZON
    return None


def _kept(slot_id: UUID, queue_ids: set[UUID]) -> UUID | None:
    return slot_id if slot_id in queue_ids else None


def _score(at: datetime, zone: str, channels: list[Connection], good: Mapping[UUID, Scores]) -> float:
    hour = hour_of(at, zone)
    return sum(good[channel.pk].of(hour) for channel in channels) / len(channels)


def _hours_as_slots(channels: list[Connection], good: Mapping[UUID, Scores]) -> list[QueueSlot]:
    """Where a team has no posting times, the best hours of its channels take their place; they are not kept."""
    best = {hour for channel in channels for hour in good[channel.pk].best(BEST_HOURS)}
    return [QueueSlot(weekday=hour.weekday, at=hour.begins) for hour in sorted(best)]


def good_times(
    team: Team, channels: Sequence[Connection], now: datetime | None = None, *, count: int = 3
) -> list[Suggestion]:
    """The best hours of the next days that are free on all of these channels, no two on one day, in order."""
    if not channels:
        return []
    now = now or timezone.now()
    good = scores(team, channels)
    is_learnt = all(found.own for found in good.values())
    hours = _hours_as_slots(list(channels), good)
    rated = [
        (_score(free.at, team.time_zone, list(channels), good) - A_DAY_LATER * (free.at - now).days, free.at)
        for free in free_moments(team, hours, channels, now + SOONEST, now + SUGGESTED)
    ]
    best: dict[date, datetime] = {}
    for _, at in sorted(rated, key=lambda one: (-one[0], one[1])):
        if len(best) < count:
            best.setdefault(clock.on_clock(at, team.time_zone).date(), at)
    return [Suggestion(at, is_learnt) for at in sorted(best.values())]


def drafts(team: Team) -> list[Post]:
    """What could be planned: the oldest drafts with a video and a channel."""
    rows = Post.objects.in_team(team).filter(status=PostStatus.DRAFT, video__isnull=False)
    with_channel = rows.filter(targets__status=TargetStatus.DRAFT).distinct()
    return list(with_channel.order_by("created_at", "pk")[:MOST])


@dataclass(frozen=True)
class Planned:
    """What came of a batch: the posts that have a time, and for each of the others its sentence."""

    done: list[Post]
    refused: list[tuple[Post, str]]


@transaction.atomic
def plan_batch(team: Team, posts: Sequence[Post], actor: User | None, now: datetime | None = None) -> Planned:
    """Give each of these drafts the best free time. One that can't go out stays a draft and takes nobody's time."""
    locks.hold(queue_lock(team))
    done: list[Post] = []
    refused: list[tuple[Post, str]] = []
    proposals = {proposal.post.pk: proposal for proposal in propose(team, posts, now)}
    _hold(list(proposals))
    for post in posts:
        proposal = proposals.get(post.pk)
        if proposal is None:
            refused.append((post, "Nothing is free on its channels within the next four months."))
            continue
        try:
            with transaction.atomic():
                kept = schedule(post, proposal.at, team.time_zone, actor)
                kept.slot_ref = proposal.slot_id
                kept.save(update_fields=["slot_ref", "updated_at"])
        except PublishingError as error:
            refused.append((post, error.message))
        else:
            done.append(kept)
    return Planned(done, refused)


def _hold(ids: Sequence[UUID]) -> None:
    """Lock the posts and their places before the first of them is planned."""
    locked = Post.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids)
    list(locked.order_by("pk").values_list("pk", flat=True))
    rows = Target.objects.filter(post__in=ids).exclude(status__in=GONE).select_related("connection", "post")
    hold_places(rows.defer("connection__picture"))

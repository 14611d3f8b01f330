"""Evergreen series: made ahead of their time by the clock, each time once (PUB-12)."""

from datetime import date, datetime, time, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.events.services import record
from apps.publishing import clock, repeating, words
from apps.publishing.errors import PublishingError
from apps.publishing.events import SERIES_PAUSED, SeriesPaused
from apps.publishing.models import HashtagPool, Post, Series, TargetStatus
from apps.publishing.services.posts import create_post, schedule
from apps.teams.models import Team
from apps.teams.roles import Permission
from apps.teams.services.appointing import check_may

AHEAD = timedelta(days=3)  # so long before its time a post is there, to be seen and approved
FROM_POOL = 5  # hashtags that each post takes from the pool, the next ones each time
MOST_VARIATIONS = 30
GONE = (TargetStatus.CANCELLED, TargetStatus.DELETED)
COPIED = (
    "kind",
    "video",
    "thumbnail",
    "title",
    "text",
    "tags",
    "hashtags",
    "first_comment",
    "privacy",
    "made_for_kids",
    "ai_made",
    "paid_promotion",
)
RULE = ("starts_on", "every_days", "at", "zone", "ends_on")


class SeriesChanges(TypedDict, total=False):
    """What of a series may be given; names as in the model."""

    name: str
    titles: list[str]
    texts: list[str]
    every_days: int
    starts_on: date
    ends_on: date | None
    at: time
    zone: str
    pool: HashtagPool | None


@transaction.atomic
def create_series(
    *, team: Team, actor: User | None, pattern: Post, **changes: Unpack[SeriesChanges]
) -> Series:
    """Repeat a post. Raises PublishingError beside what is wrong."""
    check_may(team, actor, Permission.EDIT_POSTS)
    if pattern.team_id != team.pk:
        raise PublishingError("Choose one of this team's posts.")
    series = Series(team=team, pattern=pattern, created_by=actor)
    _apply(series, changes)
    series.save(force_insert=True)
    audit("series.create", team=team, actor=actor, target=series, after=_facts(series))
    return series


@transaction.atomic
def edit_series(series: Series, actor: User | None, **changes: Unpack[SeriesChanges]) -> Series:
    """Another rhythm or other words from the next time on. Posts that are made already stay."""
    locked = _lock(series.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    before = _facts(locked)
    _apply(locked, changes)
    locked.save()
    audit("series.edit", team=locked.team, actor=actor, target=locked, before=before, after=_facts(locked))
    return locked


def _apply(series: Series, changes: SeriesChanges) -> None:
    for name in changes.keys() & {*RULE, "name", "pool"}:
        setattr(series, name, changes[name])  # type: ignore[literal-required]
    series.titles = _variations(changes.get("titles", series.titles), "title")
    series.texts = _variations(changes.get("texts", series.texts), "text")
    series.name = (series.name or str(series.pattern))[:200]
    if not 1 <= series.every_days <= 365:
        raise PublishingError("Repeat it every 1 to 365 days.", field="every_days")
    if series.pool is not None and series.pool.team_id != series.team_id:
        raise PublishingError("Choose one of this team's pools.", field="pool")
    clock.zone_of(series.zone)
    if series.ends_on is not None and series.ends_on < series.starts_on:
        raise PublishingError("It can't end before it begins.", field="ends_on")
    series.next_at = _next(series)
    if series.next_at is None:
        raise PublishingError("With this end it would never go out again.", field="ends_on")


def _variations(values: list[str], name: str) -> list[str]:
    if len(values) > MOST_VARIATIONS:
        raise PublishingError(f"Keep at most {MOST_VARIATIONS} of them.", field=f"{name}s")
    try:
        return [str(words.cleaned({name: value})[name]) for value in values if value.strip()]
    except PublishingError as error:
        raise PublishingError(error.message, field=f"{name}s") from error


def _next(series: Series) -> datetime | None:
    """The first time from now on that has no post yet."""
    after = max(timezone.now(), series.last_at) if series.last_at else timezone.now()
    return repeating.next_after(after, **{name: getattr(series, name) for name in RULE})


def _facts(series: Series) -> dict[str, Any]:
    return {"name": series.name, **{name: str(getattr(series, name)) for name in RULE}}


@transaction.atomic
def pause(series: Series, actor: User | None) -> Series:
    """Make no more of it until somebody goes on with it."""
    locked = _lock(series.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    locked.paused_at, locked.pause_reason = timezone.now(), ""
    locked.save(update_fields=["paused_at", "pause_reason", "updated_at"])
    audit("series.pause", team=locked.team, actor=actor, target=locked)
    return locked


@transaction.atomic
def resume(series: Series, actor: User | None) -> Series:
    """Go on with the next time from now; what was missed is not made up for."""
    locked = _lock(series.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    locked.paused_at, locked.pause_reason, locked.next_at = None, "", _next(locked)
    locked.save(update_fields=["paused_at", "pause_reason", "next_at", "updated_at"])
    audit("series.resume", team=locked.team, actor=actor, target=locked)
    return locked


@transaction.atomic
def delete_series(series: Series, actor: User | None) -> None:
    """Its posts stay."""
    locked = _lock(series.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    audit("series.delete", team=locked.team, actor=actor, target=locked, before=_facts(locked))
    locked.delete()


def _lock(series_id: UUID) -> Series:
    rows = Series.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "team", "pattern", "pool"
    )
    found: Series | None = rows.filter(pk=series_id).first()
    if found is None:
        raise PublishingError("This series is gone.")
    return found


def make_all_due(now: datetime | None = None, *, limit: int = 100) -> int:
    """Make the posts of all series whose time is near; returns how many. Two who do it at once make each post once."""
    now = now or timezone.now()
    near = Series.objects.filter(paused_at=None, next_at__lte=now + AHEAD)
    ids = list(near.order_by("next_at").values_list("pk", flat=True)[:limit])
    return sum(make_next(series_id, now) for series_id in ids)


@transaction.atomic
def make_next(series_id: UUID, now: datetime) -> bool:
    """The next post of one series, and the time after it in the same transaction. Whoever comes second finds that."""
    rows = Series.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
        "team", "pattern", "pool"
    )
    series = rows.filter(pk=series_id, paused_at=None, next_at__lte=now + AHEAD).first()
    if series is None or series.next_at is None:
        return False
    if series.next_at <= now:  # nobody was there to make it in time
        series.next_at = _next(series)
        series.save(update_fields=["next_at", "updated_at"])
        return False
    try:
        with transaction.atomic():
            _make(series, series.next_at)
    except PublishingError as error:
        _pause_by_itself(series, error.message)
        return False
    series.made, series.last_at = series.made + 1, series.next_at
    series.next_at = _next(series)
    series.save(update_fields=["made", "last_at", "next_at", "updated_at"])
    return True


def _make(series: Series, at: datetime) -> Post:
    pattern = series.pattern
    targets = list(pattern.targets.exclude(status__in=GONE).select_related("connection"))
    if not targets:
        raise PublishingError("The post that is repeated goes to no channel any more.")
    values = {name: getattr(pattern, name) for name in COPIED}
    values["title"] = _turn([pattern.title, *series.titles], series.made)
    values["text"] = _turn([pattern.text, *series.texts], series.made)
    values["hashtags"] = [*pattern.hashtags, *_from_pool(series)]
    post = create_post(
        team=series.team,
        actor=None,
        connections=[target.connection for target in targets],
        overrides={target.connection_id: target.overrides for target in targets},
        **values,
    )
    post.recurring_ref, post.created_by = series.pk, series.created_by
    post.save(update_fields=["recurring_ref", "created_by", "updated_at"])
    return schedule(post, at, series.zone, None)


def _turn(choices: list[str], number: int) -> str:
    return choices[number % len(choices)]


def _from_pool(series: Series) -> list[str]:
    """The next few of the pool, round and round."""
    tags = series.pool.tags if series.pool else []
    if not tags:
        return []
    start = series.made * FROM_POOL
    return [tags[(start + number) % len(tags)] for number in range(min(FROM_POOL, len(tags)))]


def _pause_by_itself(series: Series, reason: str) -> None:
    series.paused_at, series.pause_reason = timezone.now(), reason[:500]
    series.save(update_fields=["paused_at", "pause_reason", "updated_at"])
    record(SERIES_PAUSED, team=series.team, subject=series, data=SeriesPaused(series.pause_reason))

"""How often posts were seen: asked once, when each is a week old, so that they can be compared (PUB-08). Where a
platform tells, also whether it has refused them since (CON-03)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from apps.connections.adapters import Call, Publisher
from apps.connections.errors import NeedsReconnecting
from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS
from apps.connections.services import circuit, quota, tokens
from apps.core.http import AuthExpired, QuotaExceeded
from apps.jobs.services import enqueue
from apps.publishing.errors import NextWindow
from apps.publishing.models import Target, TargetStatus
from apps.publishing.services.openings import check_quota
from apps.publishing.services.refusals import suspect

AGE = timedelta(days=7)
TOO_OLD = timedelta(days=60)  # published before this was kept, or while the channel was away: it is left out
AT_ONCE = 20  # TikTok tells of so many in one answer
MOST = 200  # of one channel in one job
OPERATION, LOOK = "publish.views", "publish.refused"

Told = TypeVar("Told")


def ripe(now: datetime) -> QuerySet[Target]:
    """What is a week old and was not counted yet."""
    rows: QuerySet[Target] = Target.objects.filter(
        status=TargetStatus.PUBLISHED,
        views_at=None,
        published_at__lte=now - AGE,
        published_at__gt=now - TOO_OLD,
    )
    return rows.exclude(external_id="")


def start_counting(now: datetime | None = None) -> int:
    """Start one job a day for each channel that has something to count; returns for how many."""
    from apps.publishing.jobs import count_views

    now = now or timezone.now()
    ids = ripe(now).order_by().values_list("connection_id", flat=True).distinct()
    channels = Connection.objects.filter(pk__in=ids[:MOST]).select_related("team").defer("picture")
    wanted = [channel for channel in channels if channel.is_usable and _publisher(channel) is not None]
    for channel in wanted:
        enqueue(
            count_views,
            team=channel.team,
            args={"connection_id": str(channel.pk)},
            key=f"views:{channel.pk}:{now:%Y-%m-%d}",
            subject=channel,
            title=f"Count the views of {channel}",
        )
    return len(wanted)


def _publisher(channel: Connection) -> Publisher | None:
    """Who tells the views of this channel: nobody where it was connected without the right to know them."""
    platform = PLATFORMS.get(channel.platform)
    publisher = platform.publisher if platform else None
    if publisher is None or not publisher.tells_views or not channel.has_rights(publisher.views_need):
        return None
    return publisher


def count(connection_id: UUID) -> dict[str, Any]:
    """Ask the platform for the views of what is ripe, and keep them. What it tells nothing of is not asked again."""
    channel = Connection.objects.defer("picture").get(pk=connection_id)
    publisher = _publisher(channel)
    if publisher is None or not channel.is_usable:
        return {}
    rows = ripe(timezone.now()).filter(connection=channel).order_by("published_at").only("pk", "external_id")
    targets = list(rows[:MOST])
    counted = 0
    try:
        for start in range(0, len(targets), AT_ONCE):
            counted += _keep(channel, publisher, targets[start : start + AT_ONCE])
    except NextWindow as full:
        return {"counted": counted, "until": full.until.isoformat()}
    except QuotaExceeded as error:
        quota.exhausted(channel, OPERATION, error)
    except NeedsReconnecting:
        return {"counted": counted}
    except AuthExpired as error:
        tokens.report_auth_failure(channel, error)
    return {"counted": counted}


def _keep(channel: Connection, publisher: Publisher, targets: Sequence[Target]) -> int:
    ids = [target.external_id for target in targets]
    found = _asked(channel, OPERATION, publisher.views, ids)
    refused = _asked(channel, LOOK, publisher.refused, ids) if publisher.tells_refusals else {}
    now = timezone.now()
    for target in targets:
        views = found.get(target.external_id)
        Target.objects.filter(pk=target.pk).update(views=views, views_at=now)
        if refusal := refused.get(target.external_id):
            suspect(target, refusal.reason, refusal.sentence)
    return len(found)


def _asked(
    channel: Connection, operation: str, ask: Callable[[Call, list[str]], dict[str, Told]], ids: list[str]
) -> dict[str, Told]:
    check_quota(channel, operation)
    call = tokens.call_for(channel)
    quota.spend(channel, operation)
    with circuit.platform_call(channel.platform):
        return ask(call, ids)

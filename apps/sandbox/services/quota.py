"""What a platform lets somebody have only so much of."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.sandbox.models import LoggedCall, Spent

PACIFIC = ZoneInfo("America/Los_Angeles")


def pacific_midnight(now: datetime | None = None) -> datetime:
    """When the day of Google's quotas began."""
    there = (now or timezone.now()).astimezone(PACIFIC)
    return there.replace(hour=0, minute=0, second=0, microsecond=0)


def spend(platform: str, bucket: str, owner: str, units: int, limit: int, window_start: datetime) -> bool:
    """Take units out of a bucket; False, and nothing taken, where there are not enough left."""
    with transaction.atomic():
        row, _ = Spent.objects.get_or_create(
            platform=platform, bucket=bucket, owner=owner, window_start=window_start
        )
        taken = Spent.objects.filter(pk=row.pk, used__lte=limit - units).update(used=F("used") + units)
    return bool(taken)


def used(platform: str, bucket: str, owner: str, window_start: datetime) -> int:
    row = Spent.objects.filter(platform=platform, bucket=bucket, owner=owner, window_start=window_start)
    return row.values_list("used", flat=True).first() or 0


def calls_within(platform: str, operation: str, account_id: UUID, seconds: int) -> int:
    """How often an account called an operation and was not refused for that, within a sliding window."""
    since = timezone.now() - timedelta(seconds=seconds)
    return (
        LoggedCall.objects.filter(
            platform=platform, operation=operation, account_id=account_id, created_at__gt=since
        )
        .exclude(status=429)
        .count()
    )


def calls_of(platform: str, account_id: UUID, seconds: int) -> int:
    """How often an account called anything within a sliding window."""
    since = timezone.now() - timedelta(seconds=seconds)
    return LoggedCall.objects.filter(platform=platform, account_id=account_id, created_at__gt=since).count()

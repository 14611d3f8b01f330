"""Reading and putting away what is in the centre (NTF-01)."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.notifications.bells import ring
from apps.notifications.models import Notice

KEEP = timedelta(days=180)


@transaction.atomic
def mark(notices: QuerySet[Notice], *, read: bool) -> int:
    """Mark these as read or unread; returns how many changed."""
    return _change(notices.filter(read_at__isnull=read), read_at=timezone.now() if read else None)


@transaction.atomic
def dismiss(notices: QuerySet[Notice]) -> int:
    """Take these out of the centre; returns how many. What waits to be sent by other channels is not sent."""
    return _change(notices.filter(dismissed_at=None), dismissed_at=timezone.now())


@transaction.atomic
def restore(notices: QuerySet[Notice]) -> int:
    """Bring dismissed ones back."""
    return _change(notices.filter(dismissed_at__isnull=False), dismissed_at=None)


def _change(notices: QuerySet[Notice], **values: object) -> int:
    people: Iterable[UUID] = list(notices.order_by().values_list("user_id", flat=True).distinct())
    count = notices.order_by().update(**values)
    ring(people, None)
    return count


def forget_old() -> int:
    """Remove notices of half a year ago, with their log; returns how many rows."""
    return Notice.objects.filter(last_at__lt=timezone.now() - KEEP).delete()[0]

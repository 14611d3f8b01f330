"""A word before a post goes out (PUB-13)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.events.services import record
from apps.publishing.events import POST_DUE_SOON, PostDueSoon
from apps.publishing.models import Post, PostStatus

BEFORE = timedelta(minutes=30)


def remind_due_soon(now: datetime | None = None, *, limit: int = 200) -> int:
    """Record that these posts go out within half an hour; once for each time that is planned. Returns how many."""
    now = now or timezone.now()
    soon = Post.objects.filter(
        status=PostStatus.SCHEDULED, reminded_at=None, due_at__gt=now, due_at__lte=now + BEFORE
    )
    ids = list(soon.order_by("due_at").values_list("pk", flat=True)[:limit])
    return sum(_remind(post_id, now) for post_id in ids)


@transaction.atomic
def _remind(post_id: UUID, now: datetime) -> bool:
    rows = Post.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("team")
    post = rows.filter(pk=post_id, status=PostStatus.SCHEDULED, reminded_at=None).first()
    if post is None or post.due_at is None:
        return False
    post.reminded_at = now
    post.save(update_fields=["reminded_at", "updated_at"])
    minutes = round((post.due_at - now).total_seconds() / 60)
    platforms = sorted(set(post.targets.values_list("connection__platform", flat=True)))
    data = PostDueSoon(post.due_at.isoformat(), post.zone, minutes, platforms)
    record(POST_DUE_SOON, team=post.team, subject=post, data=data)
    return True

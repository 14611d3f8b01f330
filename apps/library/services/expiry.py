"""Videos are kept as long as the team's setting says: shown, told a week before, then removed (LIB-10)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.events.services import record
from apps.library import events
from apps.library.flags import KEPT_DAYS
from apps.library.holds import held
from apps.library.models import Video, VideoStatus
from apps.library.services.videos import delete_video
from apps.teams.models import Team

NOTICE = timedelta(days=7)
AT_ONCE = 500
NAMED = 5


def expiry_of(video: Video, team: Team) -> datetime | None:
    """When the video is removed; None where the team's videos are kept for good.

    Never less than a week after it was told, whatever the setting became meanwhile.
    """
    days = KEPT_DAYS.value(team)
    if not days:
        return None
    due = video.created_at + timedelta(days=days)
    return max(due, video.expiry_told_at + NOTICE) if video.expiry_told_at else due


def expiring(team: Team, *, now: datetime) -> QuerySet[Video]:
    """Videos that are removed within a week, the oldest first; none where they are kept for good."""
    days = KEPT_DAYS.value(team)
    found: QuerySet[Video] = Video.objects.in_team(team).order_by("created_at", "pk")
    return found.filter(created_at__lte=now - timedelta(days=days) + NOTICE) if days else found.none()


def keep_to_plans(*, now: datetime | None = None) -> dict[str, int]:
    """Tell of what expires within a week, and remove what has expired; returns how many were told and removed."""
    at = now or timezone.now()
    told = removed = 0
    for team in Team.objects.filter(pk__in=Video.objects.order_by().values("team").distinct()):
        if KEPT_DAYS.value(team):
            told += _tell(team, at)
            removed += _remove(team, at)
    return {"told": told, "removed": removed}


@transaction.atomic
def _tell(team: Team, now: datetime) -> int:
    """Once for each video, with one message for all that are new."""
    rows = expiring(team, now=now).filter(expiry_told_at=None).select_for_update()
    new = list(rows.exclude(status=VideoStatus.MAKING)[:AT_ONCE])
    if not new:
        return 0
    Video.objects.filter(pk__in=[video.pk for video in new]).update(expiry_told_at=now)
    for video in new:
        video.expiry_told_at = now
    first = min(due for video in new if (due := expiry_of(video, team)))
    data = events.VideosExpiring(
        titles=[video.title for video in new[:NAMED]], count=len(new), on=first.date().isoformat()
    )
    record(events.VIDEOS_EXPIRING, team=team, subject=team, data=data)
    return len(new)


def _remove(team: Team, now: datetime) -> int:
    """Those that were told long enough ago and that nobody needs. Each can be brought back for a while."""
    old = list(expiring(team, now=now).filter(expiry_told_at__lte=now - NOTICE)[:AT_ONCE])
    due = [video for video in old if (when := expiry_of(video, team)) and when <= now]
    needed = held([video.pk for video in due])
    gone = [video for video in due if video.pk not in needed and video.status != VideoStatus.MAKING]
    for video in gone:
        delete_video(video, actor=None)
    return len(gone)

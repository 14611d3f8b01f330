"""What a new post begins with: what the library knows of its video, and where and when somebody asked for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.library.models import AssetKind, Video
from apps.publishing import clock
from apps.publishing.errors import PublishingError
from apps.publishing.evidence import is_made_by_ai
from apps.publishing.models import Post, PostKindChoice, PostStatus, TargetStatus
from apps.teams.models import Team

SHORT_AT_MOST_S = 180.0  # the longest that any platform shows as a short
CHOSEN = (TargetStatus.DRAFT, TargetStatus.SCHEDULED, TargetStatus.FAILED)


def of_video(video: Video) -> dict[str, Any]:
    """Words, tags, flags and visibility of the video; made for children and by AI as it was made (PUB-01)."""
    return {
        "video": video.pk,
        "kind": _kind(video),
        "title": video.title,
        "text": video.description,
        "tags": video.tags,
        "privacy": video.visibility,
        "made_for_kids": video.made_for_kids,
        "ai_made": is_made_by_ai(video),
    }


def _kind(video: Video) -> str:
    """A short where it is short and has an upright file."""
    files = video.assets.filter(kind__in=(AssetKind.RENDITION, AssetKind.SOURCE)).values_list(
        "width", "height"
    )
    upright = any(width and height and width < height for width, height in files)
    is_short = video.duration_s is not None and video.duration_s <= SHORT_AT_MOST_S
    return PostKindChoice.SHORT if upright and is_short else PostKindChoice.VIDEO


def of_time(team: Team, due: str, zone: str) -> dict[str, Any]:
    """The time that the address asks for (`due` as on a clock, in `zone`); nonsense is left out."""
    try:
        clock.zone_of(zone)
    except PublishingError:
        zone = team.time_zone
    found: dict[str, Any] = {"zone": zone}
    try:
        local: datetime | None = parse_datetime(due)
    except ValueError:
        local = None
    if local is not None:
        found |= {"due_at": local.replace(tzinfo=None), "when": "at"}
    return found


def channels(team: Team, asked: str, usable: Sequence[str]) -> list[str]:
    """The channels that the address names, between commas; without any, those of the team's last post, or the only one
    there is. Nothing goes anywhere just because it is connected."""
    wanted = [name for name in asked.split(",") if name in usable]
    if wanted or len(usable) == 1:
        return wanted or list(usable)
    last = Post.objects.in_team(team).exclude(targets=None).order_by("-created_at", "-id").first()
    before = {str(pk) for pk in last.targets.values_list("connection_id", flat=True)} if last else set()
    return [name for name in usable if name in before]


def of_post(post: Post) -> dict[str, Any]:
    """A post as it is, for changing it."""
    names = (
        "kind", "title", "text", "tags", "hashtags", "first_comment", "privacy", "made_for_kids", "ai_made",
        "paid_promotion",
    )  # fmt: skip
    counted = (*CHOSEN, TargetStatus.CANCELLED) if post.status == PostStatus.CANCELLED else CHOSEN
    chosen = post.targets.filter(status__in=counted).values_list("connection_id", flat=True)
    found: dict[str, Any] = {name: getattr(post, name) for name in names}
    found |= {"ref": post.pk, "video": post.video_id, "thumbnail": post.thumbnail_id, "zone": post.zone}
    found["connections"] = [str(pk) for pk in chosen]
    if post.due_at is None:
        return found
    if post.due_at > timezone.now():
        fold = post.due_at.astimezone(clock.zone_of(post.zone)).fold
        found |= {"due_at": clock.on_clock(post.due_at, post.zone), "fold": str(fold), "when": "at"}
    else:
        found["when"] = "now"  # its time is over
    return found

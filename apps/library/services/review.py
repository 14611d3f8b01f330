"""Review of a video: comments, replies, what is settled, and links for guests (LIB-11)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.events.services import record
from apps.events.socket import ping
from apps.library.errors import LibraryError
from apps.library.events import VIDEO_COMMENTED, VideoCommented
from apps.library.models import Video
from apps.library.review.models import ReviewComment, ReviewLink
from apps.library.review.threads import MOST

TEXT_LENGTH = 2000
NAME_LENGTH = 60
LINK_DAYS = (1, 7, 30, 90)
LINKS = 20


@transaction.atomic
def add_comment(
    video: Video,
    *,
    text: str,
    author: User | None = None,
    guest_name: str = "",
    link: ReviewLink | None = None,
    at_s: float | None = None,
    parent: ReviewComment | None = None,
    file_mark: str = "",
) -> ReviewComment:
    """Say something of a video, at a time of it or of the whole, or reply. Raises LibraryError."""
    words, name = text.replace("\r\n", "\n").strip(), " ".join(guest_name.split())
    if not words:
        raise LibraryError("Write a comment first.", field="text")
    if len(words) > TEXT_LENGTH:
        raise LibraryError(f"Keep a comment within {TEXT_LENGTH:,} characters.", field="text")
    if author is None and not name:
        raise LibraryError("Say who you are.", field="name")
    if len(name) > NAME_LENGTH:
        raise LibraryError(f"Keep the name within {NAME_LENGTH} characters.", field="name")
    _check_room(video, parent, link)
    comment = ReviewComment.objects.create(
        team=video.team,
        video=video,
        parent=parent,
        at_s=None if parent else _within(at_s, video.duration_s),
        text=words,
        author=author,
        guest_name="" if author else name,
        link=link,
        file_mark=file_mark,
    )
    data = VideoCommented(title=video.title, by=comment.writer, text=words[:200])
    record(VIDEO_COMMENTED, team=video.team, subject=video, data=data, actor=author)
    return comment


def _check_room(video: Video, parent: ReviewComment | None, link: ReviewLink | None) -> None:
    if not Video.objects.select_for_update().filter(pk=video.pk).exists():
        raise LibraryError("This video was deleted meanwhile.")
    if parent is not None and (parent.video_id != video.pk or parent.parent_id is not None):
        raise LibraryError("This comment is gone. Look at the others again.")
    if link is not None and parent is not None and parent.link_id != link.pk:
        raise LibraryError("This comment is gone. Look at the others again.")
    if ReviewComment.objects.filter(video=video).count() >= MOST:
        raise LibraryError(f"A video takes {MOST} comments. Remove those that are settled.")


def _within(at_s: float | None, duration_s: float | None) -> float | None:
    if at_s is None:
        return None
    return round(max(0.0, min(at_s, duration_s if duration_s is not None else at_s)), 2)


@transaction.atomic
def resolve_comment(comment: ReviewComment, *, resolved: bool, actor: User) -> ReviewComment:
    """Settle a thread, or open it again."""
    locked = ReviewComment.objects.select_for_update().get(pk=comment.pk)
    locked.resolved_at = timezone.now() if resolved else None
    locked.resolved_by = actor if resolved else None
    locked.save(update_fields=["resolved_at", "resolved_by", "updated_at"])
    _tell(locked)
    return locked


@transaction.atomic
def delete_comment(comment: ReviewComment, *, actor: User) -> None:
    """Remove a comment with its replies, for good."""
    audit("review.delete_comment", team=comment.team, actor=actor, target=comment.video)
    _tell(comment)
    comment.delete()


def _tell(comment: ReviewComment) -> None:
    team_id, video_id = comment.team_id, comment.video_id
    transaction.on_commit(lambda: ping(team_id, "video.commented", video_id), robust=True)


@transaction.atomic
def create_link(video: Video, *, name: str, days: int, may_comment: bool, actor: User) -> ReviewLink:
    """A link for somebody without an account, for so many days. Raises LibraryError."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise LibraryError("Say for whom the link is.", field="name")
    if days not in LINK_DAYS:
        raise LibraryError("Choose how long the link is open.", field="days")
    if not Video.objects.select_for_update().filter(pk=video.pk).exists():
        raise LibraryError("This video was deleted meanwhile.")
    if open_links(video, timezone.now()) >= LINKS:
        raise LibraryError(f"A video has at most {LINKS} open links. Take one back first.", field="name")
    link = ReviewLink.objects.create(
        team=video.team,
        video=video,
        name=cleaned[:80],
        may_comment=may_comment,
        expires_at=timezone.now() + timedelta(days=days),
        created_by=actor,
    )
    audit(
        "review.create_link", team=video.team, actor=actor, target=video,
        after={"for": link.name, "expires_at": link.expires_at.isoformat(), "may_comment": may_comment},
    )  # fmt: skip
    return link


def open_links(video: Video, now: datetime) -> int:
    return ReviewLink.objects.filter(video=video, revoked_at=None, expires_at__gt=now).count()


@transaction.atomic
def revoke_link(link: ReviewLink, *, actor: User) -> None:
    """From now on it opens nothing."""
    locked = ReviewLink.objects.select_for_update().get(pk=link.pk)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at", "updated_at"])
        audit(
            "review.revoke_link",
            team=locked.team,
            actor=actor,
            target=link.video,
            before={"for": locked.name},
        )


def note_opening(link: ReviewLink) -> None:
    """Count that a guest looked at it."""
    ReviewLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=timezone.now())

"""The same change to many videos at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.library.errors import LibraryError
from apps.library.models import Video
from apps.library.services.metadata import clean_tags, edit_metadata
from apps.library.services.videos import delete_video, undelete_video
from apps.teams.models import Team

AT_ONCE = 200


@dataclass(frozen=True)
class Bulk:
    """What came of it: how many videos changed, and how many were left as they were."""

    changed: int
    unchanged: int


def chosen(team: Team, ids: Collection[UUID]) -> list[Video]:
    """Those of the team's videos, locked in one order. Raises LibraryError for none or too many."""
    if not ids:
        raise LibraryError("Select at least one video first.")
    if len(ids) > AT_ONCE:
        raise LibraryError(f"Change at most {AT_ONCE} videos at once.")
    return list(Video.objects.in_team(team).select_for_update().filter(pk__in=ids).order_by("pk"))


@transaction.atomic
def tag_videos(
    *, team: Team, ids: Collection[UUID], author: User, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> Bulk:
    """Add and remove tags on all of them, each a version. Raises LibraryError; then none is changed."""
    if not clean_tags(add) and not clean_tags(remove):
        raise LibraryError("Enter the tag first.", field="tag")
    return edit_videos(team=team, ids=ids, author=author, add=add, remove=remove)


@transaction.atomic
def edit_videos(
    *,
    team: Team,
    ids: Collection[UUID],
    author: User,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    **changes: Any,
) -> Bulk:
    """Change the words of all of them (metadata.Changes), each a version. Raises LibraryError; then none is changed."""
    added, removed = (
        clean_tags(add, field="add_tags"),
        {tag.casefold() for tag in clean_tags(remove, field="remove_tags")},
    )
    if not added and not removed and not changes:
        raise LibraryError("Choose what to change first.")
    changed = unchanged = 0
    for video in chosen(team, ids):
        tags = [tag for tag in (*video.tags, *added) if tag.casefold() not in removed]
        version = edit_metadata(video, author=author, tags=tags, **changes)
        changed, unchanged = changed + (version is not None), unchanged + (version is None)
    return Bulk(changed, unchanged)


@transaction.atomic
def delete_videos(*, team: Team, ids: Collection[UUID], actor: User) -> list[Video]:
    """Delete all of them; each can be brought back for a while."""
    return [delete_video(video, actor=actor) for video in chosen(team, ids)]


@transaction.atomic
def undelete_videos(*, team: Team, ids: Collection[UUID], actor: User) -> list[Video]:
    """Bring back those of them that were deleted and whose files are still there. Raises LibraryError for none."""
    deleted = Video.with_deleted.in_team(team).filter(pk__in=ids).exclude(deleted_at=None).order_by("pk")
    videos = [undelete_video(video, actor=actor) for video in deleted]
    if not videos:
        raise LibraryError("It is too late to bring this back: the files were removed.")
    return videos

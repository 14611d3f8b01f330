"""The life of a video: begun, made, ready, made again, deleted, brought back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.events.services import record
from apps.events.socket import ping
from apps.library import events
from apps.library.chapters import Chapter
from apps.library.errors import LibraryError
from apps.library.jobs import start_removal
from apps.library.models import Asset, AssetKind, Video, VideoSource, VideoStatus
from apps.library.services.metadata import Changes, Words, add_version
from apps.teams.models import Team

MADE_KINDS = frozenset(AssetKind) - {AssetKind.SOURCE}


@transaction.atomic
def create_video(
    *,
    team: Team,
    author: User | None = None,
    source: VideoSource = VideoSource.MADE,
    status: VideoStatus = VideoStatus.DRAFT,
    run_ref: UUID | None = None,
    **said: Unpack[Changes],
) -> Video:
    """A new video with the first version of its words. Without a language it has the team's. Raises LibraryError."""
    words = replace(Words(title="", language=team.language), **said)
    words = replace(words, language=words.language or team.language).cleaned()
    video = Video(team=team, status=status, source=source, run_ref=run_ref, created_by=author)
    words.put_on(video)
    video.save(force_insert=True)
    add_version(video, author=author)
    data = events.VideoCreated(title=video.title, source=video.source)
    record(events.VIDEO_CREATED, team=team, subject=video, data=data, actor=author)
    return video


@transaction.atomic
def replace_files(
    video: Video, assets: Sequence[Asset], *, kinds: Collection[AssetKind] = MADE_KINDS
) -> None:
    """Make these the video's assets of the given kinds (all but its source), in this order, at one moment.

    What it had of them before is removed; the bytes go too where nothing else uses them.
    """
    Video.with_deleted.select_for_update().get(pk=video.pk)
    if any(asset.team_id != video.team_id for asset in assets):
        raise ValueError("an asset belongs to another team")
    kept = {asset.pk for asset in assets}
    old = Asset.with_deleted.filter(video=video, kind__in=list(kinds)).exclude(pk__in=kept)
    start_removal(video.team, list(old.values_list("file_id", flat=True)))
    old.delete()
    for position, asset in enumerate(assets):
        asset.video, asset.position = video, position
        asset.save(update_fields=["video", "position", "updated_at"])
    _tell(video)


@transaction.atomic
def mark_ready(video: Video, *, duration_s: float, chapters: Iterable[Chapter] = ()) -> Video:
    """The video can be watched: its files are in place, it lasts `duration_s` seconds and has these chapters."""
    video.status = VideoStatus.READY
    video.duration_s = duration_s
    video.chapters_json = [chapter.to_json() for chapter in chapters]
    video.save(update_fields=["status", "duration_s", "chapters_json", "updated_at"])
    renditions = Asset.objects.filter(video=video, kind=AssetKind.RENDITION).order_by("position")
    formats = list(dict.fromkeys(renditions.exclude(format="").values_list("format", flat=True)))
    data = events.VideoReady(title=video.title, duration_s=duration_s, formats=formats)
    record(events.VIDEO_READY, team=video.team, subject=video, data=data)
    return video


def mark_making(video: Video) -> Video:
    """The video is being made (again); files that it has stay until they are replaced."""
    return _mark(video, VideoStatus.MAKING)


def mark_failed(video: Video) -> Video:
    """Making the video failed. One that has finished files from before stays ready."""
    has_files = Asset.objects.filter(video=video, kind=AssetKind.RENDITION).exists()
    return _mark(video, VideoStatus.READY if has_files else VideoStatus.FAILED)


@transaction.atomic
def _mark(video: Video, status: VideoStatus) -> Video:
    video.status = status
    video.save(update_fields=["status", "updated_at"])
    _tell(video)
    return video


def _tell(video: Video) -> None:
    team_id, video_id = video.team_id, video.pk
    transaction.on_commit(lambda: ping(team_id, "video.changed", video_id), robust=True)


@transaction.atomic
def delete_video(video: Video, *, actor: User | None) -> Video:
    """Take the video out of the library. It can be brought back for removal.UNDO_FOR, then its files go."""
    locked = Video.objects.select_for_update().filter(pk=video.pk).first()
    if locked is None:
        raise LibraryError("This video is already deleted.")
    locked.deleted_at = timezone.now()
    locked.save(update_fields=["deleted_at"])
    audit("video.delete", team=locked.team, actor=actor, target=locked)
    data = events.VideoDeleted(title=locked.title)
    record(events.VIDEO_DELETED, team=locked.team, subject=locked, data=data, actor=actor)
    return locked


@transaction.atomic
def undelete_video(video: Video, *, actor: User | None) -> Video:
    """Bring a deleted video back. Raises LibraryError where its files are already gone."""
    locked = Video.with_deleted.select_for_update().filter(pk=video.pk).first()
    if locked is None:
        raise LibraryError("It is too late to bring this video back: its files were removed.")
    if locked.deleted_at is None:
        return locked
    locked.deleted_at = None
    locked.save(update_fields=["deleted_at"])
    audit("video.undelete", team=locked.team, actor=actor, target=locked)
    data = events.VideoRestored(title=locked.title)
    record(events.VIDEO_RESTORED, team=locked.team, subject=locked, data=data, actor=actor)
    return locked

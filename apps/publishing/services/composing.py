"""What a post consists of: its words, its file, its channels."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from apps.connections.capabilities import Capability, PostKind
from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS
from apps.library.models import Asset, Video, VideoStatus
from apps.publishing import preflight, words
from apps.publishing.errors import PublishingError
from apps.publishing.evidence import evidence_findings
from apps.publishing.files import file_of, rendition_for
from apps.publishing.models import Post, PostKindChoice, PostStatus, Target, TargetStatus
from apps.publishing.services import preparing
from apps.publishing.services.links import disclosed

Row = TypeVar("Row", Video, Asset)

UNTOUCHED = (TargetStatus.DRAFT, TargetStatus.SCHEDULED, TargetStatus.CANCELLED, TargetStatus.FAILED)
CHANNEL_NAMES = words.NAMES | {"asset"}


def apply(post: Post, changes: dict[str, Any]) -> None:
    """Put checked changes on the post, without saving it. Raises PublishingError beside the field that is wrong."""
    if "video" in changes:
        post.video = _own(post, changes.pop("video"), "video")
    if "thumbnail" in changes:
        post.thumbnail = _own(post, changes.pop("thumbnail"), "thumbnail")
    if "kind" in changes:
        post.kind = changes.pop("kind")
        if post.kind not in PostKindChoice.values:
            raise PublishingError("Choose a video or a short.", field="kind")
    if "privacy" in changes and changes["privacy"] not in words.PRIVACIES:
        raise PublishingError("Choose who may see it.", field="privacy")
    for name, value in words.cleaned(_disclosed(post, changes)).items():
        setattr(post, name, value)


def _disclosed(post: Post, changes: dict[str, Any]) -> dict[str, Any]:
    """Words with an affiliate link in them say so (PUB-11)."""
    told = {
        name: disclosed(post.team, str(changes[name]))
        for name in ("text", "first_comment")
        if changes.get(name)
    }
    return {**changes, **told}


def _own(post: Post, row: Row | None, field: str) -> Row | None:
    if row is not None and row.team_id != post.team_id:
        raise PublishingError("Choose one of this team's.", field=field)
    return row


def choose_targets(
    post: Post, connections: Sequence[Connection] | None, overrides: Mapping[UUID, Mapping[str, Any]]
) -> None:
    """Give a locked post a target on each of the connections (None: those that it has), with what differs there.

    Channels that are left out lose their target, unless something of it was sent: then it is called off.
    """
    known = {target.connection_id: target for target in post.targets.select_related("connection")}
    if connections is None:
        connections = [t.connection for t in known.values() if t.status != TargetStatus.CANCELLED]
    for connection in connections:
        target = known.pop(connection.pk, None) or _new_target(post, connection)
        if target.status in UNTOUCHED:
            _set_target(post, target, overrides.get(connection.pk))
    _leave_out(post, [t.pk for t in known.values() if t.status in UNTOUCHED])


def _leave_out(post: Post, targets: Sequence[UUID]) -> None:
    left_out = post.targets.filter(pk__in=targets)
    left_out.filter(attempts=None).delete()
    left_out.update(status=TargetStatus.CANCELLED, held_since=None)


def _new_target(post: Post, connection: Connection) -> Target:
    platform = PLATFORMS.get(connection.platform)
    if connection.team_id != post.team_id:
        raise PublishingError("Choose one of this team's channels.", field="connections")
    if platform is None or not platform.can(Capability.PUBLISH):
        raise PublishingError(f"Nothing can be published on {connection}.", field="connections")
    planned = post.status in (PostStatus.SCHEDULED, PostStatus.PUBLISHING)
    status = TargetStatus.SCHEDULED if planned else TargetStatus.DRAFT
    return Target(team=post.team, post=post, connection=connection, status=status, due_at=post.due_at)


def _set_target(post: Post, target: Target, changes: Mapping[str, Any] | None) -> None:
    if target.status == TargetStatus.CANCELLED:
        target.status = TargetStatus.DRAFT
    before = target.asset_id
    if changes is not None:
        values = dict(changes)
        asset: Asset | None = _own(post, values.pop("asset", None), "asset")
        target.overrides = words.cleaned(_disclosed(post, values), names=words.NAMES)
        target.asset = asset
    if target.asset is None or target.asset.video_id != post.video_id:
        target.asset = _file_for(post, target.connection)
    if target.asset_id != before:
        target.repaired, target.repair_key = None, ""
    target.save()
    if target.asset is not None:
        preparing.start_reading(target.asset)


def _file_for(post: Post, connection: Connection) -> Asset | None:
    video: Video | None = post.video
    return rendition_for(video, connection.platform, PostKind(post.kind)) if video else None


def ready_to_go(post: Post, targets: Sequence[Target]) -> None:
    """Raises PublishingError for what is missing before it can go out, beside the field."""
    if post.video is None or post.video.deleted_at is not None:
        raise PublishingError("Choose the video that goes out.", field="video")
    if post.video.status != VideoStatus.READY:
        raise PublishingError("The video is not finished yet.", field="video")
    evidence = evidence_findings(post, post.thumbnail, *(target.asset for target in targets))
    for target in targets:
        if target.connection.disconnected_at is not None:
            raise PublishingError(
                f"{target.connection} is disconnected. Connect it again.", field="connections"
            )
        if file_of(target) is None:
            raise PublishingError(
                f"The video has no file that could go to {target.connection}.", field="video"
            )
        if stop := preflight.report(target, evidence).stop:
            raise PublishingError(stop.whole, field=stop.field)

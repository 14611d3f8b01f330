"""What the library holds of a person: the videos that they made or uploaded, with their files, and what they wrote."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import PurePosixPath
from typing import IO, Any

from apps.core.personal_data import Part, collects
from apps.library.models import Asset, Video, VideoVersion
from apps.library.review.models import ReviewComment, ReviewLink
from apps.library.uploads.models import Upload

FIELDS = (
    "id", "title", "description", "tags", "language", "status", "duration_s", "made_for_kids", "category",
    "visibility", "own_chapters_json", "overrides_json", "created_at", "updated_at",
)  # fmt: skip

VERSION_FIELDS = (
    "video_id", "number", "title", "description", "tags", "language", "category", "visibility", "own_chapters_json",
    "overrides_json", "created_at",
)  # fmt: skip


UPLOAD_FIELDS = ("name", "size_bytes", "received_bytes", "status", "error", "video_id", "created_at")


@collects("library", Video, VideoVersion, Upload, ReviewComment, ReviewLink)
def of_person(user: Any) -> Iterator[Part]:
    """Those in teams that the person is in still: what belongs to others is not theirs to take."""
    videos = Video.objects.filter(created_by=user, team__memberships__user=user).order_by("created_at")
    yield Part("videos.json", rows=list(videos.values(*FIELDS)))
    versions = VideoVersion.objects.filter(author=user, team__memberships__user=user).order_by("created_at")
    yield Part("versions.json", rows=list(versions.values(*VERSION_FIELDS)))
    uploads = Upload.objects.filter(created_by=user, team__memberships__user=user).order_by("created_at")
    yield Part("uploads.json", rows=list(uploads.values(*UPLOAD_FIELDS)))
    said = ReviewComment.objects.filter(author=user, team__memberships__user=user).order_by("created_at")
    yield Part("review_comments.json", rows=list(said.values("video_id", "at_s", "text", "created_at")))
    links = ReviewLink.objects.filter(created_by=user, team__memberships__user=user).order_by("created_at")
    yield Part("review_links.json", rows=list(links.values("video_id", "name", "expires_at", "created_at")))
    assets = Asset.objects.filter(video__in=videos).select_related("file").order_by("created_at", "pk")
    for asset in assets:
        suffix = PurePosixPath(asset.file.path).suffix
        yield Part(f"files/{asset.video_id}/{asset.kind}-{asset.pk}{suffix}", open=_opener(asset))


def _opener(asset: Asset) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    return lambda: asset.open()

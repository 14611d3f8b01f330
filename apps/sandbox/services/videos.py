"""What is published at a platform: made of an upload, processed for a while, made public, changed, taken down."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from apps.sandbox import files, mp4
from apps.sandbox.models import Account, Attachment, FaultKind, Upload, Video
from apps.sandbox.services import faults


def new_video(
    account: Account, upload: Upload | None, *, external_id: str, refusal: str = "", **values: Any
) -> Video:
    """A video out of a complete upload. `refusal` is the platform's reason to refuse it, where it judged so; a fault
    may refuse it too, or keep it in processing for ever."""
    film = mp4.read(files.path(upload.file)) if upload else None
    rejected = faults.happen(account.platform, FaultKind.REJECTED, account=account)
    stuck = faults.happen(account.platform, FaultKind.STUCK, account=account)
    takes = timedelta(seconds=settings.SANDBOX_PROCESSING_S)
    return Video.objects.create(
        account=account,
        upload=upload,
        external_id=external_id,
        file=upload.file if upload else "",
        size=(upload.size or 0) if upload else 0,
        sha256=upload.sha256 if upload else "",
        content_type=upload.content_type if upload else "",
        duration_s=film.duration_s if film else 0,
        width=film.width if film else 0,
        height=film.height if film else 0,
        processed_at=None if stuck else timezone.now() + takes,
        failure=(rejected.reason or "rejected") if rejected else refusal,
        **values,
    )


def change(video: Video, **values: Any) -> Video:
    for name, value in values.items():
        setattr(video, name, value)
    video.save(update_fields=[*values, "updated_at"])
    return video


def publish(video: Video, at: datetime | None = None, **values: Any) -> Video:
    """The public may see it from now on, or from then."""
    return change(video, published_at=video.published_at or at or timezone.now(), **values)


def remove(video: Video) -> None:
    """Taken down: nobody sees it any more, and its bytes go."""
    files.remove(video.file)
    change(video, deleted_at=timezone.now(), published_at=None, file="")


def attach(video: Video, role: str, content: bytes, content_type: str, **values: Any) -> Attachment:
    """A thumbnail or a caption track; of thumbnails the newest counts."""
    name = files.keep(content)
    size, digest = files.measure(name)
    return Attachment.objects.create(
        video=video,
        role=role,
        external_id=secrets.token_urlsafe(24),
        file=name,
        size=size,
        sha256=digest,
        content_type=content_type,
        **values,
    )


def detach(attachment: Attachment) -> None:
    files.remove(attachment.file)
    attachment.delete()

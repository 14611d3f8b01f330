"""Pages: reels in phases, videos by handle or in chunks, their state, their words."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.sandbox import queries
from apps.sandbox.meta import people
from apps.sandbox.meta.fields import Node
from apps.sandbox.meta.habits import invalid, missing, refusal
from apps.sandbox.models import Account, Upload, Video
from apps.sandbox.services import videos
from apps.sandbox.standin import Answer, Call, sandbox_url

REEL = "page-reel"
REELS_A_DAY, DAY = 30, timedelta(days=1)
LONGEST_REEL_S = 90
SOONEST, LATEST = timedelta(minutes=10), timedelta(days=30)
TITLE = 255
PUBLISHED, SCHEDULED, DRAFT = "PUBLISHED", "SCHEDULED", "DRAFT"


def when(params: dict[str, str]) -> datetime | None:
    """`scheduled_publish_time`: Unix seconds, 10 minutes to 30 days from now."""
    given = params.get("scheduled_publish_time", "")
    if not given:
        return None
    try:
        at = datetime.fromtimestamp(int(given), tz=UTC)
    except ValueError as error:
        raise invalid("The parameter scheduled_publish_time is no Unix time.") from error
    if not SOONEST <= at - timezone.now() <= LATEST:
        raise invalid("The specified scheduled publish time is invalid.", subcode=1366028)
    return at


def make_public(row: Video, params: dict[str, str], state: str) -> Video:
    """Published now, at its time, or not at all."""
    at = when(params)
    if state == SCHEDULED and at is None:
        raise invalid("The parameter scheduled_publish_time is required.")
    if state == DRAFT:
        return videos.change(row, privacy=DRAFT)
    if at is not None:
        return videos.change(row, privacy=SCHEDULED, publish_at=at, published_at=at)
    return videos.publish(row, privacy=PUBLISHED)


def reels_today(page: Account) -> int:
    return Video.objects.filter(account=page, kind="reel", created_at__gt=timezone.now() - DAY).count()


def new_video(upload: Upload, params: dict[str, str], *, kind: str, external_id: str) -> Video:
    """What complete bytes become; Facebook judges the file."""
    if len(params.get("title", "")) > TITLE:
        raise invalid("The title is longer than 255 characters.")
    row = videos.new_video(
        upload.account,
        upload,
        external_id=external_id,
        kind=kind,
        title=params.get("title", ""),
        text=params.get("description", ""),
        facts={name: value for name, value in params.items() if name != "access_token"},
    )
    too_long = kind == "reel" and row.duration_s > LONGEST_REEL_S
    if not row.failure and (not row.duration_s or too_long):
        videos.change(row, failure="1363024")
    return row


def video(row: Video) -> Node:
    settle(row)
    link = f"{sandbox_url()}/watch/{row.external_id}/"
    return {
        "id": row.external_id,
        "title": row.title or None,
        "description": row.text or None,
        "created_time": graph_time(row.created_at),
        "updated_time": graph_time(row.updated_at),
        "length": round(row.duration_s, 3),
        "permalink_url": link,
        "post_id": f"{row.account.external_id}_{row.external_id}",
        "published": row.published_at is not None and row.published_at <= timezone.now(),
        "scheduled_publish_time": graph_time(row.publish_at) if row.publish_at else None,
        "source": f"{link}file/",
        "picture": f"{link}thumbnail/",
        "views": queries.views(row),
        "from": {"id": row.account.external_id, "name": row.account.name},
        "status": lambda: state(row),
    }


def settle(row: Video) -> None:
    """A scheduled video becomes public by itself."""
    if row.privacy == SCHEDULED and row.publish_at and row.publish_at <= timezone.now():
        videos.change(row, privacy=PUBLISHED, publish_at=None)


def graph_time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def state(row: Video) -> dict[str, Any]:
    """video_status and its phases."""
    processing: dict[str, Any] = {"status": "complete" if row.is_processed else "in_progress"}
    if row.failure:
        error = {
            "code": int(row.failure) if row.failure.isdigit() else 1363024,
            "message": "The video cannot be used.",
        }
        processing = {"status": "error", "errors": [error]}
    publishing: dict[str, Any] = {"status": "complete" if row.is_public else "not_started"}
    if row.privacy:
        publishing["publish_status"] = row.privacy.lower()
    if row.published_at:
        publishing["publish_time"] = graph_time(row.published_at)
    return {
        "video_status": "error" if row.failure else "ready" if row.is_processed else "processing",
        "uploading_phase": {"status": "complete", "bytes_transferred": row.size},
        "processing_phase": processing,
        "publishing_phase": publishing,
    }


def unfinished(upload: Upload) -> Node:
    """A video whose bytes are on their way, or that was not finished yet."""
    phase = {
        "status": "complete" if upload.completed_at else "in_progress",
        "bytes_transferred": upload.received,
    }
    expired = upload.expires_at <= timezone.now()
    whole: Node = dict.fromkeys(("title", "description", "permalink_url", "post_id", "length", "source"))
    return {
        **whole,
        "id": upload.key,
        "created_time": graph_time(upload.created_at),
        "published": False,
        "status": {
            "video_status": "expired"
            if expired
            else "upload_complete"
            if upload.completed_at
            else "uploading",
            "uploading_phase": phase,
            "processing_phase": {"status": "not_started"},
            "publishing_phase": {"status": "not_started"},
        },
    }


def listed(page: Account, kind: str) -> list[tuple[str, Node]]:
    found = Video.objects.select_related("account").filter(account=page, kind=kind, deleted_at=None)
    return [("Video", video(row)) for row in found]


def change(call: Call, row: Video) -> Answer:
    """POST /{video}: its words, and whether it is public."""
    params = call.params
    said = {"title": "title", "name": "title", "description": "text"}
    values = {said[name]: params[name] for name in said if name in params}
    if len(values.get("title", "")) > TITLE:
        raise invalid("The title is longer than 255 characters.")
    if values:
        videos.change(row, **values)
    if params.get("published") == "true" and row.published_at is None:
        videos.publish(row, privacy=PUBLISHED)
    return Answer({"success": True})


def delete(row: Video) -> Answer:
    videos.remove(row)
    return Answer({"success": True})


def own(call: Call, node_id: str) -> Video:
    """A video of one of the caller's accounts."""
    row = Video.objects.select_related("account").filter(external_id=node_id, deleted_at=None).first()
    if row is None or row.account not in people.reached(call):
        raise missing(node_id)
    return row


def thumbnails(call: Call) -> Answer:
    """GET /{video}/thumbnails."""
    row = own(call, call.args["id"])
    found = [
        {"id": one.external_id, "uri": f"{sandbox_url()}/watch/{row.external_id}/thumbnail/", "height": 720,
         "width": 1280, "scale": 1, "is_preferred": True}
        for one in row.attachments.filter(role="thumbnail")
    ]  # fmt: skip
    return Answer({"data": found})


def set_thumbnail(call: Call) -> Answer:
    """POST /{video}/thumbnails: a picture as `source`."""
    row = own(call, call.args["id"])
    source = call.request.FILES.get("source")
    if source is None or not source.size:
        raise invalid("The parameter source is required.")
    if source.size > 10_000_000:
        raise refusal(400, 100, "The image is larger than 10 MB.", subcode=1366046)
    videos.attach(row, "thumbnail", source.read(), source.content_type or "image/jpeg")
    return Answer({"success": True})

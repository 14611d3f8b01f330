"""Instagram: containers, their state, publishing, and what is published."""

import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.core import http
from apps.sandbox import files, queries
from apps.sandbox.meta import people
from apps.sandbox.meta.fields import Node
from apps.sandbox.meta.habits import invalid, refusal
from apps.sandbox.models import Account, Upload, Video
from apps.sandbox.services import uploads, videos
from apps.sandbox.standin import Answer, Call, sandbox_url

CONTAINER = "ig-container"
CONTAINER_S = 24 * 3600
LARGEST = 300_000_000
QUOTA, QUOTA_S = 50, 86_400
CAPTION, HASHTAGS, MENTIONS = 2200, 30, 20
KINDS = ("REELS", "VIDEO", "STORIES")
SHORTEST_S, LONGEST_S = 3, 15 * 60


def new_container(call: Call, one: Account) -> Answer:
    """POST /{ig-user}/media: bytes follow (upload_type=resumable), or are fetched from video_url."""
    params = call.params
    if params.get("media_type") not in KINDS:
        raise invalid("Only photo or video can be accepted as media type.", subcode=2207023)
    _check_caption(params.get("caption", ""))
    resumable = params.get("upload_type") == "resumable"
    if not resumable and not params.get("video_url"):
        raise invalid("The parameter video_url is required.")
    said = {name: value for name, value in params.items() if name != "access_token"}
    made = uploads.open_upload(
        one,
        CONTAINER,
        metadata={"said": said},
        life_s=CONTAINER_S,
        key=people.number(),
        content_type="video/mp4",
    )
    if resumable:
        version = call.args["version"]
        return Answer({"id": made.key, "uri": f"{call.base}/rupload/ig-api-upload/{version}/{made.key}"})
    _fetch(made, params["video_url"])
    return Answer({"id": made.key})


def _check_caption(caption: str) -> None:
    if len(caption) > CAPTION:
        raise refusal(400, 100, "The caption was too long.", subcode=2207010)
    if caption.count("#") > HASHTAGS or caption.count("@") > MENTIONS:
        raise refusal(400, 100, "The caption has too many hashtags or mentions.", subcode=2207040)


def _fetch(made: Upload, url: str) -> None:
    """Instagram loads the video itself; an address that it cannot reach makes the container an error."""
    try:
        http.download(url, files.path(made.file), max_bytes=LARGEST)
    except (http.OutsideError, http.AddressRefused):
        finish_container(made, refused="2207052")
        return
    finish_container(uploads.complete(made))


def finish_container(made: Upload, refused: str = "") -> Video:
    """Its bytes are there: Instagram looks at them."""
    said = made.metadata["said"]
    row = videos.new_video(
        made.account,
        made if not refused else None,
        external_id=people.number(),
        kind="reel",
        text=str(said.get("caption", "")),
        refusal=refused,
        facts={"container": made.key, "shortcode": secrets.token_urlsafe(8), "said": said},
    )
    if not row.failure and (reason := _judged(row)):
        videos.change(row, failure=reason)
    return row


def _judged(row: Video) -> str:
    """The subcode of what is wrong with the file."""
    if not row.duration_s or row.size > LARGEST:
        return "2207026"
    return "" if SHORTEST_S <= row.duration_s <= LONGEST_S else "2207026"


def made_of(container_: Upload) -> Video | None:
    return Video.objects.filter(account=container_.account, facts__container=container_.key).first()


def state(found: Upload) -> tuple[str, str]:
    """status_code and the sentence beside it."""
    row = made_of(found)
    if row is not None and row.published_at is not None:
        return "PUBLISHED", "Published: Media has been published."
    if row is not None and row.failure:
        return "ERROR", f"Error: Media upload has failed with error code {row.failure}"
    if found.expires_at <= timezone.now():
        return "EXPIRED", "Expired: The container was not published within 24 hours."
    if row is not None and row.is_processed:
        return "FINISHED", "Finished: Media has been uploaded and it is ready to be published."
    return "IN_PROGRESS", "In Progress: Media is still being processed."


def container(found: Upload) -> Node:
    status_code, status = state(found)
    row = made_of(found)
    uploading = {"status": "complete" if row else "in_progress", "bytes_transferred": found.received}
    processing = {
        "status": "complete" if row and row.is_processed else "in_progress" if row else "not_started"
    }
    return {
        "id": found.key,
        "status_code": status_code,
        "status": status,
        "copyright_check_status": {"status": "completed" if row else "in_progress", "matches_found": False},
        "video_status": {"uploading_phase": uploading, "processing_phase": processing},
    }


def publish(call: Call, one: Account) -> Answer:
    """POST /{ig-user}/media_publish: the container's reel is public. A second time Instagram refuses."""
    found = Upload.objects.filter(kind=CONTAINER, account=one, key=call.params.get("creation_id", "")).first()
    if found is None:
        raise refusal(400, 100, "Media ID is not available", subcode=2207006)
    status_code, status = state(found)
    if status_code in ("EXPIRED", "PUBLISHED"):
        raise refusal(400, 100, "Media ID is not available", subcode=2207008)
    if status_code != "FINISHED":
        raise refusal(
            400, 9007, "Media ID is not available", subcode=2207027, title="Not ready", for_user=status
        )
    if used(one) >= QUOTA:
        raise call.stand_in.habits.quota_gone(call.route)
    row = made_of(found)
    if row is None:  # FINISHED has one
        raise refusal(400, 100, "Media ID is not available", subcode=2207006)
    videos.publish(row, privacy="public")
    return Answer({"id": row.external_id})


def used(one: Account) -> int:
    """How many were published within 24 hours."""
    since = timezone.now() - timedelta(seconds=QUOTA_S)
    return Video.objects.filter(account=one, published_at__gt=since).count()


def limit(call: Call, one: Account) -> Answer:
    whole: dict[str, Any] = {
        "quota_usage": used(one),
        "config": {"quota_total": QUOTA, "quota_duration": QUOTA_S},
    }
    wanted = (call.params.get("fields") or "quota_usage").split(",")
    return Answer({"data": [{name: value for name, value in whole.items() if name in wanted}]})


def media(row: Video) -> Node:
    link = f"{sandbox_url()}/watch/{row.external_id}/"
    return {
        "id": row.external_id,
        "caption": row.text or None,
        "media_type": "VIDEO",
        "media_product_type": "REELS",
        "media_url": f"{link}file/",
        "thumbnail_url": f"{link}thumbnail/",
        "permalink": link,
        "shortcode": row.facts.get("shortcode"),
        "timestamp": (row.published_at or row.created_at).strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "username": row.account.handle,
        "owner": {"id": row.account.external_id},
        "like_count": queries.likes(row),
        "comments_count": lambda: row.comments.count(),
        "view_count": queries.views(row),
        "is_shared_to_feed": row.facts.get("said", {}).get("share_to_feed", "true") != "false",
        "is_comment_enabled": row.facts.get("comment_enabled", True),
    }


def published(one: Account) -> list[tuple[str, Node]]:
    found = Video.objects.select_related("account").filter(
        account=one, deleted_at=None, published_at__isnull=False
    )
    return [("IGMedia", media(row)) for row in found]


def change(call: Call, row: Video) -> Answer:
    """Of published media only whether it may be commented can be changed."""
    if "comment_enabled" not in call.params:
        raise invalid("The parameter comment_enabled is required.")
    videos.change(row, facts={**row.facts, "comment_enabled": call.params["comment_enabled"] == "true"})
    return Answer({"success": True})

"""What goes with a video: its thumbnail and its captions."""

from django.utils import timezone

from apps.sandbox.google.errors import forbidden, invalid, missing, refusal
from apps.sandbox.google.multipart import parts_of_body, read_body
from apps.sandbox.google.resources import (
    Resource,
    chosen,
    moment,
    parts_of,
    plain_list,
    thumbnails,
    with_etag,
)
from apps.sandbox.google.video_resource import thumbnail_url
from apps.sandbox.google.videos import own
from apps.sandbox.models import Attachment
from apps.sandbox.services import videos
from apps.sandbox.standin import Answer, Call

THUMBNAIL_MAX = 2 * 1024 * 1024
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PN": "image/png"}
LARGE = {
    "default": (120, 90),
    "medium": (320, 180),
    "high": (480, 360),
    "standard": (640, 480),
    "maxres": (1280, 720),
}


def set_thumbnail(call: Call) -> Answer:
    """POST upload/…/thumbnails/set: JPEG or PNG up to 2 MB, from channels that are verified."""
    row = own(call, call.query.get("videoId", ""))
    if not call.account.facts.get("verified", True):
        raise forbidden(
            "The authenticated user doesn't have permissions to upload and set custom video thumbnails."
        )
    _, content, _ = parts_of_body(call) if "multipart" in call.request.headers.get("Content-Type", "") else (
        {}, read_body(call), "")  # fmt: skip
    if not content:
        raise invalid("mediaBodyRequired", "The request does not include the image content.")
    if len(content) > THUMBNAIL_MAX:
        raise invalid("mediaTooLarge", "The image is larger than 2 MB.")
    content_type = PICTURES.get(content[:3])
    if content_type is None:
        raise invalid("invalidImage", "The provided image content is invalid.")
    videos.attach(row, "thumbnail", content, content_type)
    items = [thumbnails(thumbnail_url(row), LARGE)]
    return Answer(with_etag({"kind": "youtube#thumbnailSetResponse", "items": items}))


def list_captions(call: Call) -> Answer:
    parts_of(call)
    row = own(call, call.query.get("videoId", ""))
    tracks = row.attachments.filter(role="caption")
    return Answer(
        plain_list("captionListResponse", [chosen(_caption(one), call) for one in tracks], pages=False)
    )


def insert_caption(call: Call) -> Answer:
    """POST upload/…/captions: one track of each language and name."""
    parts_of(call)
    said, content, content_type = parts_of_body(call)
    snippet = said.get("snippet") or {}
    for name in ("videoId", "language", "name"):
        if name not in snippet:
            raise missing(f"snippet.{name}")
    row = own(call, str(snippet["videoId"]))
    language, name = str(snippet["language"]), str(snippet["name"])[:150]
    if row.attachments.filter(role="caption", language=language, name=name).exists():
        words = "The specified video already has a caption track with the given language and name."
        raise refusal(409, "captionExists", words, domain="youtube.caption")
    if not content:
        raise refusal(400, "contentRequired", "The request does not contain the caption track contents.")
    track = videos.attach(
        row,
        "caption",
        content,
        content_type,
        language=language,
        name=name,
        is_draft=bool(snippet.get("isDraft")),
    )
    return Answer(chosen(_caption(track), call))


def delete_caption(call: Call) -> Answer:
    track = Attachment.objects.filter(role="caption", external_id=call.query.get("id", "")).first()
    if track is None or track.video.account_id != call.account.pk:
        raise refusal(
            404, "captionNotFound", "The caption track could not be found.", domain="youtube.caption"
        )
    videos.detach(track)
    return Answer(None, 204)


def _caption(track: Attachment) -> Resource:
    return {
        "kind": "youtube#caption",
        "id": track.external_id,
        "snippet": {
            "videoId": track.video.external_id,
            "lastUpdated": moment(track.updated_at or timezone.now()),
            "trackKind": "standard",
            "language": track.language,
            "name": track.name,
            "audioTrackType": "unknown",
            "isCC": False,
            "isLarge": False,
            "isEasyReader": False,
            "isDraft": track.is_draft,
            "isAutoSynced": False,
            "status": "serving",
        },
    }

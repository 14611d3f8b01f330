"""A video as YouTube's resource."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.sandbox import queries
from apps.sandbox.google.resources import Resource, moment, thumbnails
from apps.sandbox.models import Video
from apps.sandbox.standin import sandbox_url

PARTS_TOTAL = 20
FAILURES = ("conversion", "invalidFile", "emptyFile", "tooSmall", "codec", "uploadAborted")
REJECTIONS = (
    "copyright",
    "inappropriate",
    "duplicate",
    "termsOfUse",
    "length",
    "claim",
    "trademark",
    "legal",
)


def duration(row: Video) -> str:
    """ISO 8601, in whole seconds: PT1M5S."""
    whole = int(timedelta(seconds=row.duration_s).total_seconds())
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    spelled = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    return f"PT{spelled or '0S'}"


def video(row: Video, *, mine: bool) -> Resource:
    """All parts; how its processing goes and what its file is, only to its owner."""
    said = row.facts
    whole: Resource = {
        "kind": "youtube#video",
        "id": row.external_id,
        "snippet": _snippet(row),
        "status": _status(row),
        "contentDetails": {
            "duration": duration(row),
            "dimension": "2d",
            "definition": "hd" if row.height >= 720 else "sd",
            "caption": "true" if row.attachments.filter(role="caption", is_draft=False).exists() else "false",
            "licensedContent": False,
            "contentRating": {},
            "projection": "rectangular",
            "hasCustomThumbnail": row.attachments.filter(role="thumbnail").exists(),
        },
        "statistics": {
            "viewCount": str(queries.views(row)),
            "likeCount": str(queries.likes(row)),
            "dislikeCount": "0",
            "favoriteCount": "0",
            "commentCount": str(row.comments.count()),
        },
        "player": {"embedHtml": f'<iframe width="480" height="270" src="{watch_url(row)}"></iframe>'},
        "paidProductPlacementDetails": said.get("paidProductPlacementDetails")
        or {"hasPaidProductPlacement": False},
    }
    if said.get("recordingDetails"):
        whole["recordingDetails"] = said["recordingDetails"]
    if mine:
        whole |= {"processingDetails": _processing(row), "fileDetails": _file(row)}
    return whole


def _snippet(row: Video) -> Resource:
    said = row.facts.get("snippet") or {}
    kept = ("tags", "defaultLanguage", "defaultAudioLanguage")
    return {
        "publishedAt": moment(row.published_at or row.created_at),
        "channelId": row.account.external_id,
        "channelTitle": row.account.name,
        "title": row.title,
        "description": row.text,
        "thumbnails": thumbnails(thumbnail_url(row)),
        "categoryId": str(said.get("categoryId", "22")),
        "liveBroadcastContent": "none",
        "localized": {"title": row.title, "description": row.text},
        **{name: said[name] for name in kept if said.get(name)},
    }


def _status(row: Video) -> Resource:
    said: dict[str, Any] = row.facts.get("status") or {}
    kids = bool(said.get("selfDeclaredMadeForKids", False))
    state = "processed" if row.is_processed else "uploaded"
    whole: Resource = {
        "uploadStatus": _failed_as(row) or state,
        "privacyStatus": row.privacy,
        "license": said.get("license", "youtube"),
        "embeddable": bool(said.get("embeddable", True)),
        "publicStatsViewable": bool(said.get("publicStatsViewable", True)),
        "madeForKids": kids,
        "selfDeclaredMadeForKids": kids,
        "containsSyntheticMedia": bool(said.get("containsSyntheticMedia", False)),
    }
    if row.publish_at:
        whole["publishAt"] = moment(row.publish_at)
    if row.failure in REJECTIONS:
        whole["rejectionReason"] = row.failure
    elif row.failure:
        whole["failureReason"] = row.failure if row.failure in FAILURES else "invalidFile"
    return whole


def _failed_as(row: Video) -> str:
    return ("rejected" if row.failure in REJECTIONS else "failed") if row.failure else ""


def _processing(row: Video) -> Resource:
    state = "failed" if row.failure else "succeeded" if row.is_processed else "processing"
    whole: Resource = {
        "processingStatus": state,
        "fileDetailsAvailability": "available",
        "processingIssuesAvailability": "available",
        "tagSuggestionsAvailability": "inProgress",
        "editorSuggestionsAvailability": "inProgress",
        "thumbnailsAvailability": "available" if row.is_processed else "inProgress",
    }
    if state == "processing":
        left = (row.processed_at - timezone.now()).total_seconds() if row.processed_at else 600
        whole["processingProgress"] = {
            "partsTotal": str(PARTS_TOTAL),
            "partsProcessed": str(int(PARTS_TOTAL * row.share_processed)),
            "timeLeftMs": str(int(max(left, 0) * 1000)),
        }
    if row.failure:
        whole["processingFailureReason"] = "transcodeFailed"
    return whole


def _file(row: Video) -> Resource:
    whole: Resource = {
        "fileName": str((row.upload.metadata if row.upload else {}).get("file_name") or "unknown"),
        "fileSize": str(row.size),
        "fileType": "video" if row.duration_s else "other",
        "container": "mov" if row.duration_s else "",
        "durationMs": str(int(row.duration_s * 1000)),
    }
    if row.width and row.height:
        sides = {"widthPixels": row.width, "heightPixels": row.height}
        whole["videoStreams"] = [{**sides, "aspectRatio": row.width / row.height, "rotation": "none"}]
    return whole


def watch_url(row: Video) -> str:
    return f"{sandbox_url()}/google/watch?v={row.external_id}"


def thumbnail_url(row: Video) -> str:
    return f"{sandbox_url()}/watch/{row.external_id}/thumbnail/"

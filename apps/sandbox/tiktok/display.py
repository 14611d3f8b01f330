"""Display API: public videos and their figures."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from apps.sandbox import queries
from apps.sandbox.models import Video
from apps.sandbox.standin import Answer, Call, sandbox_url
from apps.sandbox.tiktok.habits import invalid, ok

FIELDS = (
    "id", "create_time", "cover_image_url", "share_url", "video_description", "duration", "height", "width",
    "title", "embed_html", "embed_link", "like_count", "comment_count", "share_count", "view_count",
)  # fmt: skip


def video_list(call: Call) -> Answer:
    """POST /v2/video/list/: the newest first; `cursor` is a moment in milliseconds."""
    count, cursor = call.json.get("max_count", 10), call.json.get("cursor")
    if not isinstance(count, int) or not 1 <= count <= 20:
        raise invalid("max_count must be between 1 and 20.")
    fields = _fields(call)
    before = int(cursor) if cursor else int(timezone.now().timestamp() * 1000) + 1
    found = [row for row in queries.public_videos(account=call.account) if _milliseconds(row) < before]
    page = found[:count]
    data = {
        "videos": [_shown(row, fields) for row in page],
        "cursor": _milliseconds(page[-1]) if page else before,
        "has_more": len(found) > count,
    }
    return ok(data)


def watch(call: Call) -> HttpResponseBase:
    """Where a video's public link leads."""
    return redirect(reverse("sandbox:watch", args=[call.args["id"]]))


def video_query(call: Call) -> Answer:
    """POST /v2/video/query/: those of the caller's own that are named."""
    ids = (call.json.get("filters") or {}).get("video_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 20:
        raise invalid("video_ids must name between 1 and 20 videos.")
    fields = _fields(call)
    found = queries.public_videos(account=call.account).filter(external_id__in=[str(one) for one in ids])
    return ok({"videos": [_shown(row, fields) for row in found]})


def _fields(call: Call) -> list[str]:
    fields = [field for field in call.query.get("fields", "").split(",") if field]
    if not fields or set(fields) - set(FIELDS):
        raise invalid("Fields are missing or not known.")
    return fields


def _milliseconds(row: Video) -> int:
    return int(row.created_at.timestamp() * 1000)


def _shown(row: Video, fields: list[str]) -> dict[str, Any]:
    link = f"{sandbox_url()}/watch/{row.external_id}/"
    whole: dict[str, Any] = {
        "id": row.external_id,
        "create_time": int(row.created_at.timestamp()),
        "cover_image_url": f"{link}thumbnail/",
        "share_url": link,
        "video_description": row.text,
        "duration": int(row.duration_s),
        "height": row.height,
        "width": row.width,
        "title": row.text,
        "embed_html": f'<blockquote class="tiktok-embed" cite="{link}"></blockquote>',
        "embed_link": link,
        "like_count": queries.likes(row),
        "comment_count": row.comments.count(),
        "share_count": queries.views(row) // 90,
        "view_count": queries.views(row),
    }
    return {field: whole[field] for field in fields}

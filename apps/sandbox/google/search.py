"""search.list: what is public, and with `forMine` all of one's own."""

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from apps.sandbox import queries
from apps.sandbox.google.errors import invalid
from apps.sandbox.google.habits import PLATFORM
from apps.sandbox.google.resources import Resource, chosen, listing, moment, parts_of, thumbnails
from apps.sandbox.google.video_resource import thumbnail_url
from apps.sandbox.models import Video
from apps.sandbox.standin import Answer, Call

ORDERS = {"date": "-created_at", "title": "title", "relevance": "-created_at", "viewCount": "created_at",
          "rating": "created_at", "videoCount": "-created_at"}  # fmt: skip


def search(call: Call) -> Answer:
    parts_of(call)
    found = _asked(call)
    order = call.query.get("order", "relevance")
    if order not in ORDERS:
        raise invalid("invalidSearchFilter", "The order is not known.", "order")
    found = found.order_by(ORDERS[order], "-id")
    whole = listing("searchListResponse", call, found, lambda row: chosen(_result(row), call))
    return Answer({**whole, "regionCode": "DE"})


def _asked(call: Call) -> QuerySet[Video]:
    query = call.query
    if query.get("forMine") == "true":
        if query.get("type") != "video":
            raise invalid("invalidSearchFilter", "forMine wants type=video.", "type")
        found = Video.objects.select_related("account").filter(account=call.account, deleted_at=None)
    else:
        found = queries.public_videos(PLATFORM).filter(privacy="public")
    if query.get("eventType") or query.get("type", "video") != "video":
        return found.none()  # no broadcasts, channels or playlists are found here
    if words := query.get("q"):
        found = found.filter(Q(title__icontains=words) | Q(text__icontains=words))
    if channel := query.get("channelId"):
        found = found.filter(account__external_id=channel)
    if after := parse_datetime(query.get("publishedAfter", "")):
        found = found.filter(created_at__gte=after)
    return found


def _result(row: Video) -> Resource:
    return {
        "kind": "youtube#searchResult",
        "id": {"kind": "youtube#video", "videoId": row.external_id},
        "snippet": {
            "publishedAt": moment(row.published_at or row.created_at),
            "channelId": row.account.external_id,
            "channelTitle": row.account.name,
            "title": row.title,
            "description": row.text[:150],
            "thumbnails": thumbnails(thumbnail_url(row)),
            "liveBroadcastContent": "none",
        },
    }

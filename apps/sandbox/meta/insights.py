"""Insights of one video: the figures that grow with its age, under the names that Meta gives them."""

from collections.abc import Callable, Mapping

from apps.sandbox import queries
from apps.sandbox.meta import nodes, people
from apps.sandbox.meta.habits import invalid, missing
from apps.sandbox.models import Video
from apps.sandbox.standin import Answer, Call

Metrics = Mapping[str, Callable[[Video], int]]
MEDIA: Metrics = {
    "views": queries.views,
    "likes": queries.likes,
    "comments": lambda row: row.comments.count(),
    "total_interactions": lambda row: queries.likes(row) + row.comments.count(),
}
VIDEO: Metrics = {"total_video_views": queries.views}
REEL: Metrics = {"fb_reels_total_plays": queries.views, "blue_reels_play_count": queries.views}


def of_media(call: Call) -> Answer:
    """GET /{ig-media}/insights."""
    row = _video(call)
    if row.account.kind != people.INSTAGRAM:
        raise missing(row.external_id)
    return _told(call, row, MEDIA)


def of_video(call: Call) -> Answer:
    """GET /{video}/video_insights: reels have other names than videos."""
    row = _video(call)
    if row.account.kind != people.PAGE:
        raise missing(row.external_id)
    return _told(call, row, REEL if row.kind == "reel" else VIDEO)


def _video(call: Call) -> Video:
    found = nodes.find(call, call.args["id"])
    if not isinstance(found, Video):
        raise missing(call.args["id"])
    return found


def _told(call: Call, row: Video, known: Metrics) -> Answer:
    wanted = [name for name in call.params.get("metric", "").split(",") if name]
    if not wanted or not set(wanted) <= set(known):
        raise invalid(f"metric[0] must be one of the following values: {', '.join(known)}")
    return Answer(
        {
            "data": [
                {
                    "name": name,
                    "period": "lifetime",
                    "values": [{"value": known[name](row)}],
                    "title": name.replace("_", " ").capitalize(),
                    "id": f"{row.external_id}/insights/{name}/lifetime",
                }
                for name in wanted
            ]
        }
    )

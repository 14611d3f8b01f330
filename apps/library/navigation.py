"""Where the library is seen."""

from typing import Any

from django.urls import reverse

from apps.core.home import HomePanel, register_panel
from apps.core.navigation import NavItem, register
from apps.core.search import Hit, register_search
from apps.library import queries
from apps.library.cards import VideoCard, cards
from apps.teams.models import Team
from apps.teams.roles import Permission

LATEST = 4
CHANGES = ("video-created", "video-ready", "video-edited", "video-changed", "video-deleted", "video-restored")


def latest_videos(membership: Any) -> list[VideoCard] | None:
    """The newest videos; no part of the page before there is one."""
    found = queries.videos(membership.team, queries.VideoFilter())[:LATEST]
    return cards(membership.team, found) or None


def find_videos(team: Team, text: str, limit: int) -> list[Hit]:
    found = queries.videos(team, queries.VideoFilter(text=text))[:limit]
    return [
        Hit(video.title, reverse("library:video", args=[team.slug, video.pk]), "film", "Video")
        for video in found
    ]


def find_media(team: Team, text: str, limit: int) -> list[Hit]:
    found = queries.own_media(team, text=text)[:limit]
    return [
        Hit(
            str(asset),
            reverse("library:evidence", args=[team.slug, asset.pk]),
            "image",
            asset.get_kind_display(),
        )
        for asset in found
    ]


VIDEOS = "videos files captions thumbnails licences"
MEDIA = "images clips music upload"
BRAND = "watermark logo intro outro colours"

register(
    NavItem("Make", "Library", "library:list", "film", Permission.VIEW_STUDIO, order=30, keywords=VIDEOS),
    NavItem("Make", "Own media", "library:media", "image", Permission.VIEW_STUDIO, order=31, keywords=MEDIA),
    NavItem(
        "Settings",
        "Templates of words",
        "library:word_templates",
        "tag",
        Permission.EDIT_LIBRARY,
        order=84,
        keywords="description title metadata variables",
    ),
    NavItem(
        "Settings", "Brand", "library:brand", "palette", Permission.MANAGE_TEMPLATES, order=85, keywords=BRAND
    ),
)
register_panel(
    HomePanel(
        "videos",
        "library/_latest_panel.html",
        latest_videos,
        Permission.VIEW_STUDIO,
        events=CHANGES,
        order=30,
    )
)
register_search("video", Permission.VIEW_STUDIO, find_videos)
register_search("media", Permission.VIEW_STUDIO, find_media)

"""How the library's things are written on pages."""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.templatetags.ui import icon
from apps.library.languages import language_name as name_of
from apps.library.models import Asset, Video, VideoStatus
from apps.library.uploads.list import UploadRow
from apps.library.uploads.models import UploadStatus
from apps.teams.models import Team

register = template.Library()


@register.filter
def file_url(asset: Asset | None, team: Team) -> str:
    """The address of an asset's bytes; nothing for no asset."""
    return reverse("library:file", args=[team.slug, asset.pk]) if asset else ""


@register.simple_tag
def video_status(video: Video) -> SafeString:
    """The badge of a video's status; drawn without a template since long lists have one in each row."""
    return _status_badge(video.status, icon("alert") if video.status == "failed" else "")


@lru_cache(maxsize=32)
def _status_badge(status: str, sign: str) -> SafeString:
    kind = {"ready": " ok", "making": " accent", "failed": " live"}.get(status, "")
    return format_html('<span class="badge{}">{}{}</span>', kind, sign, VideoStatus(status).label)


@register.simple_tag
def upload_badge(row: UploadRow) -> SafeString:
    """The badge of an upload: its own status until it is accepted, then that of its video."""
    upload = row.upload
    if upload.status == UploadStatus.ACCEPTED and upload.video is not None:
        return video_status(upload.video)
    kind = {"refused": " live", "known": " info", "checking": " accent"}.get(upload.status, "")
    return format_html('<span class="badge{}">{}</span>', kind, upload.get_status_display())


@register.simple_tag
def format_marks(formats: Iterable[str]) -> SafeString:
    """The picture formats of a video in a row: 9:16 16:9."""
    return _marks(tuple(formats))


@lru_cache(maxsize=256)
def _marks(formats: tuple[str, ...]) -> SafeString:
    return format_html_join(" ", '<span class="format-mark">{}</span>', ((ratio(name),) for name in formats))


@register.filter
def ratio(format_name: str) -> str:
    """9x16 → 9:16."""
    return format_name.replace("x", ":")


@register.filter
def language_name(code: str) -> str:
    """en → English."""
    return name_of(code)


@register.filter
def web_address(text: str) -> str:
    """The text where it is a link that can be followed, nothing otherwise."""
    return text if urlsplit(text).scheme in ("http", "https") else ""

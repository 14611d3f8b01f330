"""How the library's things are written on pages."""

from urllib.parse import urlsplit

from django import template
from django.urls import reverse

from apps.library.languages import language_name as name_of
from apps.library.models import Asset
from apps.teams.models import Team

register = template.Library()


@register.filter
def file_url(asset: Asset | None, team: Team) -> str:
    """The address of an asset's bytes; nothing for no asset."""
    return reverse("library:file", args=[team.slug, asset.pk]) if asset else ""


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

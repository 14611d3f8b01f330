"""How posts are written on pages."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.connections.registry import Platform
from apps.core.templatetags.ui import icon
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from apps.publishing.queries import TargetMark

register = template.Library()

POST_KINDS = {
    PostStatus.AWAITING_APPROVAL: "warn",
    PostStatus.SCHEDULED: "info",
    PostStatus.PUBLISHING: "accent",
    PostStatus.PUBLISHED: "ok",
    PostStatus.PARTLY_PUBLISHED: "warn",
    PostStatus.FAILED: "live",
}
TARGET_KINDS = {
    TargetStatus.SCHEDULED: "info",
    TargetStatus.WAITING: "warn",
    TargetStatus.PUBLISHING: "accent",
    TargetStatus.PUBLISHED: "ok",
    TargetStatus.FAILED: "live",
}


@register.simple_tag
def post_status(post: Post) -> SafeString:
    """The badge of a post's status; without a template, as lists draw one in each row."""
    return _badge(POST_KINDS.get(PostStatus(post.status), ""), post.get_status_display())


@register.simple_tag
def target_status(target: Target) -> SafeString:
    return _badge(TARGET_KINDS.get(TargetStatus(target.status), ""), target.get_status_display())


def _badge(kind: str, words: str) -> SafeString:
    return format_html(
        '<span class="badge {}">{}{}</span>', kind, icon("alert") if kind == "live" else "", words
    )


@register.simple_tag
def target_mark(mark: TargetMark) -> SafeString:
    """Where it goes, with a dot for how it stands there; the words are read out and shown on hover."""
    sign = mark.platform.icon if mark.platform else "globe"
    return format_html(
        '<span class="target-mark" title="{0}"><span class="platform-mark platform-{1} small">{2}</span>'
        '<span class="target-dot {3}"></span><span class="visually-hidden">{0}</span></span>',
        mark.words, mark.target.connection.platform, icon(sign), TARGET_KINDS.get(TargetStatus(mark.target.status), ""),
    )  # fmt: skip


@register.simple_tag
def platform_marks(platforms: tuple[Platform, ...]) -> SafeString:
    """The signs of a post's platforms on one line of a calendar, drawn once for each set of them."""
    return _marks(tuple((platform.slug, platform.icon, platform.name) for platform in platforms))


@lru_cache(maxsize=256)
def _marks(platforms: tuple[tuple[str, str, str], ...]) -> SafeString:
    return format_html_join(
        "",
        '<span class="cal-mark platform-{}" title="{}">{}<span class="visually-hidden">{}</span></span>',
        ((slug, name, icon(sign), name) for slug, sign, name in platforms),
    )

"""What a message says, in its reader's language, at the moment when it leaves."""

from django.conf import settings
from django.urls import reverse

from apps.notifications.channels.content import Content
from apps.notifications.choices import Priority, Wording
from apps.notifications.models import Message, Notice
from apps.notifications.registry import NOTICE_TYPES

OTHERS = Wording("and {count} more", "und {count} weitere")


def absolute(path: str) -> str:
    """The address of a page as it is reached from outside."""
    return f"{settings.PUBLIC_URL}{path}" if path.startswith("/") else path


def title_of(notice: Notice, language: str) -> str:
    """The notice's title; a digest is called after its kind and how many it holds."""
    if notice.count == 1:
        return notice.title
    kind = NOTICE_TYPES.get(notice.type)
    label = kind.label.in_language(language) if kind else notice.title
    return f"{notice.count:,} × {label}"


def lines_of(notice: Notice, language: str) -> tuple[str, ...]:
    """The last titles of a digest, and how many came before them."""
    if notice.count == 1:
        return ()
    left = notice.count - len(notice.samples)
    more = (OTHERS.in_language(language).format(count=f"{left:,}"),) if left > 0 else ()
    return (*reversed(notice.samples), *more)


def page_of(notice: Notice) -> str:
    """Where the notice leads: an alert to its own page, a digest to the list, any other to what it is about."""
    if notice.team is None:
        return notice.href or "/"
    if notice.alert_id:
        return reverse("notifications:alert", args=[notice.team.slug, notice.alert_id])
    if notice.count > 1 or not notice.href:
        return reverse("notifications:list", args=[notice.team.slug]) + f"?type={notice.type}"
    return reverse("notifications:open", args=[notice.team.slug, notice.pk])


def content_of(message: Message) -> Content:
    notice, user = message.notice, message.user
    return Content(
        key=str(notice.pk),
        title=title_of(notice, user.language),
        body=notice.body if notice.count == 1 else "",
        lines=lines_of(notice, user.language),
        url=absolute(page_of(notice)),
        team=notice.team.name if notice.team else "",
        priority=Priority(notice.priority),
    )

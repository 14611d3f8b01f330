"""How notices and messages are written on pages."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.notifications.contents import title_of
from apps.notifications.models import EmailStatus, Message, MessageStatus, Notice

register = template.Library()

KINDS = {
    MessageStatus.SENT: "ok",
    MessageStatus.FAILED: "live",
    MessageStatus.UNKNOWN: "warn",
    MessageStatus.SENDING: "accent",
}


@register.filter
def moment(text: str) -> datetime:
    """The time that a log keeps as text."""
    return datetime.fromisoformat(text)


@register.filter
def notice_title(notice: Notice, language: str) -> str:
    return title_of(notice, language)


@register.simple_tag
def message_status(message: Message) -> SafeString:
    """What became of a message; of an e-mail, what the mail server said."""
    kind, text = KINDS.get(MessageStatus(message.status), ""), str(message.get_status_display())
    email = message.email
    if message.status == MessageStatus.SENT and email is not None and email.status != EmailStatus.SENT:
        waits = email.status == EmailStatus.WAITING
        kind, text = ("", "Waiting for the mail server") if waits else ("live", "Refused")
    if message.status == MessageStatus.WAITING and message.attempts:
        kind, text = "warn", "Tried again later"
    hollow = "" if kind else " hollow"
    return format_html('<span class="dot {}{}">{}</span>', kind, hollow, text)

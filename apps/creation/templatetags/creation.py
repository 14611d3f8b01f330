"""How pages of creation write lengths and shares."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import icon
from apps.creation.models import Run, RunStatus

register = template.Library()


@register.filter
def ratio(format_name: str) -> str:
    """9x16 → 9:16."""
    return format_name.replace("x", ":")


@register.filter
def rough_time(seconds: float | None) -> str:
    """A guess, as exact as it is honest: 7 → 10 s, 52 → 50 s, 100 → 2 min, 4000 → 1 h 10 min; a dash for nothing."""
    if seconds is None:
        return "–"
    if seconds < 75:
        return _("%d s") % max(10, 10 * round(seconds / 10))
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("%d min") % minutes
    hours, rest = divmod(10 * round(minutes / 10), 60)
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest} if rest else _("%d h") % hours


@register.filter
def first_words(text: str, count: int = 9) -> str:
    """The beginning of a text: at most so many words, and never more than 80 characters."""
    words = text.split()
    short = " ".join(words[:count])[:80]
    return short if len(words) <= count and short == text.strip() else f"{short.rstrip('.,;:!?')} …"


@register.simple_tag
def run_status(run: Run) -> SafeString:
    """The badge of a run's status; drawn without a template since long lists have one in each row."""
    return _status_badge(run.status, get_language())


@lru_cache(maxsize=32)
def _status_badge(status: str, language: str | None) -> SafeString:
    if status == RunStatus.RUNNING:
        words = _("In the making")
        return format_html(
            '<span class="badge accent"><span class="dot accent pulse">{}</span></span>', words
        )
    kind, sign, words = {
        RunStatus.DONE: ("badge ok", "check", _("Finished")),
        RunStatus.FAILED: ("badge live", "alert", _("Stopped")),
        RunStatus.CANCELLED: ("badge", "stop", _("Cancelled")),
    }[RunStatus(status)]
    return format_html('<span class="{}">{}{}</span>', kind, icon(sign), words)

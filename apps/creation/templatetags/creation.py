"""How pages of creation write lengths and shares."""

from django import template
from django.utils.translation import gettext as _

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

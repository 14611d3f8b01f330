"""How numbers, times and people are written on pages."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from apps.core import text

register = template.Library()

HUES = 7
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


@register.filter
def short_number(value: int | float | None) -> str:
    """1234 → 1.2K, 5600000 → 5.6M; a dash for nothing."""
    if value is None:
        return "–"
    for limit, unit in ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")):
        if abs(value) >= limit:
            digits = f"{value / limit:.1f}".removesuffix(".0")
            return f"{digits}{unit}"
    return number_format(value)


@register.filter
def clock_time(seconds: float | str | None) -> str:
    """A length as on a player: 65 → 1:05, 3725 → 1:02:05; a dash for nothing."""
    if seconds is None or seconds == "":
        return "–"
    whole = round(float(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


@register.filter
def time_span(seconds: float | str | None) -> str:
    """How long something took or will take: 0.4 → 0.4 s, 65 → 1 min 5 s, 3725 → 1 h 2 min; a dash for nothing."""
    if seconds is None or seconds == "":
        return "–"
    seconds = float(seconds)
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {second} s" if second else f"{minutes} min"
    return f"{second} s"


@register.filter
def money(amount: Decimal | str | None, currency: str = "USD") -> str:
    """An amount with its currency; less than a cent keeps the digits that matter, nothing at all is "Free"."""
    if amount is None or amount == "":
        return "–"
    amount = Decimal(amount)
    if amount == 0:
        return _("Free")
    digits = 2 if abs(amount) >= Decimal("0.01") else 4
    figure = number_format(abs(amount).quantize(Decimal(1).scaleb(-digits)), digits)
    sign = "−" if amount < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{figure}" if symbol else f"{sign}{figure} {currency}"


@register.filter
def ago(moment: datetime | None) -> str:
    """A time seen from now: just now, 5 min ago, in 2 h, yesterday, 3 days ago, then the date."""
    if moment is None:
        return "–"
    seconds = (timezone.now() - moment).total_seconds()
    size = abs(seconds)
    if size < 45:
        return _("just now")
    if size < 45 * 60:
        text = _("%d min") % max(1, round(size / 60))
    elif size < 22 * 3600:
        text = _("%d h") % max(1, round(size / 3600))
    elif size < 7 * 86400:
        days = max(1, round(size / 86400))
        text = ngettext("%d day", "%d days", days) % days
    else:
        style = "SHORT_DATE_FORMAT" if size > 330 * 86400 else "j M"
        return _day(timezone.localtime(moment).date(), style, get_language())
    return (_("%s ago") if seconds > 0 else _("in %s")) % text


@register.filter
def exact_time(moment: datetime | None) -> str:
    """The whole time in the person's zone, for the tooltip."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{_day(local.date(), 'j F Y', get_language())}, {local:%H:%M:%S} ({local.tzname()})"


@lru_cache(maxsize=2048)
def _day(day: date, style: str, language: str | None) -> str:
    """A date in the language that is on; lists name the same days again and again."""
    return date_format(day, style)


@register.filter
def spoken(name: str) -> str:
    """A name of the code as a person reads it: team.invite_resend → Team invite resend."""
    return text.spoken(name)


@register.filter
def hue(value: Any) -> int:
    """A number from 0 to 6 that stays with a person or a team: the colour of the round badge."""
    return hashlib.md5(str(value).encode(), usedforsecurity=False).digest()[0] % HUES


@register.filter
def percent(fraction: float | None) -> str:
    """0.426 → 43 %."""
    return "–" if fraction is None else f"{round(fraction * 100)} %"


@register.filter
def widget_kind(field: Any) -> str:
    """The kind of control that a bound field draws: checkbox, textarea, select, group, file or input."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    name = type(widget).__name__.lower()
    if kind == "checkbox" and "multiple" not in name:
        return "checkbox"
    if kind == "radio" or ("checkbox" in name and "multiple" in name):
        return "group"
    if "textarea" in name:
        return "textarea"
    return kind if kind in ("select", "file") else "input"


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalpha())


@register.filter
def control(field: Any) -> SafeString:
    """The control of a bound field. A placeholder that only repeats the label is left out."""
    placeholder = _letters(field.field.widget.attrs.get("placeholder", ""))
    label = _letters(str(field.label))
    repeats = bool(placeholder) and (placeholder in label or label in placeholder)
    return field.as_widget(attrs={"placeholder": False} if repeats else None)


@register.simple_tag(takes_context=True)
def first_query_value(context: template.Context, name: str, default: str = "") -> str:
    """What the address says for this filter, or the default."""
    return str(context["request"].GET.get(name, "") or default)


@register.filter
def pretty_json(value: Any) -> str:
    """JSON for reading, with the letters of every script."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)


@register.filter
def may(membership: Any, permission: str) -> bool:
    """Whether this member's role includes the permission: {% if request.membership|may:"manage_team" %}."""
    return bool(membership) and membership.may(permission)


@register.simple_tag
def relative_time(moment: datetime | None) -> SafeString:
    """What `<c-relative-time>` draws, for rows of long lists: a component for each would take most of their time."""
    if moment is None:
        return format_html('<span class="faint">{}</span>', "–")
    return format_html(
        '<time class="nowrap" datetime="{}" title="{}" data-relative>{}</time>',
        moment.isoformat(timespec="seconds"), exact_time(moment), ago(moment),
    )  # fmt: skip


@register.simple_tag
def icon(name: str) -> SafeString:
    """What `<c-icon>` draws, for rows of long lists."""
    return _icon(static("img/icons.svg"), name)


@lru_cache(maxsize=256)
def _icon(address: str, name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', address, name)

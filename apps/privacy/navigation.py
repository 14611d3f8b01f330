"""What privacy puts on the home page."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from apps.core.home import Attention, register_attention


def leaving_soon(membership: Any) -> list[Attention]:
    """Whoever asked to be deleted is reminded while it can be called off."""
    due = membership.user.deletion_due_at
    if due is None:
        return []
    day = date_format(timezone.localtime(due), "j F")
    hint = f"You asked for it. Until {day} you can call it off; after that nobody can."
    return [Attention("Your account will be deleted", hint, reverse("privacy:privacy"), "Keep it")]


register_attention(leaving_soon)

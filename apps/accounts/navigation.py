"""What accounts put on the home page."""

from typing import Any

from django.urls import reverse

from apps.accounts.services import operator_exists
from apps.core.home import Attention, register_attention


def missing_operator(membership: Any) -> list[Attention]:
    """A new installation tells the first person that it needs an operator."""
    if operator_exists():
        return []
    hint = "Operators look after the whole installation and its people. The first to say so becomes one."
    return [
        Attention(
            "This installation has no operator", hint, reverse("accounts:setup"), "Become operator", "info"
        )
    ]


register_attention(missing_operator)

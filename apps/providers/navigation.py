"""Where providers stand in the studio."""

from typing import Any

from django.urls import reverse

from apps.core.home import Attention, register_attention
from apps.core.navigation import NavItem, register
from apps.providers import queries
from apps.teams.roles import Permission


def refused_keys(membership: Any) -> list[Attention]:
    """Keys that their provider no longer takes, for those who can mend them."""
    if not membership.may(Permission.MANAGE_PROVIDERS):
        return []
    return [
        Attention(
            f"The key “{key}” is refused",
            key.last_error or "The provider does not accept it any more.",
            reverse("providers:change_key", args=[membership.team.slug, key.pk]),
            "Mend it",
        )
        for key in queries.broken_keys(membership.team)
    ]


register(
    NavItem(
        "Settings", "Providers", "providers:list", "plug", Permission.VIEW_STUDIO, order=20,
        keywords="keys api openai anthropic claude mistral elevenlabs azure pexels unsplash ollama voice stock "
        "language model fallback",
    ),
    NavItem(
        "Settings", "Costs", "providers:costs", "coin", Permission.VIEW_COSTS, order=21,
        keywords="money spend ledger price calls",
    ),
)  # fmt: skip
register_attention(refused_keys)

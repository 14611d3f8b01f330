"""Keys in every state and a ledger of some weeks, for the pages of providers."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.core.ids import new_id
from apps.providers.models import CostEntry, ProviderKey
from apps.teams.models import Team


def build_providers(team: Team) -> dict[str, Any]:
    """Rows for the pages of providers; the names fill their addresses."""
    now = timezone.now()
    good: dict[str, Any] = {
        "team": team,
        "checked_at": now - timedelta(hours=3),
        "secret": "sk-nothing-real-3f9a",
        "hint": "3f9a",
    }
    key = ProviderKey.objects.create(
        **good, provider="openai_compatible", label="Our OpenAI", options={"model": "gpt-4.1-mini"},
        last_used_at=now - timedelta(minutes=4), check_result="The key works. gpt-4.1-mini is ready.",
    )  # fmt: skip
    ProviderKey.objects.create(
        **good, provider="openai_compatible", label="Ollama in the office", base_address="http://192.168.1.20:11434/v1",
        options={"model": "llama3.2:3b"}, enabled=False,
    )  # fmt: skip
    ProviderKey.objects.create(**good, provider="openai", label="OpenAI for speech")
    ProviderKey.objects.create(
        **good, provider="elevenlabs", label="ElevenLabs", broken=True, last_error_at=now - timedelta(hours=1),
        last_error="ElevenLabs did not accept the key or sign-in (401). Check it and save it again.",
    )  # fmt: skip
    ProviderKey.objects.create(
        **good, provider="pexels", label="Pexels", resting_until=now + timedelta(minutes=12),
        last_error="Pexels asks to wait: too many calls (429).", last_error_at=now - timedelta(minutes=3),
    )  # fmt: skip
    for number in range(24):
        CostEntry.objects.create(
            team=team, provider="elevenlabs" if number % 3 else "openai_compatible", succeeded=number % 7 != 6,
            capability="voice" if number % 3 else "script", run_ref=new_id(),
            at=now - timedelta(days=number // 2, hours=number),
            estimate=Decimal("0.031"), actual=Decimal("0.0125") * (number % 5 + 1) if number % 7 != 6 else Decimal(0),
        )  # fmt: skip
    return {"key": key.pk}

"""What happens to provider keys."""

from dataclasses import dataclass

from apps.events.registry import define_event


@dataclass(frozen=True)
class KeyBroken:
    provider: str
    reason: str


KEY_BROKEN = define_event(
    "provider.key_broken",
    data=KeyBroken,
    summary="A provider refused the team's key.",
    unheard_because="the providers page and the home page show it; messages to people come with notifications",
)

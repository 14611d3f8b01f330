"""Whom to ask first: the team's order, without keys that are missing, switched off, broken or resting (PRV-04)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.providers.capabilities import Capability
from apps.providers.models import Preference, ProviderKey
from apps.providers.registry import BUILTIN, PROVIDERS, Provider, with_capability
from apps.teams.models import Team


@dataclass(frozen=True)
class Candidate:
    """A provider that could be asked; without `key` where it needs none. `resting_until` is a wait it asked for."""

    provider: Provider
    key: ProviderKey | None
    resting_until: datetime | None = None


def keys_of(team: Team) -> dict[str, ProviderKey]:
    """The team's usable keys by provider."""
    usable = ProviderKey.objects.in_team(team).filter(deleted_at=None, enabled=True, broken=False)
    return {key.provider: key for key in usable if key.provider in PROVIDERS}


def order_of(team: Team, capability: Capability) -> list[Provider]:
    """All providers of this capability in the team's order: chosen ones first, the built-in one last unless chosen."""
    able = {provider.slug: provider for provider in with_capability(capability)}
    preference = Preference.objects.in_team(team).filter(capability=capability.value).first()
    chosen = [slug for slug in (preference.providers if preference else []) if slug in able]
    return [able[slug] for slug in dict.fromkeys([*chosen, *able])]


def candidates(team: Team, capability: Capability, *, only: str | None = None) -> list[Candidate]:
    """Whom to ask, in order. With `only`, that provider alone (resting or not), or nobody where it can't be asked."""
    keys, now = keys_of(team), timezone.now()
    found = []
    for provider in order_of(team, capability):
        key = keys.get(provider.slug)
        if (provider.needs_key and key is None) or (only and provider.slug != only):
            continue
        resting = key.resting_until if key and key.resting_until and key.resting_until > now else None
        found.append(Candidate(provider, key, resting))
    awake = [candidate for candidate in found if candidate.resting_until is None or only]
    return awake or [candidate for candidate in found if candidate.provider.slug == BUILTIN] or found

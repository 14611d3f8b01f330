"""What a team can choose from when it makes a video: providers by capability, and their voices."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.creation.choices import Choices
from apps.creation.queries import Price
from apps.providers.builtin.voice import voices
from apps.providers.capabilities import Capability, Request
from apps.providers.models import BUILTIN, Preference, ProviderKey
from apps.providers.registry import PROVIDERS
from apps.providers.services import candidates
from apps.providers.services.costs import estimated_cost
from apps.providers.services.ordering import Candidate, ordered
from apps.teams.models import Team

CHOOSABLE = {
    Capability.SCRIPT: "Script",
    Capability.VOICE: "Voice",
    Capability.VISUAL: "Pictures",
    Capability.MUSIC: "Music",
}


@dataclass(frozen=True)
class Offer:
    """The providers that can do one kind of work now, the one that would be asked first in front."""

    capability: Capability
    candidates: tuple[Candidate, ...]

    @property
    def label(self) -> str:
        return CHOOSABLE[self.capability]

    @property
    def name(self) -> str:
        """Of the form's field."""
        return f"provider_{self.capability.value}"

    @property
    def choices(self) -> Choices:
        return [(candidate.ref, candidate.name) for candidate in self.candidates]

    @property
    def basic(self) -> bool:
        """True where nothing better than the built-in way would be asked first."""
        return not self.candidates or self.candidates[0].provider.basic

    def asked(self, ref: str = "") -> Candidate | None:
        """Whom this work goes to: the one that was chosen, else the first; None where nobody can do it."""
        chosen = [candidate for candidate in self.candidates if candidate.ref == ref]
        return next(iter(chosen or self.candidates), None)


def offer_of(team: Team, capability: Capability) -> Offer:
    return Offer(capability, tuple(candidates(team, capability)))


def offers_of(team: Team) -> dict[Capability, Offer]:
    """The offers for all that can be chosen, by two queries."""
    keys = [key for key in ProviderKey.objects.in_team(team).kept() if key.provider in PROVIDERS]
    placed = {row.capability: row.order for row in Preference.objects.in_team(team)}
    found = {}
    for capability in CHOOSABLE:
        able = [one for one in ordered(keys, placed.get(capability.value, ()), capability) if one.is_usable]
        awake = [one for one in able if one.resting_until is None]
        found[capability] = Offer(capability, tuple(awake or able))
    return found


def prices_of(offers: Mapping[Capability, Offer], chosen: Mapping[str, str]) -> Price:
    """What requests cost with these offers; `chosen` names a candidate by capability."""

    def price(capability: Capability, request: Request) -> Decimal:
        asked = offers[capability].asked(chosen.get(capability.value, ""))
        return estimated_cost(asked, capability, request).amount if asked else Decimal(0)

    return price


def voices_of(offer: Offer, language: str) -> Choices:
    """(id, name) of the voices that the team's providers have: the built-in ones of this language, and those that a
    key's check has found."""
    found: Choices = []
    for candidate in offer.candidates:
        if candidate.provider.slug == BUILTIN:
            found += [(voice.id, f"{voice.name} · {candidate.name}") for voice in voices(language)]
        elif candidate.key is not None:
            known = candidate.key.facts.get("voices", [])
            found += [(voice["id"], f"{voice['name']} · {candidate.name}") for voice in known]
    return found

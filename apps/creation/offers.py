"""What a team can choose from when it makes a video: providers by capability, and their voices."""

from dataclasses import dataclass

from apps.creation.choices import Choices
from apps.providers.builtin.voice import voices
from apps.providers.capabilities import Capability
from apps.providers.models import BUILTIN
from apps.providers.services import candidates
from apps.providers.services.ordering import Candidate
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


def offer_of(team: Team, capability: Capability) -> Offer:
    return Offer(capability, tuple(candidates(team, capability)))


def offers_of(team: Team) -> dict[Capability, Offer]:
    return {capability: offer_of(team, capability) for capability in CHOOSABLE}


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

"""What a team can choose from when it makes a video: providers by capability, and how good a script will be."""

from dataclasses import dataclass

from apps.creation.choices import Choices
from apps.providers.capabilities import Capability
from apps.providers.services.ordering import Candidate, candidates
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
    label: str
    candidates: tuple[Candidate, ...]

    @property
    def name(self) -> str:
        """Of the form's field."""
        return f"provider_{self.capability.value}"

    @property
    def choices(self) -> Choices:
        return [(candidate.provider.slug, candidate.provider.name) for candidate in self.candidates]

    @property
    def basic(self) -> bool:
        """True where nothing better than the built-in way would do it."""
        return not self.candidates or self.candidates[0].provider.basic


def offer_of(team: Team, capability: Capability) -> Offer:
    return Offer(capability, CHOOSABLE[capability], tuple(candidates(team, capability)))


def offers_of(team: Team) -> dict[Capability, Offer]:
    return {capability: offer_of(team, capability) for capability in CHOOSABLE}

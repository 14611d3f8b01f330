"""What the pages read: how ready a team is, its keys, and what calls have cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DateField, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from apps.providers.builtin.voice import voices as builtin_voices
from apps.providers.capabilities import Capability, VoiceChoice
from apps.providers.models import BUILTIN, CostEntry, Preference, ProviderKey
from apps.providers.registry import PROVIDERS
from apps.providers.services.ordering import Candidate, ordered
from apps.providers.text import base_language
from apps.teams.models import Team

MISSING = {
    Capability.SCRIPT: "Basic scripts only choose sentences from your own text. Add a language model for better ones.",
    Capability.VOICE: "Basic voices sound synthetic. Add a voice provider for natural ones.",
    Capability.VISUAL: "Basic pictures are generated graphics. Add a stock provider for real clips and photos.",
    Capability.MUSIC: "Music is generated here, and free to use.",
    Capability.CAPTIONS: "Captions follow the voice's own timing.",
    Capability.MODERATION: "Words are checked against lists; images are not looked at.",
}
NOBODY = {
    Capability.TRANSCRIPTION: "Nobody writes down what is said in uploaded videos. Add an OpenAI key for that.",
}
FOR_A_VIDEO = frozenset(Capability) - {Capability.TRANSCRIPTION}
BETTER_EXISTS = frozenset({Capability.SCRIPT, Capability.VOICE, Capability.VISUAL})
PERIODS = (7, 30, 90, 365)


@dataclass(frozen=True)
class Readiness:
    """How a team stands for one capability: everybody it has in its order, and who would be asked first now."""

    capability: Capability
    candidates: tuple[Candidate, ...]

    @property
    def first(self) -> Candidate | None:
        """Who would be asked first; None where nobody can be."""
        usable = [one for one in self.candidates if one.is_usable]
        return next((one for one in usable if one.resting_until is None), usable[0] if usable else None)

    @property
    def state(self) -> str:
        """ "ready", "basic" where only the built-in provider answers, or "missing"."""
        if self.first is None:
            return "missing"
        return "basic" if self.first.provider.basic else "ready"

    @property
    def hint(self) -> str:
        """What would make it better, or what is missing; nothing where all is well."""
        if self.first is None:
            return NOBODY.get(self.capability, "Nobody can do this now. Mend or add a key.")
        return MISSING[self.capability] if self.state == "basic" else ""

    @property
    def could_be_better(self) -> bool:
        """Whether another provider than the basic one exists for it."""
        return self.state != "ready" and self.capability in BETTER_EXISTS


def readiness(team: Team) -> list[Readiness]:
    """One entry for each capability, in two queries (PRV-03)."""
    keys = [key for key in keys_of(team) if key.provider in PROVIDERS]
    placed = {row.capability: row.order for row in Preference.objects.in_team(team)}
    return [
        Readiness(capability, tuple(ordered(keys, placed.get(capability.value, []), capability)))
        for capability in Capability
    ]


def is_ready_for_a_video(found: Iterable[Readiness]) -> bool:
    """Whether nothing is missing for a first video."""
    return all(one.first is not None for one in found if one.capability in FOR_A_VIDEO)


def keys_of(team: Team) -> list[ProviderKey]:
    """The team's keys that were not deleted, oldest first."""
    return list(ProviderKey.objects.in_team(team).kept())


def deleted_keys(team: Team) -> QuerySet[ProviderKey]:
    """Keys that can still be brought back."""
    found: QuerySet[ProviderKey] = ProviderKey.objects.in_team(team).exclude(deleted_at=None)
    return found


def broken_keys(team: Team) -> list[ProviderKey]:
    """Keys in use that their provider refuses."""
    return list(ProviderKey.objects.in_team(team).kept().filter(enabled=True, broken=True))


def voices(team: Team, language: str) -> list[VoiceChoice]:
    """The voices that a team can ask for in a language: those its keys brought at their last check, then
    the built-in ones."""
    wanted = base_language(language)
    found: list[VoiceChoice] = []
    for key in ProviderKey.objects.in_team(team).usable():
        for row in key.facts.get("voices", ()):
            if not row.get("language") or base_language(row["language"]) == wanted:
                found.append(
                    VoiceChoice(row["id"], row["name"], row.get("gender", ""), row.get("language", ""))
                )
    return [*found, *builtin_voices(wanted)]


@dataclass(frozen=True)
class CostTotal:
    """Calls in a period: how many, how many failed, and their cost."""

    calls: int
    failed: int
    estimate: Decimal
    actual: Decimal


_SUMS: dict[str, Any] = {
    "calls": Count("id"),
    "failed": Count("id", filter=Q(succeeded=False)),
    "estimate": Sum("estimate", default=Decimal(0)),
    "actual": Sum("actual", default=Decimal(0)),
}


def costs(team: Team, *, since: datetime, provider: str = "", capability: str = "") -> QuerySet[CostEntry]:
    """The ledger's entries since a moment, of one provider and capability where named."""
    found: QuerySet[CostEntry] = CostEntry.objects.in_team(team).filter(at__gte=since, currency="USD")
    if provider:
        found = found.filter(provider=provider)
    return found.filter(capability=capability) if capability else found


def total(entries: QuerySet[CostEntry]) -> CostTotal:
    """All of them together."""
    return CostTotal(**entries.order_by().aggregate(**_SUMS))


def by_day(entries: QuerySet[CostEntry], time_zone: str) -> QuerySet[Any, Any]:
    """Rows of `day` and sums, the latest first, days as they are in that time zone."""
    day = TruncDate("at", tzinfo=ZoneInfo(time_zone), output_field=DateField())
    return entries.order_by().annotate(day=day).values("day").annotate(**_SUMS).order_by("-day")


def by_provider(entries: QuerySet[CostEntry]) -> QuerySet[Any, Any]:
    """Rows of `provider`, `capability` and sums, the dearest first."""
    return (
        entries.order_by()
        .values("provider", "capability")
        .annotate(**_SUMS)
        .order_by("-actual", "provider", "capability")
    )


def by_run(entries: QuerySet[CostEntry]) -> QuerySet[Any, Any]:
    """Rows of `run_ref`, its first and last call and sums, the latest run first."""
    runs = entries.order_by().exclude(run_ref=None).values("run_ref")
    return runs.annotate(first_at=Min("at"), last_at=Max("at"), **_SUMS).order_by("-last_at", "run_ref")


def since_days(days: int, time_zone: str) -> datetime:
    """The start of the day `days` - 1 days ago in that time zone, so that today counts as one."""
    today = timezone.now().astimezone(ZoneInfo(time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days - 1)


def provider_name(slug: str) -> str:
    """What a provider is called; its slug where it is no longer known."""
    known = PROVIDERS.get(slug)
    return known.name if known else slug


def addable() -> list[Any]:
    """The providers that a key can be added for."""
    return [known for known in PROVIDERS.values() if known.slug != BUILTIN]

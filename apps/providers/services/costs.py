"""What calls will cost and have cost (EXP-03)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from apps.providers.adapters import Cost
from apps.providers.capabilities import Capability, Request
from apps.providers.models import CostEntry
from apps.providers.services.ordering import Candidate, candidates, credentials_of
from apps.teams.models import Team


@dataclass(frozen=True)
class Estimate:
    """What one request will cost with the provider that would be asked first."""

    amount: Decimal
    currency: str
    provider: str
    basic: bool


def estimate(capability: Capability, request: Request, team: Team, *, only: str | None = None) -> Estimate:
    """Free and nobody where no provider can be asked."""
    found = candidates(team, capability, only=only)
    if not found:
        return Estimate(Decimal(0), "USD", "", basic=True)
    cost = estimated_cost(found[0], capability, request)
    return Estimate(cost.amount, cost.currency, found[0].provider.slug, found[0].provider.basic)


def estimated_cost(candidate: Candidate, capability: Capability, request: Request) -> Cost:
    """What the candidate would take for the request."""
    return candidate.provider.adapters[capability].estimate(request, credentials_of(candidate))


def cost_of_run(team: Team, run_ref: UUID) -> Decimal:
    """The sum of all calls that this run has made, in US dollars."""
    entries = CostEntry.objects.in_team(team).filter(run_ref=run_ref, currency="USD")
    return entries.aggregate(total=Sum("actual"))["total"] or Decimal(0)


def attach_video(team: Team, run_ref: UUID, video_ref: UUID) -> int:
    """Say which video a run's calls were for; returns how many there were."""
    entries = CostEntry.objects.in_team(team).filter(run_ref=run_ref, video_ref=None)
    return int(entries.update(video_ref=video_ref))

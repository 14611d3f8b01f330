"""What calls will cost and have cost (EXP-03)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from apps.providers.capabilities import Capability, Request
from apps.providers.models import CostEntry
from apps.providers.services.ordering import candidates
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
    provider = found[0].provider
    price = provider.price(request)
    return Estimate(price.amount, price.currency, provider.slug, provider.basic)


def cost_of_run(team: Team, run_ref: UUID) -> Decimal:
    """The sum of all calls that this run has made, in US dollars."""
    entries = CostEntry.objects.in_team(team).filter(run_ref=run_ref)
    return entries.aggregate(total=Sum("actual"))["total"] or Decimal(0)

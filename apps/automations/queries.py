"""Reading automations for their pages."""

from django.db.models import Count, Max, Q, QuerySet

from apps.automations.models import Automation, AutomationRun, Outcome
from apps.teams.models import Team


def automations(team: Team) -> QuerySet[Automation]:
    """The team's automations with how often each acted and when it last did."""
    acted = Q(runs__outcome__in=(Outcome.DONE, Outcome.FAILED))
    found: QuerySet[Automation] = Automation.objects.in_team(team).select_related("made_by")
    return found.annotate(times=Count("runs", filter=acted), last_at=Max("runs__acted_at")).order_by("name")


def log(team: Team, automation: Automation | None = None) -> QuerySet[AutomationRun]:
    """What automations did, the latest first."""
    runs: QuerySet[AutomationRun] = AutomationRun.objects.in_team(team)
    if automation is not None:
        runs = runs.filter(automation=automation)
    return runs.select_related("automation", "event").order_by("-created_at", "-pk")

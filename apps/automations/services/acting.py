"""An event comes: which automations wait for it, may they act, and what came of it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.automations.errors import AutomationError, NotPossible
from apps.automations.models import Automation, AutomationRun, Outcome
from apps.automations.registry import ACTIONS, ActionCall, values_of
from apps.core.correlation import correlated
from apps.core.errors import UserError
from apps.core.ids import new_id
from apps.events.models import Event
from apps.jobs.services import enqueue
from apps.teams.models import Membership, Team

DEEPEST = 3  # actions that follow from one another
HOUR = timedelta(hours=1)


def is_waited_for(team: Team | None, event_type: str) -> bool:
    """Whether an automation of the team is on for this kind of event."""
    if team is None:
        return False
    return Automation.objects.in_team(team).filter(is_on=True, event_type=event_type).exists()


def consider(event: Event) -> None:
    """Let every automation of the team that fits the event act. Called in a transaction, perhaps twice."""
    waiting = Automation.objects.filter(team=event.team_id, is_on=True, event_type=event.type)
    for automation in waiting.order_by("pk"):
        if fits(automation, event):
            _begin(automation, event)


def fits(automation: Automation, event: Event) -> bool:
    """Whether all conditions hold; an automation whose conditions no longer make sense is switched off."""
    try:
        conditions = automation.typed_conditions()
    except AutomationError as error:
        stop(automation, f"Its conditions no longer fit the event: {error.message}")
        return False
    values = values_of(event)
    return all(condition.holds(values) for condition in conditions)


def _begin(automation: Automation, event: Event) -> None:
    """Write down that it met the event, and have it act unless it may not."""
    if AutomationRun.objects.filter(automation=automation, event=event).exists():
        return  # the event was handed over twice
    Automation.objects.select_for_update(no_key=True).get(pk=automation.pk)  # counts one at a time
    parent = AutomationRun.objects.filter(trail=event.correlation_id, team=event.team_id).first()
    run = AutomationRun(team_id=automation.team_id, automation=automation, event=event, parent=parent)
    run.trail, run.outcome = new_id().hex, _verdict(automation, parent)
    run.save(force_insert=True)
    if run.outcome == Outcome.WAITING:
        from apps.automations.jobs import act

        with correlated(run.trail):
            enqueue(
                act, team=event.team, args={"run_id": str(run.pk)}, title=f"Automation “{automation.name}”"
            )


def _verdict(automation: Automation, parent: AutomationRun | None) -> str:
    before = parent.lineage(deepest=DEEPEST) if parent else []
    if len(before) >= DEEPEST or any(run.automation_id == automation.pk for run in before):
        return Outcome.LOOP
    lately = AutomationRun.objects.filter(automation=automation, created_at__gt=timezone.now() - HOUR)
    acted = lately.exclude(outcome__in=(Outcome.OVER_RATE, Outcome.LOOP)).count()
    return Outcome.OVER_RATE if acted >= automation.per_hour else Outcome.WAITING


@transaction.atomic
def act_on(run: AutomationRun) -> None:
    """Do what the automation says, once. What it can't do is written down, and raises nothing."""
    locked = AutomationRun.objects.select_for_update(no_key=True, of=("self",))
    run = locked.select_related("automation__made_by", "event", "team").get(pk=run.pk)
    if run.outcome != Outcome.WAITING:
        return
    try:
        with transaction.atomic():
            words = ACTIONS[run.automation.action].run(call_for(run.automation, run.event))
        run.outcome, run.words = Outcome.DONE, words[:500]
    except UserError as error:
        run.outcome, run.words = Outcome.FAILED, error.message[:500]
        if isinstance(error, NotPossible):
            stop(run.automation, error.message)
    run.acted_at = timezone.now()
    run.save(update_fields=["outcome", "words", "acted_at", "updated_at"])


def call_for(automation: Automation, event: Event) -> ActionCall:
    """Raises NotPossible where the action is gone, or who made the automation may not do it any more."""
    action = ACTIONS.get(automation.action)
    if action is None:
        raise NotPossible(f"This version of Showrunner has no action called {automation.action}.")
    maker = automation.made_by
    membership = Membership.objects.filter(team=automation.team_id, user=maker).first() if maker else None
    if maker is None or membership is None or not maker.is_active:
        raise NotPossible("Who made it is no longer in the team. Save it again in your own name.")
    if not membership.may(action.permission):
        raise NotPossible(f"The role of {maker} no longer includes: {action.permission.label}.")
    return ActionCall(automation.team, maker, event, automation.wishes, automation.name)


def stop(automation: Automation, reason: str) -> None:
    """Switch it off and say why."""
    Automation.objects.filter(pk=automation.pk).update(is_on=False, stopped_because=reason[:300])

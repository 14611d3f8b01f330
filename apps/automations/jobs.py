"""What automations do in the background."""

from datetime import timedelta

from django.utils import timezone

from apps.automations.models import AutomationRun
from apps.automations.services.acting import act_on
from apps.jobs.clock import recurring
from apps.jobs.kinds import job_kind
from apps.jobs.runner import JobRun

KEEP = timedelta(days=30)


@job_kind("automations.act", queue="default", attempts=3, timeout_s=120)
def act(run: JobRun, *, run_id: str) -> None:
    """Do what an automation says about one event."""
    act_on(AutomationRun.objects.get(pk=run_id, team=run.job.team_id))


@recurring("automations.forget_runs", every_s=3600)
def forget_runs() -> None:
    """The log of automations is kept for a month."""
    AutomationRun.objects.filter(created_at__lt=timezone.now() - KEEP).delete()

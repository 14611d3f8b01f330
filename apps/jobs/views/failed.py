"""The dead-letter list: what failed for good, to be corrected and put back, one or many (JOB-03)."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from apps.core.pages import answer, paginate
from apps.jobs import kinds, queries, services
from apps.jobs.errors import JobError
from apps.jobs.forms import Correction, DeadFilter, SelectedJobs
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

AT_ONCE = 500  # of those that match


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def failed(request: TeamRequest) -> HttpResponse:
    """Every job that failed for the last time."""
    values = DeadFilter(request.GET).values()
    context = {
        "page": paginate(request, queries.dead(request.team, **values)),
        "filtered": any(values.values()),
        "correction": Correction(),
        "kinds": kinds.choices(),
        "queue_names": [(name, name) for name in settings.RQ_QUEUE_NAMES],
        "may_manage": request.membership.may(Permission.MANAGE_JOBS),
        "dead": queries.dead_count(request.team),
    }
    return answer(request, "jobs/failed.html", context, partial="list")


@require_POST
@member_of_team(Permission.MANAGE_JOBS)
def put_back(request: TeamRequest) -> HttpResponse:
    """Put the ticked ones back on their queues, or all that match the filters, with one argument corrected or not."""
    back = redirect("jobs:failed", request.team.slug)
    if request.POST.get("which") == "all":
        jobs = list(queries.dead(request.team, **DeadFilter(request.POST).values()).defer(None)[:AT_ONCE])
    else:
        ticked = SelectedJobs(request.POST, team=request.team)
        jobs = list(ticked.cleaned_data["jobs"]) if ticked.is_valid() else []
    if not jobs:
        messages.error(request, "Tick at least one failed job.")
        return back
    try:
        count = services.requeue_all(jobs, actor=request.user, change=Correction(request.POST).change())
    except (JobError, ValidationError) as error:
        messages.error(request, error.message)
        return back
    messages.success(request, "One job is back on its queue." if count == 1 else f"{count} jobs are back.")
    return back

"""Background work: what goes on, what failed and why, and what a person can do about it (JOB-03, JOB-04)."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from apps.core.pages import answer, ordering, paginate
from apps.jobs import kinds, queries, services
from apps.jobs.errors import JobError
from apps.jobs.forms import STATUSES, JobFilter, RequeueForm, SelectedJobs
from apps.jobs.models import Job
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

SORTS = {"title": "title", "status": "status", "made": "created_at", "attempts": "attempts"}


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def job_list(request: TeamRequest) -> HttpResponse:
    values = JobFilter(request.GET).values()
    order = ordering(request, SORTS, default="-created_at")
    depths = queries.depth(request.team)
    context = {
        "page": paginate(request, queries.jobs(request.team, order=order, **values)),
        "filtered": any(values.values()),
        "queues": depths,
        "statuses": STATUSES,
        "kinds": kinds.choices(),
        "queue_names": [(name, name) for name in settings.RQ_QUEUE_NAMES],
        "may_manage": request.membership.may(Permission.MANAGE_JOBS),
        "dead": sum(queue.dead for queue in depths),
    }
    return answer(request, "jobs/list.html", context, partial="list")


def _job(request: TeamRequest, job_id: UUID) -> Job:
    return get_object_or_404(Job.objects.in_team(request.team).select_related("agent", "batch"), pk=job_id)


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def job_detail(request: TeamRequest, job_id: UUID) -> HttpResponse:
    return _detail(request, _job(request, job_id))


def _detail(request: TeamRequest, job: Job, form: RequeueForm | None = None) -> HttpResponse:
    context = {
        "job": job,
        "form": form or RequeueForm(initial={"args": job.args}),
        "needs": job.after.only("title", "status", "team"),
        "may_manage": request.membership.may(Permission.MANAGE_JOBS),
        "may_retry": job.status in ("dead", "cancelled"),
    }
    return answer(request, "jobs/job.html", context, partial="job", status=422 if form else 200)


@require_POST
@member_of_team(Permission.MANAGE_JOBS)
def cancel(request: TeamRequest, job_id: UUID) -> HttpResponse:
    job = _job(request, job_id)
    try:
        services.cancel(job, actor=request.user)
        messages.success(request, "The job is being cancelled.")
    except JobError as error:
        messages.error(request, error.message)
    return redirect("jobs:job", request.team.slug, job.pk)


@require_POST
@member_of_team(Permission.MANAGE_JOBS)
def requeue(request: TeamRequest, job_id: UUID) -> HttpResponse:
    """Try a failed or cancelled job again, with corrected arguments where they were sent."""
    job = _job(request, job_id)
    form = RequeueForm(request.POST) if "args" in request.POST else None
    if form is not None and not form.is_valid():
        return _detail(request, job, form)
    try:
        services.requeue(job, actor=request.user, args=form.cleaned_data["args"] if form else None)
        messages.success(request, "The job is back on its queue.")
    except JobError as error:
        messages.error(request, error.message)
    return redirect("jobs:job", request.team.slug, job.pk)


@require_GET
@member_of_team(Permission.MANAGE_JOBS)
def edit(request: TeamRequest, job_id: UUID) -> HttpResponse:
    """The arguments of a failed job, to be corrected before it is tried again."""
    job = _job(request, job_id)
    context = {"job": job, "form": RequeueForm(initial={"args": job.args})}
    return answer(request, "jobs/edit.html", context, partial="dialog")


@require_POST
@member_of_team(Permission.MANAGE_JOBS)
def requeue_selected(request: TeamRequest) -> HttpResponse:
    """Try every ticked job again."""
    form = SelectedJobs(request.POST, team=request.team)
    if not form.is_valid():
        messages.error(request, "Tick at least one failed or cancelled job.")
        return redirect("jobs:list", request.team.slug)
    count = services.requeue_all(form.cleaned_data["jobs"], actor=request.user)
    messages.success(request, "One job is back on its queue." if count == 1 else f"{count} jobs are back.")
    return redirect("jobs:list", request.team.slug)

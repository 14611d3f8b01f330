"""Many jobs that were started together, with one progress bar (JOB-10)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from apps.core.pages import answer, paginate
from apps.jobs import batches, queries
from apps.jobs.errors import JobError
from apps.jobs.models import Batch
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def batch_list(request: TeamRequest) -> HttpResponse:
    """Every batch of the team, the newest first."""
    page = paginate(request, Batch.objects.in_team(request.team).select_related("made_by"))
    progress = batches.progress_of(page.object_list)
    context = {
        "page": page,
        "rows": [(batch, progress[batch.pk]) for batch in page.object_list],
        "dead": queries.dead_count(request.team),
    }
    return answer(request, "jobs/batches.html", context, partial="list")


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def batch(request: TeamRequest, batch_id: UUID) -> HttpResponse:
    """One batch: how far it is, what failed, and its jobs."""
    found = get_object_or_404(Batch.objects.in_team(request.team).select_related("made_by"), pk=batch_id)
    context = {
        "batch": found,
        "progress": batches.progress_of([found])[found.pk],
        "page": paginate(request, queries.of_batch(found)),
        "may_manage": request.membership.may(Permission.MANAGE_JOBS),
    }
    return answer(request, "jobs/batch.html", context, partial="batch")


@require_POST
@member_of_team(Permission.MANAGE_JOBS)
def cancel(request: TeamRequest, batch_id: UUID) -> HttpResponse:
    """Stop what is not over."""
    found = get_object_or_404(Batch.objects.in_team(request.team), pk=batch_id)
    try:
        count = batches.cancel_batch(found, actor=request.user)
        messages.success(
            request, "One job is being stopped." if count == 1 else f"{count} jobs are being stopped."
        )
    except JobError as error:
        messages.error(request, error.message)
    return redirect("jobs:batch", request.team.slug, found.pk)


@require_POST
@member_of_team(Permission.MANAGE_JOBS)
def retry(request: TeamRequest, batch_id: UUID) -> HttpResponse:
    """Put its failed jobs back on their queue."""
    found = get_object_or_404(Batch.objects.in_team(request.team), pk=batch_id)
    count = batches.retry_failed(found, actor=request.user)
    if count:
        messages.success(
            request, "One job is back on its queue." if count == 1 else f"{count} jobs are back."
        )
    else:
        messages.error(request, "No job of this batch has failed.")
    return redirect("jobs:batch", request.team.slug, found.pk)

"""Queues, workers, failed jobs and providers, across all teams."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.access import operator_required
from apps.core.pages import answer, paginate
from apps.jobs import services as jobs
from apps.jobs.models import Job, JobStatus
from apps.operations import health, queries
from apps.operations.requests import OperatorRequest, done

HOURS = (1, 24, 168)


@require_GET
@operator_required
def queues(request: OperatorRequest) -> HttpResponse:
    workers = health.workers()
    context = {"workers": workers, "queues": health.queues(workers), "rhythms": health.recurring()}
    return answer(request, "operate/queues.html", context, partial="state")


@require_GET
@operator_required
def failed(request: OperatorRequest) -> HttpResponse:
    """The dead letters of all teams."""
    kind, queue = request.GET.get("kind", ""), request.GET.get("queue", "")
    found = queries.failed_jobs(text=request.GET.get("q", "").strip(), kind=kind, queue=queue)
    context = {
        "page": paginate(request, found),
        "kinds": [(name, name) for name in queries.failed_kinds()],
        "queues": [(name, name) for name in settings.RQ_QUEUE_NAMES],
        "filtered": any(request.GET.get(name) for name in ("q", "kind", "queue")),
    }
    return answer(request, "operate/failed.html", context, partial="list")


def _failed(job_id: UUID) -> Job:
    return get_object_or_404(queries.failed_jobs().defer(None), pk=job_id)


@require_GET
@operator_required
def failed_job(request: OperatorRequest, job_id: UUID) -> HttpResponse:
    return render(request, "operate/failed_job.html", {"job": _failed(job_id)})


@require_POST
@operator_required
def requeue(request: OperatorRequest, job_id: UUID) -> HttpResponse:
    job = _failed(job_id)
    done(request, jobs.requeue, f"{job.title} is back on its queue.", job=job, actor=request.user)
    return redirect("operate:failed")


@require_POST
@operator_required
def requeue_selected(request: OperatorRequest) -> HttpResponse:
    """Put every ticked job back."""
    ticked = queries.failed_jobs().defer(None).filter(pk__in=_ids(request.POST.getlist("jobs")))
    count = jobs.requeue_all(ticked, actor=request.user)
    if count:
        messages.success(
            request, "One job is back on its queue." if count == 1 else f"{count} jobs are back."
        )
    else:
        messages.error(request, f"Tick at least one job that is {JobStatus.DEAD.label.lower()}.")
    return redirect("operate:failed")


def _ids(texts: list[str]) -> list[UUID]:
    """Those of the texts that are ids."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@require_GET
@operator_required
def providers(request: OperatorRequest) -> HttpResponse:
    """How providers answer, from the ledger of calls and the teams' keys."""
    asked = request.GET.get("hours", "")
    hours = int(asked) if asked in map(str, HOURS) else 24
    periods = [(1, "Last hour"), (24, "Last day"), (168, "Last week")]
    context = {
        "hours": hours,
        "periods": periods,
        "calls": health.provider_calls(hours),
        "keys": health.provider_keys(),
    }
    return render(request, "operate/providers.html", context)

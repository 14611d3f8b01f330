"""The list of runs, and one run: how far it is, what went wrong, and what came of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from apps.core.errors import UserError
from apps.core.pages import answer, ordering, paginate, wants_partial
from apps.creation import queries
from apps.creation.cards import template_names
from apps.creation.details import live_part, result_part
from apps.creation.forms import ProviderForm, RunFilterForm, TitleForm
from apps.creation.lists import RunFilter, find_runs, rows_of
from apps.creation.models import Run, RunStatus, StepFile
from apps.creation.services import editing
from apps.creation.services import runs as services
from apps.library.models import Asset, AssetKind
from apps.library.serving import serve
from apps.providers.capabilities import Capability
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

SORTS = {"title": "title", "status": "status", "made": "created_at"}
ROLES = {"still": AssetKind.GRAPHIC_POSTER, "audio": AssetKind.VOICE}


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def run_list(request: TeamRequest) -> HttpResponse:
    wanted = RunFilterForm(request.GET).wanted()
    order = ordering(request, SORTS, default="-created_at")
    page = paginate(request, find_runs(request.team, wanted, order=order))
    context = {
        "page": page,
        "rows": rows_of(request.team, page.object_list),
        "filtered": wanted != RunFilter(),
        "statuses": RunStatus.choices,
        "templates": template_names(request.team),
        "may_create": request.membership.may(Permission.CREATE_VIDEO),
    }
    return answer(request, "creation/runs.html", context, partial="list")


def find_run(request: TeamRequest, run_id: UUID) -> Run:
    """The team's run, or 404."""
    run: Run = get_object_or_404(queries.runs_of(request.team).select_related("team"), pk=run_id)
    return run


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def run_page(request: TeamRequest, run_id: UUID) -> HttpResponse:
    """The whole page. HTMX gets what goes on, or with `?part=result` what came of it (`&format=` chooses one)."""
    run = find_run(request, run_id)
    part = "result" if request.GET.get("part") == "result" else "live"
    return answer(request, "creation/run.html", run_context(request, run), partial=part)


def run_context(request: TeamRequest, run: Run) -> dict[str, Any]:
    steps = queries.steps_of(run)
    return (
        {
            "run": run,
            "beside": wants_partial(request),
            "title_form": TitleForm(initial={"title": run.title}),
            "may_edit": request.membership.may(Permission.CREATE_VIDEO),
            "may_see_costs": request.membership.may(Permission.VIEW_COSTS),
            "may_see_jobs": request.membership.may(Permission.MANAGE_JOBS),
        }
        | live_part(run, steps)
        | result_part(run, steps, request.GET.get("format", ""))
    )


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def rename(request: TeamRequest, run_id: UUID) -> HttpResponse:
    """Another title, beside which an error stands; HTMX gets the title again."""
    run = find_run(request, run_id)
    form = TitleForm(request.POST)
    if form.is_valid():
        try:
            run = editing.rename(run, title=form.cleaned_data["title"], actor=request.user)
        except UserError as error:
            form.add_error("title", error.message)
    ok = form.is_valid()
    if not wants_partial(request):
        if ok:
            return redirect("creation:run", request.team.slug, run.pk)
        context = run_context(request, find_run(request, run_id)) | {"title_form": form}
        return render(request, "creation/run.html", context, status=422)
    if ok:
        messages.success(request, "The title was changed.")
    context = {"run": run, "title_form": form, "may_edit": True}
    return render(request, "creation/run_title.html", context, status=200 if ok else 422)


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def cancel(request: TeamRequest, run_id: UUID) -> HttpResponse:
    return _act(request, run_id, services.cancel_run, "Cancelled. What was made is kept.")


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def retry(request: TeamRequest, run_id: UUID) -> HttpResponse:
    return _act(request, run_id, services.retry_run, "It goes on from the last good step.")


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def choose_provider(request: TeamRequest, run_id: UUID) -> HttpResponse:
    """Use another provider for one kind of work, and go on."""
    form = ProviderForm(request.POST, team=request.team)
    if not form.is_valid():
        messages.error(request, "That provider can't be used for this now. Choose another one.")
        return _again(request, find_run(request, run_id), status=422)
    capability, provider = Capability(form.cleaned_data["capability"]), form.cleaned_data["provider"]

    def change(run: Run, *, actor: Any) -> Run:
        return editing.choose_provider(run, capability=capability, provider=provider or None, actor=actor)

    return _act(request, run_id, change, "The provider was changed, and it goes on.")


def _act(request: TeamRequest, run_id: UUID, change: Callable[..., Run], words: str) -> HttpResponse:
    """Change the run and show what goes on now."""
    run, status = find_run(request, run_id), 200
    try:
        change(run, actor=request.user)
        messages.success(request, words)
    except UserError as error:
        messages.error(request, error.message)
        status = 422
    return _again(request, run, status=status)


def _again(request: TeamRequest, run: Run, *, status: int) -> HttpResponse:
    if not request.htmx:
        return redirect("creation:run", request.team.slug, run.pk)
    context = run_context(request, find_run(request, run.pk))
    return render(request, "creation/run.html#live", context, status=status)


@require_safe
@member_of_team(Permission.VIEW_STUDIO)
def step_file(request: TeamRequest, file_id: UUID) -> HttpResponseBase:
    """A still or a voice that a step has made, also before the video is in the library."""
    found = StepFile.objects.in_team(request.team).filter(file=file_id, role__in=ROLES)
    kept = found.select_related("file").first()
    if kept is None:
        raise Http404("No such file")
    asset = Asset(team=request.team, file=kept.file, kind=ROLES[kept.role], title=kept.role)
    return serve(request, asset)

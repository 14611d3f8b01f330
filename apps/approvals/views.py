"""What waits for approval, deciding about it, and the rules of the team."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.approvals import queries, services
from apps.approvals.errors import ApprovalError
from apps.approvals.forms import DecisionForm, RulesForm
from apps.approvals.models import Approval, ApprovalStatus
from apps.approvals.registry import KINDS
from apps.core.pages import answer, paginate
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.errors import TeamError
from apps.teams.roles import Permission


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def approval_list(request: TeamRequest) -> HttpResponse:
    text, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    kind = request.GET.get("kind", "")
    found = queries.approvals(request.team, text=text, status=status, kind=kind)
    context = {
        "page": paginate(request, found),
        "statuses": ApprovalStatus.choices,
        "kinds": [(one.name, one.label) for one in KINDS.values()],
        "filtered": bool(text or status or kind),
        "may_manage": request.membership.may(Permission.MANAGE_TEAM),
    }
    return answer(request, "approvals/list.html", context, partial="list")


def _approval(request: TeamRequest, approval_id: UUID) -> Approval:
    rows = Approval.objects.in_team(request.team).select_related("team", "asked_by", "decided_by")
    found: Approval = get_object_or_404(rows, pk=approval_id)
    return found


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def approval(request: TeamRequest, approval_id: UUID) -> HttpResponse:
    """One question with its answer, or with the form to answer it."""
    found = _approval(request, approval_id)
    return answer(
        request, "approvals/approval.html", _context(request, found, DecisionForm()), partial="part"
    )


def _context(request: TeamRequest, found: Approval, form: DecisionForm) -> dict[str, object]:
    return {
        "approval": found,
        "form": form,
        "may_decide": found.is_waiting and services.may_decide(found, request.user),
        "is_mine": found.asked_by_id == request.user.pk,
    }


@require_POST
@member_of_team(Permission.APPROVE)
def decide(request: TeamRequest, approval_id: UUID) -> HttpResponse:
    """Approve or decline, by the button that was pressed."""
    found = _approval(request, approval_id)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            done = services.decide(
                approval=found,
                approve=request.POST.get("decision") == "approve",
                actor=request.user,
                reason=form.cleaned_data["reason"],
            )
        except (ApprovalError, TeamError) as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"“{done}” is {done.get_status_display().lower()}.")
            return redirect("approvals:approval", request.team.slug, done.pk)
    found = _approval(request, approval_id)
    return render(request, "approvals/approval.html", _context(request, found, form), status=422)


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def withdraw(request: TeamRequest, approval_id: UUID) -> HttpResponse:
    found = _approval(request, approval_id)
    try:
        services.withdraw(approval=found, actor=request.user)
        messages.success(request, f"You took “{found}” back.")
    except ApprovalError as error:
        messages.error(request, error.message)
    return redirect("approvals:approval", request.team.slug, found.pk)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_TEAM)
def rules(request: TeamRequest) -> HttpResponse:
    """Which kinds of things need approval in this team."""
    form = RulesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_rules(team=request.team, kinds=form.cleaned_data["kinds"], actor=request.user)
        except TeamError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "The rules were saved. They count for what is asked for from now on.")
        return redirect("approvals:rules", request.team.slug)
    context = {"kinds": KINDS.values(), "required": queries.required_kinds(request.team), "form": form}
    return render(request, "approvals/rules.html", context, status=422 if form.is_bound else 200)

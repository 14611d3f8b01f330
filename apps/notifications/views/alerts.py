"""Critical alerts: the page of one, its acknowledgement, and the plan of who is called (NTF-05)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.limits import by_team, limited
from apps.core.pages import answer
from apps.notifications import queries
from apps.notifications.errors import NoticeError
from apps.notifications.forms import EscalationForm
from apps.notifications.models import Alert, EscalationPlan
from apps.notifications.services import alerts
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


def _alert(request: TeamRequest, alert_id: UUID) -> Alert:
    """Only for those who were told of it: what it says may be beyond the others' roles."""
    rows = Alert.objects.in_team(request.team).filter(notices__user=request.user)
    found: Alert = get_object_or_404(rows.select_related("acknowledged_by", "team"), pk=alert_id)
    return found


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def alert(request: TeamRequest, alert_id: UUID) -> HttpResponse:
    """What happened, who was called by what, and who answered after how long."""
    found = _alert(request, alert_id)
    context = {
        "alert": found,
        "notice": found.notices.filter(user=request.user).first(),
        "calls": queries.calls_of(found),
        "steps": queries.ladder_of(found),
    }
    return answer(request, "notifications/alert.html", context, partial="alert")


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def acknowledge(request: TeamRequest, alert_id: UUID) -> HttpResponse:
    found = _alert(request, alert_id)
    try:
        alerts.acknowledge(alert=found, actor=request.user)
        messages.success(request, "Acknowledged. Nobody else is called.")
    except NoticeError as error:
        messages.info(request, error.message)
    return redirect("notifications:alert", request.team.slug, found.pk)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_TEAM)
def plan(request: TeamRequest) -> HttpResponse:
    """Who is called after whom, and how long each has."""
    known = EscalationPlan.objects.in_team(request.team).first()
    order = queries.escalation_order(request.team, known.order if known else [])
    form = EscalationForm(
        request.POST or None,
        people=queries.audience(request.team, Permission.VIEW_STUDIO),
        order=order,
        wait_minutes=known.wait_minutes if known else alerts.WAIT_MINUTES,
    )
    if request.method == "POST" and form.is_valid():
        minutes = form.cleaned_data["wait_minutes"]
        alerts.change_plan(team=request.team, order=form.order(), wait_minutes=minutes, actor=request.user)
        messages.success(request, "The plan was saved.")
        return redirect("notifications:plan", request.team.slug)
    context = {"form": form, "open_alerts": queries.open_alerts(request.team)}
    return render(request, "notifications/plan.html", context, status=422 if form.is_bound else 200)


@require_POST
@member_of_team(Permission.MANAGE_TEAM)
@limited("notifications.test_alert", limit=6, window_s=3600, by=by_team)
def test_plan(request: TeamRequest) -> HttpResponse:
    """An alert that is none."""
    try:
        made = alerts.send_test(team=request.team, actor=request.user)
    except NoticeError as error:
        messages.error(request, error.message)
        return redirect("notifications:plan", request.team.slug)
    return redirect("notifications:alert", request.team.slug, made.pk)

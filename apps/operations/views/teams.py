"""All teams, what was granted to them, and their own settings."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.access import operator_required
from apps.core.pages import answer, ordering, paginate
from apps.flags import services as flags
from apps.grants import services as granting
from apps.operations import queries, switches
from apps.operations.forms import GrantForm, ReasonForm, SettingForm
from apps.operations.requests import OperatorRequest, done
from apps.teams.models import Team

SORTS = {
    "name": "name",
    "members": "member_count",
    "runs": "run_count",
    "stored": "stored_bytes",
    "made": "created_at",
}
GRANT_STATES = [("active", "Active"), ("over", "Over or revoked")]


@require_GET
@operator_required
def teams(request: OperatorRequest) -> HttpResponse:
    order = ordering(request, SORTS, default="-created_at")
    found = queries.teams(text=request.GET.get("q", "").strip(), order=order)
    return answer(request, "operate/teams.html", {"page": paginate(request, found)}, partial="list")


def _team(team_id: UUID) -> Team:
    return get_object_or_404(queries.teams(), pk=team_id)


@require_GET
@operator_required
def team(request: OperatorRequest, team_id: UUID) -> HttpResponse:
    return _page(request, _team(team_id))


def _page(request: OperatorRequest, found: Team, form: GrantForm | None = None) -> HttpResponse:
    context = {
        "team": found,
        "members": found.memberships.select_related("user").order_by("created_at"),
        "grants": queries.grants().filter(team=found),
        "flags": switches.flags_of(found),
        "settings": switches.settings_of(found),
        "form": form or GrantForm(),
    }
    return answer(request, "operate/team.html", context, status=422 if form else 200)


@require_POST
@operator_required
def grant(request: OperatorRequest, team_id: UUID) -> HttpResponse:
    """Premium without payment."""
    found = _team(team_id)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    reason, ends_at = form.cleaned_data["reason"], form.ends_at
    words = {"team": found, "reason": reason, "ends_at": ends_at, "actor": request.user}
    done(request, granting.grant_premium, f"{found} has premium now.", **words)
    return redirect("operate:team", found.pk)


@require_POST
@operator_required
def set_value(request: OperatorRequest, team_id: UUID, slug: str) -> HttpResponse:
    """A number of the team's own; empty goes back to what all others have."""
    found, setting = _team(team_id), switches.setting(slug)
    if setting is None:
        raise Http404("No such setting")
    form = SettingForm(request.POST, setting=setting)
    if form.is_valid():
        value, success = form.cleaned_data["value"], f"{setting.title} of {found} was saved."
        done(
            request, flags.set_setting, success, setting=setting, value=value, team=found, actor=request.user
        )
    else:
        switches.complain(request, form)
    return redirect("operate:team", found.pk)


@require_GET
@operator_required
def grants(request: OperatorRequest) -> HttpResponse:
    found = queries.grants(state=request.GET.get("state", ""), text=request.GET.get("q", "").strip())
    context = {"page": paginate(request, found), "states": GRANT_STATES}
    return answer(request, "operate/grants.html", context, partial="list")


@require_POST
@operator_required
def revoke(request: OperatorRequest, grant_id: UUID) -> HttpResponse:
    found = get_object_or_404(queries.grants(), pk=grant_id)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    success = f"{found.team} no longer has premium by this grant."
    done(request, granting.revoke, success, grant=found, reason=reason, actor=request.user)
    return redirect("operate:team", found.team_id)

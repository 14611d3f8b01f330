"""Providers: how ready the team is, its keys, whom to ask first, and what it cost."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.access import fresh_second_factor
from apps.core.errors import UserError
from apps.core.http import AddressRefused, AuthExpired, OutsideError
from apps.core.limits import by_person, limited
from apps.core.pages import answer, paginate, wants_partial
from apps.providers import queries, services
from apps.providers.capabilities import Capability
from apps.providers.errors import ProviderError
from apps.providers.forms import CostFilterForm, KeyForm, OrderForm
from apps.providers.models import BUILTIN, ProviderKey
from apps.providers.registry import PROVIDERS
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def provider_list(request: TeamRequest) -> HttpResponse:
    """Who does what, in which order; the keys, and what could be added."""
    return answer(request, "providers/list.html", _board(request), partial="board")


def _board(request: TeamRequest) -> dict[str, Any]:
    found = queries.readiness(request.team)
    keys = {one.key.pk: one.key for ready in found for one in ready.candidates if one.key}
    return {
        "readiness": found,
        "ready": queries.is_ready_for_a_video(found),
        "keys": [
            (key, PROVIDERS[key.provider]) for key in sorted(keys.values(), key=lambda key: key.created_at)
        ],
        "deleted": list(queries.deleted_keys(request.team)),
        "addable": queries.addable(),
        "may_manage": request.membership.may(Permission.MANAGE_PROVIDERS),
        "may_see_costs": request.membership.may(Permission.VIEW_COSTS),
    }


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_PROVIDERS)
@limited("providers.check", by=by_person)
def add_key(request: TeamRequest, slug: str) -> HttpResponse:
    """Enter a key; it is proved by a real call before it is kept."""
    if slug not in PROVIDERS or slug == BUILTIN:
        raise Http404("No such provider")
    form = KeyForm(request.POST if request.method == "POST" else None, provider=PROVIDERS[slug])
    if request.method == "POST" and form.is_valid():
        try:
            key = services.add_key(team=request.team, slug=slug, wishes=form.wishes(), actor=request.user)
        except (OutsideError, UserError) as error:
            _refuse(form, error)
        else:
            return _done(request, f"{key} is ready. {key.check_result}")
    return _key_form(request, form)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_PROVIDERS)
@limited("providers.check", by=by_person)
def change_key(request: TeamRequest, key_id: UUID) -> HttpResponse:
    """Change a key's settings; they are proved like a new key."""
    key = _key(request, key_id)
    entered = request.POST if request.method == "POST" else None
    form = KeyForm(entered, provider=PROVIDERS[key.provider], key=key)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_key(key=_key(request, key_id), wishes=form.wishes(), actor=request.user)
        except (OutsideError, UserError) as error:
            _refuse(form, error)
        else:
            return _done(request, f"{key} was saved and works.")
    return _key_form(request, form)


def _refuse(form: KeyForm, error: OutsideError | UserError) -> None:
    """Put what the provider said beside the field that it is about."""
    if isinstance(error, AddressRefused):
        form.refuse(f"{error.message} The operator can allow it.", "base_address")
    elif isinstance(error, AuthExpired):
        form.refuse(error.message, "secret")
    else:
        form.refuse(error.message, getattr(error, "field", None))


def _key_form(request: TeamRequest, form: KeyForm) -> HttpResponse:
    context = {"form": form, "provider": form.provider, "key": form.key}
    status = 422 if form.is_bound else 200
    return answer(request, "providers/key.html", context, partial="form", status=status)


def _done(request: TeamRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    address = reverse("providers:list", args=[request.team.slug])
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _key(request: TeamRequest, key_id: UUID) -> ProviderKey:
    return get_object_or_404(ProviderKey.objects.in_team(request.team).kept(), pk=key_id)


@require_POST
@member_of_team(Permission.MANAGE_PROVIDERS)
@limited("providers.check", by=by_person)
def check_key(request: TeamRequest, key_id: UUID) -> HttpResponse:
    """Make the harmless call again and say what came of it."""
    key = services.check_key(key=_key(request, key_id), actor=request.user)
    level = messages.error if key.last_error else messages.success
    level(request, f"{key}: {key.check_result}")
    return _changed(request)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_PROVIDERS)
@fresh_second_factor
@limited("providers.reveal", by=by_person)
def reveal_key(request: TeamRequest, key_id: UUID) -> HttpResponse:
    """Show the whole key, after a fresh proof of who asks and a last question. Each time is recorded (SEC-08)."""
    key, status = _key(request, key_id), 200
    context: dict[str, Any] = {"key": key, "provider": PROVIDERS[key.provider]}
    if request.method == "POST":
        try:
            context["secret"] = services.reveal_key(key=key, actor=request.user)
        except UserError as error:
            context["error"], status = error.message, 422
    response = answer(request, "providers/reveal.html", context, partial="secret", status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@member_of_team(Permission.MANAGE_PROVIDERS)
def switch_key(request: TeamRequest, key_id: UUID) -> HttpResponse:
    """Switch a key on or off."""
    key, enabled = _key(request, key_id), request.POST.get("enabled") == "1"
    services.switch_key(key=key, enabled=enabled, actor=request.user)
    messages.success(request, f"{key} is used again." if enabled else f"{key} is no longer used.")
    return _changed(request)


@require_POST
@member_of_team(Permission.MANAGE_PROVIDERS)
def delete_key(request: TeamRequest, key_id: UUID) -> HttpResponse:
    """Stop using a key; it can be brought back for ten minutes."""
    key = _key(request, key_id)
    services.delete_key(key=key, actor=request.user)
    if not wants_partial(request):
        messages.success(request, f"{key} was deleted. You can bring it back for ten minutes.")
        return redirect("providers:list", request.team.slug)
    undo = reverse("providers:restore_key", args=[request.team.slug, key.pk])
    response = _changed(request)
    response["HX-Trigger"] = json.dumps(
        {"toast": {"message": f"{key} was deleted.", "level": "success", "undo": undo}}
    )
    return response


@require_POST
@member_of_team(Permission.MANAGE_PROVIDERS)
def restore_key(request: TeamRequest, key_id: UUID) -> HttpResponse:
    """Bring a deleted key back."""
    key = get_object_or_404(queries.deleted_keys(request.team), pk=key_id)
    services.restore_key(key=key, actor=request.user)
    messages.success(request, f"{key} is back.")
    response = _changed(request)
    response["HX-Trigger"] = "provider-key_changed"  # for the toast's own undo, which swaps nothing
    return response


@require_POST
@member_of_team(Permission.MANAGE_PROVIDERS)
def order(request: TeamRequest) -> HttpResponse:
    """Put the providers of one capability in another order, whole or by one step."""
    form = OrderForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That is not an order of providers.")
        return _changed(request, status=422)
    capability = Capability(form.cleaned_data["capability"])
    try:
        step = form.step()
        if step:
            services.move(
                team=request.team, capability=capability, ref=step[0], step=step[1], actor=request.user
            )
        else:
            services.set_order(
                team=request.team, capability=capability, order=form.refs(), actor=request.user
            )
    except ProviderError as error:
        messages.error(request, error.message)
        return _changed(request, status=422)
    return _changed(request)


def _changed(request: TeamRequest, status: int = 200) -> HttpResponse:
    """The board again for HTMX; the page for a plain form."""
    if not wants_partial(request):
        return redirect("providers:list", request.team.slug)
    return answer(request, "providers/list.html", _board(request), partial="board", status=status)


@require_GET
@member_of_team(Permission.VIEW_COSTS)
def costs(request: TeamRequest) -> HttpResponse:
    """What outside calls have cost, by day, provider or run (EXP-03)."""
    team, wanted = request.team, CostFilterForm(request.GET).wanted()
    since = queries.since_days(wanted["days"], team.time_zone)
    entries = queries.costs(team, since=since, provider=wanted["provider"], capability=wanted["capability"])
    rows = {
        "day": lambda: queries.by_day(entries, team.time_zone),
        "provider": lambda: queries.by_provider(entries),
        "run": lambda: queries.by_run(entries),
    }[wanted["by"]]()
    page = paginate(request, rows)
    context = {
        "page": page,
        "rows": _rows(list(page.object_list)),
        "total": queries.total(entries),
        "today": queries.total(queries.costs(team, since=queries.since_days(1, team.time_zone))),
        "wanted": wanted,
        "periods": [(days, f"Last {days} days") for days in queries.PERIODS],
        "providers": [(known.slug, known.name) for known in queries.addable()],
        "capabilities": [(capability.value, capability.value.capitalize()) for capability in Capability],
        "filtered": bool(wanted["provider"] or wanted["capability"]),
    }
    return answer(request, "providers/costs.html", context, partial="list")


def _rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with names, and each one's share of the dearest for its bar."""
    dearest = max((row["actual"] for row in found), default=0) or 1
    return [
        {**row, "share": row["actual"] / dearest, "name": queries.provider_name(row.get("provider", ""))}
        for row in found
    ]

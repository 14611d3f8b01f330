"""The queue: the team's posting times, when posts do best, and drafts planned into the free times (PUB-04, PUB-08)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from apps.connections.capabilities import Capability
from apps.connections.queries import connections
from apps.connections.registry import PLATFORMS
from apps.core.errors import UserError
from apps.core.pages import answer
from apps.publishing.clock import on_clock
from apps.publishing.forms.planning import WEEKDAYS, BatchForm, SlotForm
from apps.publishing.models import QueueSlot
from apps.publishing.services import autoscheduling, slots
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

BEST_SHOWN = 3


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def queue(request: TeamRequest) -> HttpResponse:
    """The week with its times; what is sent adds one on some days."""
    channels = connections(request.team, Capability.PUBLISH)
    form = SlotForm(request.POST if request.method == "POST" else None, channels=channels)
    if form.is_bound and form.is_valid():
        try:
            added = slots.add_slots(team=request.team, actor=request.user, **form.cleaned_data)
        except UserError as error:
            form.refuse(error.message, getattr(error, "field", None))
        else:
            words = f"{added} posting times are new." if added != 1 else "One posting time is new."
            messages.success(request, words if added else "These posting times are there already.")
            return redirect("publishing:queue", request.team.slug)
    context = {"form": form, "week": _week(request), "best": _best(request, list(channels))}
    status = 422 if form.is_bound else 200
    return answer(request, "publishing/queue.html", context, partial="queue", status=status)


def _week(request: TeamRequest) -> list[tuple[str, list[QueueSlot]]]:
    rows = list(
        QueueSlot.objects.in_team(request.team).select_related("connection").defer("connection__picture")
    )
    for slot in rows:
        slot.platform = PLATFORMS.get(slot.connection.platform) if slot.connection else None
    return [(name, [slot for slot in rows if slot.weekday == int(day)]) for day, name in WEEKDAYS]


def _best(request: TeamRequest, channels: list[Any]) -> list[dict[str, Any]]:
    """Each channel with the best hours of its week."""
    scores = autoscheduling.scores(request.team, channels)
    names = dict(WEEKDAYS)
    return [
        {
            "connection": channel,
            "platform": PLATFORMS[channel.platform],
            "own": scores[channel.pk].own,
            "hours": [
                (hour, f"{names[str(hour.weekday)]} {hour.begins:%H:%M}")
                for hour in scores[channel.pk].best(BEST_SHOWN)
            ],
        }
        for channel in channels
    ]


@require_POST
@member_of_team(Permission.EDIT_POSTS)
def remove(request: TeamRequest, slot_id: UUID) -> HttpResponse:
    """Take a time out of the week."""
    slots.remove_slot(get_object_or_404(QueueSlot.objects.in_team(request.team), pk=slot_id), request.user)
    messages.success(request, "The posting time is gone. What was planned into it stays.")
    return redirect("publishing:queue", request.team.slug)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def plan(request: TeamRequest) -> HttpResponse:
    """Drafts with the best free time for each; what is sent plans those that are ticked."""
    drafts = autoscheduling.drafts(request.team)
    form = BatchForm(request.POST if request.method == "POST" else None, drafts=drafts)
    refused: list[Any] = []
    if form.is_bound and form.is_valid():
        wanted = set(form.cleaned_data["ids"])
        chosen = [post for post in drafts if post.pk in wanted]
        done = autoscheduling.plan_batch(request.team, chosen, request.user)
        if done.done:
            many = "One draft is" if len(done.done) == 1 else f"{len(done.done)} drafts are"
            messages.success(request, f"{many} planned.")
        if not done.refused:
            return redirect("publishing:calendar", request.team.slug)
        refused, drafts = done.refused, autoscheduling.drafts(request.team)
    context = {
        "form": form,
        "refused": refused,
        "rows": _rows(request, drafts),
        "zone": request.team.time_zone,
    }
    status = 422 if form.errors or refused else 200
    return answer(request, "publishing/plan_drafts.html", context, status=status)


def _rows(request: TeamRequest, drafts: list[Any]) -> list[dict[str, Any]]:
    """Each draft with its proposal, or None where nothing is free."""
    found = {proposal.post.pk: proposal for proposal in autoscheduling.propose(request.team, drafts)}
    return [
        {
            "post": post,
            "at": on_clock(found[post.pk].at, request.team.time_zone) if post.pk in found else None,
            "score": found[post.pk].score if post.pk in found else None,
        }
        for post in drafts
    ]

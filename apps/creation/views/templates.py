"""Templates: to look at, to copy, to edit and to retire (GEN-02, GEN-03)."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import UserError
from apps.core.pages import answer
from apps.creation.cards import TemplateCard, Use, template_cards_with_use, uses_of
from apps.creation.forms import BaseBeatFormSet, BeatFormSet, CopyForm, TemplateForm, beat_rows
from apps.creation.lists import RunFilter, find_runs, rows_of
from apps.creation.models import Template
from apps.creation.offers import offer_of, voices_of
from apps.creation.preview import preview_of
from apps.creation.services import templates as services
from apps.providers.capabilities import Capability
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

SHOWN_RUNS = 5


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def template_list(request: TeamRequest) -> HttpResponse:
    """All templates, or with `?whose=own` or `product` only those."""
    whose = request.GET.get("whose", "")
    cards = template_cards_with_use(request.team)
    shown = [card for card in cards if not whose or card.template.is_system == (whose == "product")]
    context = {
        "cards": shown,
        "whose": whose,
        "own_count": sum(not card.template.is_system for card in cards),
        "product_count": sum(card.template.is_system for card in cards),
        "may_manage": request.membership.may(Permission.MANAGE_TEMPLATES),
        "may_create": request.membership.may(Permission.CREATE_VIDEO),
    }
    return answer(request, "creation/templates.html", context, partial="list")


def _template(request: TeamRequest, template_id: UUID) -> Template:
    """One of the product's or the team's own, retired ones as well."""
    shared = Template.objects.filter(team=None) | Template.objects.in_team(request.team)
    template: Template = get_object_or_404(shared.select_related("copied_from"), pk=template_id)
    return template


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def template_page(request: TeamRequest, template_id: UUID) -> HttpResponse:
    template = _template(request, template_id)
    use = uses_of(request.team, template).get(template.pk, Use())
    card = TemplateCard(template, template.parsed, use)
    context = {
        "template": template,
        "card": card,
        "previews": [preview_of(card.spec, format_name=name.value) for name in card.spec.look.formats],
        "rows": rows_of(request.team, find_runs(request.team, RunFilter(template=template.pk))[:SHOWN_RUNS]),
        "may_manage": request.membership.may(Permission.MANAGE_TEMPLATES),
        "may_create": request.membership.may(Permission.CREATE_VIDEO),
    }
    return answer(request, "creation/template.html", context, partial="template")


@require_POST
@member_of_team(Permission.MANAGE_TEMPLATES)
def copy(request: TeamRequest, template_id: UUID) -> HttpResponse:
    """A copy of the team's own, opened for editing."""
    template, form = _template(request, template_id), CopyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A name has at most 80 characters.")
        return redirect("creation:template", request.team.slug, template.pk)
    name = form.cleaned_data["name"]
    made = services.copy_template(template, team=request.team, actor=request.user, name=name)
    messages.success(request, f"{made.name} is yours to change.")
    return redirect("creation:edit_template", request.team.slug, made.pk)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_TEMPLATES)
def edit(request: TeamRequest, template_id: UUID) -> HttpResponse:
    """The whole template in sections; all errors stand beside their fields."""
    template = get_object_or_404(Template.objects.in_team(request.team), pk=template_id)
    data = request.POST if request.method == "POST" else None
    form = TemplateForm(data, template=template)
    beats = BeatFormSet(data, prefix="beats", initial=beat_rows(template))
    if (
        data is not None
        and all([form.is_valid(), beats.is_valid()])
        and _saved(request, template, form, beats)
    ):
        messages.success(request, "The template was saved. Videos that were started before keep their own.")
        return redirect("creation:template", request.team.slug, template.pk)
    context = _editing(request, template, form, beats)
    return answer(
        request, "creation/edit_template.html", context, partial="form", status=422 if data else 200
    )


def _saved(request: TeamRequest, template: Template, form: TemplateForm, beats: BaseBeatFormSet) -> bool:
    changes = form.changes()
    changes["structure"] = {**changes["structure"], "beats": beats.rows()}
    name, description = form.cleaned_data["name"], form.cleaned_data["description"]
    try:
        services.edit_template(
            template, actor=request.user, name=name, description=description, changes=changes
        )
    except UserError as error:
        form.refuse(error)
        return False
    return True


def _editing(
    request: TeamRequest, template: Template, form: TemplateForm, beats: BaseBeatFormSet
) -> dict[str, Any]:
    return {
        "voices": voices_of(offer_of(request.team, Capability.VOICE), request.team.language),
        "template": template,
        "form": form,
        "beats": beats,
        "formats": form["formats"].value() or [],
        "preview": preview_of(template.parsed),
    }


@require_POST
@member_of_team(Permission.MANAGE_TEMPLATES)
def retire(request: TeamRequest, template_id: UUID) -> HttpResponse:
    """Take a template out of the choice, with undo."""
    template = _template(request, template_id)
    try:
        services.retire_template(template, actor=request.user)
    except UserError as error:
        messages.error(request, error.message)
        return redirect("creation:template", request.team.slug, template.pk)
    if not request.htmx:
        messages.success(request, f"{template.name} was retired. It can be brought back on its page.")
        return redirect("creation:template", request.team.slug, template.pk)
    address = reverse("creation:restore_template", args=[request.team.slug, template.pk])
    toast = {"message": f"{template.name} was retired.", "level": "success", "undo": address}
    return HttpResponse(
        status=204, headers={"HX-Trigger": json.dumps({"toast": toast, "template-changed": ""})}
    )


@require_POST
@member_of_team(Permission.MANAGE_TEMPLATES)
def restore(request: TeamRequest, template_id: UUID) -> HttpResponse:
    template = get_object_or_404(Template.objects.in_team(request.team), pk=template_id)
    services.restore_template(template, actor=request.user)
    messages.success(request, f"{template.name} can be chosen again.")
    if not request.htmx:
        return redirect("creation:template", request.team.slug, template.pk)
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"template-changed": ""})})

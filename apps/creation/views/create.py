"""The page that starts a video: an idea, a template, wishes, and what it will take (GEN-01, GEN-19)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.errors import UserError
from apps.core.limits import by_person, limited
from apps.core.pages import answer
from apps.creation import choices
from apps.creation.cards import TemplateCard, template_cards
from apps.creation.forms import CreateForm
from apps.creation.models import SourceKind
from apps.creation.offers import offers_of, prices_of, voices_of
from apps.creation.planner import WORDS_PER_S
from apps.creation.preview import preview_of
from apps.creation.queries import StartEstimate, estimate_start
from apps.creation.services.runs import LONGEST_TEXT, LONGEST_TOPIC, allowance, start_run, with_wishes
from apps.library.services import brand_of
from apps.providers.capabilities import Capability
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

PREFILLED = ("text", "url", "topic", "language")


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.CREATE_VIDEO)
@limited("creation.start", by=by_person)
def create(request: TeamRequest) -> HttpResponse:
    """The whole page; what it sends starts a run."""
    form = _form(request, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        template = form.cleaned_data["template"]
        try:
            run = start_run(
                team=request.team, actor=request.user, template=template, idea=form.idea, wishes=form.wishes()
            )
        except UserError as error:
            form.refuse(error)
        else:
            return redirect("creation:run", request.team.slug, run.pk)
    return _answer(request, form, status=422 if form.is_bound else 200)


@require_GET
@member_of_team(Permission.CREATE_VIDEO)
def estimate(request: TeamRequest) -> HttpResponse:
    """What the choices so far will take. The text is not sent for this, only how many words it has."""
    return _answer(request, _form(request, request.GET))


def _answer(request: TeamRequest, form: CreateForm, *, status: int = 200) -> HttpResponse:
    cards = template_cards(request.team)
    if not cards:
        return render(request, "creation/no_templates.html")
    context = _page(request, form, cards)
    return answer(request, "creation/create.html", context, partial="estimate", status=status)


def _form(request: TeamRequest, data: QueryDict | None) -> CreateForm:
    initial: dict[str, Any] = {name: request.GET[name] for name in PREFILLED if request.GET.get(name)}
    if "url" in initial or "topic" in initial:
        initial["kind"] = SourceKind.URL if "url" in initial else SourceKind.TOPIC
    offers = list(offers_of(request.team).values())
    return CreateForm(data, team=request.team, brand=brand_of(request.team), offers=offers, initial=initial)


def _page(request: TeamRequest, form: CreateForm, cards: Sequence[TemplateCard]) -> dict[str, Any]:
    chosen = _chosen(cards, form["template"].value() or request.GET.get("template"))
    formats = form["formats"].value() if form.is_bound else chosen.formats.split()
    offers = {offer.capability: offer for offer in form.offers}
    return {
        "form": form,
        "brand": form.brand,
        "cards": cards,
        "chosen": chosen,
        "preview": preview_of(chosen.spec, palette=form["palette"].value() or ""),
        "formats": formats or [],
        "all_formats": choices.FORMATS,
        "words_per_s": WORDS_PER_S,
        "allowance": allowance(request.team),
        "estimate": _estimate(request, form, chosen, formats or []),
        "script_is_basic": offers[Capability.SCRIPT].basic,
        "voices": voices_of(offers[Capability.VOICE], form["language"].value() or request.team.language),
        "longest_text": LONGEST_TEXT,
        "longest_topic": LONGEST_TOPIC,
        "may_manage_keys": request.membership.may(Permission.MANAGE_PROVIDERS),
    }


def _chosen(cards: Sequence[TemplateCard], template_id: Any) -> TemplateCard:
    """The card of the chosen template, else the first one."""
    return next((card for card in cards if str(card.template.pk) == str(template_id)), cards[0])


def _estimate(
    request: TeamRequest, form: CreateForm, chosen: TemplateCard, formats: Sequence[str]
) -> StartEstimate:
    spec = chosen.spec
    providers: Mapping[str, str] = {}
    if form.is_bound:
        wishes = form.wishes(chosen.template)
        providers = wishes.providers
        with suppress(UserError):
            spec = with_wishes(chosen.template, wishes.spec)
    price = prices_of({offer.capability: offer for offer in form.offers}, providers)
    return estimate_start(request.team, spec, formats, words=form.word_count, price=price)

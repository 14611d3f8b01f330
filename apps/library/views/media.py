"""The team's own images, clips and music, and its brand."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import UserError
from apps.core.limits import by_person, limited
from apps.core.pages import answer, paginate
from apps.library import queries, services
from apps.library.cards import media_cards
from apps.library.errors import LibraryError, StorageFull
from apps.library.forms import BrandForm, UploadForm
from apps.library.models import Asset, AssetKind, Brand
from apps.media.graphics.palettes import PALETTES
from apps.providers.builtin.voice import voices
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

PER_PAGE = 24
SHOWN = ("team", "kind", "title", "duration_s", "poster", "file__size")
KINDS = [(kind.value, kind.label) for kind in (AssetKind.IMAGE, AssetKind.CLIP, AssetKind.MUSIC)]


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def media_list(request: TeamRequest) -> HttpResponse:
    return answer(request, "library/media.html", _list(request), partial="list")


def _list(request: TeamRequest) -> dict[str, Any]:
    kind, text = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:200]
    kind = kind if kind in dict(KINDS) else ""
    found = (
        queries.own_media(request.team, kind, text).select_related(None).select_related("file").only(*SHOWN)
    )
    page = paginate(request, found, per_page=PER_PAGE)
    return {
        "page": page,
        "cards": media_cards(request.team, page.object_list),
        "kinds": KINDS,
        "filtered": bool(kind or text),
        "use": queries.storage_use(request.team),
        "deleted": queries.deleted_media(request.team, now=timezone.now()).exists(),
        "may_edit": request.membership.may(Permission.EDIT_LIBRARY),
    }


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
@limited("library.upload", by=by_person)
def upload(request: TeamRequest) -> HttpResponse:
    """Take a file in. A file that the team has already is said to be there, not kept twice."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "GET" or not form.is_valid():
        return _upload_form(request, form)
    data = form.cleaned_data
    try:
        done = services.upload_asset(
            team=request.team,
            uploaded_file=data["file"],
            kind=data["kind"],
            actor=request.user,
            provenance=form.provenance(str(request.user)),
            title=data["title"],
        )
    except (UserError, StorageFull) as error:
        form.add_error(getattr(error, "field", None) or "file", error.message)
        return _upload_form(request, form)
    words = "is already here: the same file was uploaded before" if done.known else "was uploaded"
    messages.success(request, f"“{done.asset.title}” {words}.")
    address = reverse("library:media", args=[request.team.slug])
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _upload_form(request: TeamRequest, form: UploadForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return answer(request, "library/upload.html", {"form": form}, partial="form", status=status)


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def delete_media(request: TeamRequest, asset_id: UUID) -> HttpResponse:
    asset = get_object_or_404(queries.own_media(request.team), pk=asset_id)
    status = 200
    triggers: dict[str, Any] = {}
    try:
        services.delete_asset(asset, actor=request.user)
        undo = reverse("library:restore_media", args=[request.team.slug, asset.pk])
        triggers["toast"] = {"message": f"“{asset}” was deleted.", "level": "success", "undo": undo}
        if not request.htmx:
            messages.success(request, f"“{asset}” was deleted. You can bring it back for ten minutes.")
    except LibraryError as error:
        messages.error(request, error.message)
        status = 422
    if not request.htmx:
        return redirect("library:media", request.team.slug)
    response = answer(request, "library/media.html", _list(request), partial="list", status=status)
    if triggers:
        response["HX-Trigger"] = json.dumps(triggers)
    return response


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def restore_media(request: TeamRequest, asset_id: UUID) -> HttpResponse:
    """Bring a deleted file back."""
    asset = get_object_or_404(Asset.with_deleted.in_team(request.team), pk=asset_id, video=None)
    services.undelete_asset(asset, actor=request.user)
    messages.success(request, f"“{asset}” is back.")
    if not request.htmx:
        return redirect("library:media", request.team.slug)
    return HttpResponse(status=204, headers={"HX-Trigger": "library-changed"})


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_TEMPLATES)
def brand(request: TeamRequest) -> HttpResponse:
    """What makes the team's videos look like theirs."""
    row = services.brand_of(request.team)
    form = BrandForm(request.POST or None, team=request.team, brand=row)
    if request.method == "GET" or not form.is_valid():
        return _brand_form(request, row, form)
    data = form.cleaned_data
    data["watermark_opacity"] = data["watermark_opacity"] / 100
    try:
        row = services.edit_brand(team=request.team, actor=request.user, **data)
    except LibraryError as error:
        form.add_error(error.field, error.message)
        return _brand_form(request, row, form)
    messages.success(request, "The brand was saved. Videos made from now on follow it.")
    if not request.htmx:
        return redirect("library:brand", request.team.slug)
    return _brand_form(request, row, BrandForm(team=request.team, brand=row))


def _brand_form(request: TeamRequest, row: Brand, form: BrandForm) -> HttpResponse:
    context = {
        "brand": row,
        "form": form,
        "palettes": list(PALETTES.values()),
        "voices": voices(request.team.language),
    }
    status = 422 if form.is_bound else 200
    return answer(request, "library/brand.html", context, partial="brand", status=status)

"""The storyboard: scenes to rewrite, to show otherwise, to put in order, and the look and sound of the whole."""

import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import UserError
from apps.core.limits import by_person, limited
from apps.core.pages import answer, wants_partial
from apps.creation.board import BoardItem, board_of, moved, picks_of
from apps.creation.forms import (
    FormatsForm,
    LookForm,
    MoveForm,
    MusicForm,
    NewSceneForm,
    OrderForm,
    PickForm,
    SceneForm,
    TitleForm,
)
from apps.creation.models import Run, Scene
from apps.creation.services import editing, undo
from apps.creation.views.runs import find_run
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

PAGE = "creation/storyboard.html"
KEPT_REMOVALS = 5

Change = Callable[[], Any]


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def storyboard(request: TeamRequest, run_id: UUID) -> HttpResponse:
    """The whole page. HTMX gets the state of it all, or with `?part=board` the scenes again."""
    context = _context(request, find_run(request, run_id))
    if request.GET.get("part") == "board":
        return answer(request, PAGE, context, partial="board")
    seen = request.GET.get("seen", context["seen"])
    known = request.GET.get("cards", "").split(",")
    if wants_partial(request):
        context["changed"] = _changed(context["items"], known)
    response = answer(request, PAGE, context, partial="live")
    if seen != context["seen"]:
        response["HX-Trigger"] = "scenes-changed"
    return response


def _changed(items: Sequence[BoardItem], known: Sequence[str]) -> list[BoardItem]:
    """The scenes that look other than the page knows them. One that the page has no card of comes with the board."""
    places = {signature.partition(".")[0] for signature in known}
    return [item for item in items if item.place in places and item.signature not in known]


def _context(request: TeamRequest, run: Run, **forms: Any) -> dict[str, Any]:
    may_edit = request.membership.may(Permission.CREATE_VIDEO)
    removed = _removals(request, run)
    undoable = {"removed": removed[-1]} if removed and "removed" in request.GET else {}
    title_form = TitleForm(initial={"title": run.title})
    shown = {"may_edit": may_edit, "title_form": title_form, "beside": wants_partial(request)}
    return board_of(run, **forms) | undoable | shown


def _scene(request: TeamRequest, run_id: UUID, scene_id: UUID) -> Scene:
    run = find_run(request, run_id)
    scene: Scene = get_object_or_404(run.scenes.select_related("run", "visual_asset"), pk=scene_id)
    return scene


def _show(
    request: TeamRequest, run: Run, part: str, *, ok: bool, query: str = "", **context: Any
) -> HttpResponse:
    """The part and the state of it all after a change; without HTMX the page again."""
    if ok and not wants_partial(request):
        return redirect(reverse("creation:storyboard", args=[request.team.slug, run.pk]) + query)
    forms = {name: context.pop(name) for name in list(context) if name.endswith("_form") or name == "refused"}
    whole = _context(request, find_run(request, run.pk), **forms) | context
    if "scene_id" in whole:
        whole["item"] = next(
            (item for item in whole["items"] if item.card.scene.pk == whole["scene_id"]), None
        )
    return answer(request, PAGE, whole, partial=part, status=200 if ok else 422)


def _tried(request: TeamRequest, change: Change, words: str = "") -> bool:
    """Make the change and say so; what is refused is said as well, and False returned."""
    try:
        change()
    except UserError as error:
        messages.error(request, error.message)
        return False
    if words:
        messages.success(request, words)
    return True


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def edit_scene(request: TeamRequest, run_id: UUID, scene_id: UUID) -> HttpResponse:
    """What a scene says and shows; errors stand beside its fields."""
    scene = _scene(request, run_id, scene_id)
    form = SceneForm(request.POST, scene=scene)
    if form.is_valid() and (changes := form.changes()):
        try:
            editing.edit_scene(scene, actor=request.user, **changes)
        except UserError as error:
            form.refuse(error)
    ok = form.is_valid()
    refused = None if ok else (scene.pk, form)
    return _show(request, scene.run, "saved", ok=ok, refused=refused, scene_id=scene.pk)


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def another_visual(request: TeamRequest, run_id: UUID, scene_id: UUID) -> HttpResponse:
    scene = _scene(request, run_id, scene_id)
    ok = _tried(request, lambda: editing.another_visual(scene, actor=request.user))
    return _show(request, scene.run, "saved", ok=ok, scene_id=scene.pk)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.CREATE_VIDEO)
@limited("creation.upload", by=by_person)
def own_visual(request: TeamRequest, run_id: UUID, scene_id: UUID) -> HttpResponse:
    """The team's own pictures and clips to choose from, and the scene again once one is chosen."""
    scene = _scene(request, run_id, scene_id)
    form = PickForm(request.POST if request.method == "POST" else None, team=request.team)
    if form.is_valid():
        asset = form.cleaned_data["asset"]
        ok = _tried(request, lambda: editing.use_own_visual(scene, asset=asset, actor=request.user))
        response = _show(request, scene.run, "saved", ok=ok, scene_id=scene.pk)
        response["HX-Trigger"] = "dialog-close"
        return response
    media = picks_of(request.team, request.GET.get("q", ""))
    context = {"scene": scene, "run": scene.run, "form": form, "media": media}
    status = 422 if form.is_bound else 200
    response = answer(request, "creation/pick.html", context, partial="picker", status=status)
    if form.is_bound:
        response["HX-Retarget"], response["HX-Reswap"] = "#dialog-content", "innerHTML"
    return response


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def move_scene(request: TeamRequest, run_id: UUID, scene_id: UUID) -> HttpResponse:
    """One place up or down, for keyboards and pages without script."""
    scene, form = _scene(request, run_id, scene_id), MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say whether the scene is to move up or down.")
        return _show(request, scene.run, "board", ok=False)
    order = moved(scene, 1 if form.cleaned_data["to"] == "down" else -1)
    ok = _tried(request, lambda: editing.reorder_scenes(scene.run, order=order, actor=request.user))
    return _show(request, scene.run, "board", ok=ok, query=f"#scene-{scene.pk}")


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def reorder(request: TeamRequest, run_id: UUID) -> HttpResponse:
    run, form = find_run(request, run_id), OrderForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That order can't be read. Load the page again.")
        return _show(request, run, "board", ok=False)
    order = form.cleaned_data["order"]
    ok = _tried(request, lambda: editing.reorder_scenes(run, order=order, actor=request.user))
    return _show(request, run, "board", ok=ok)


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def add_scene(request: TeamRequest, run_id: UUID) -> HttpResponse:
    run = find_run(request, run_id)
    form = NewSceneForm(request.POST, run=run)
    if form.is_valid():
        after, words = form.cleaned_data["after"], form.cleaned_data["narration"]
        try:
            editing.add_scene(run, after=after, narration=words, actor=request.user)
        except UserError as error:
            form.refuse(error)
            messages.error(request, error.message)
    ok = form.is_valid()
    return _show(request, run, "board", ok=ok, new_form=None if ok else form)


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def remove_scene(request: TeamRequest, run_id: UUID, scene_id: UUID) -> HttpResponse:
    """Take a scene out; who removed it can bring it back."""
    scene = _scene(request, run_id, scene_id)
    kept = undo.written_down(scene)
    ok = _tried(request, lambda: editing.remove_scene(scene, actor=request.user))
    if ok:
        removals = request.session.get("removed_scenes", {})
        request.session["removed_scenes"] = {
            str(run_id): [*removals.get(str(run_id), []), kept][-KEPT_REMOVALS:]
        }
    response = _show(request, scene.run, "board", ok=ok, query="?removed=1")
    if ok and wants_partial(request):
        address = reverse("creation:restore_scene", args=[request.team.slug, run_id])
        words = f"Scene {scene.position + 1} was removed."
        response["HX-Trigger"] = json.dumps(
            {"toast": {"message": words, "level": "success", "undo": address}}
        )
    return response


def _removals(request: TeamRequest, run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = request.session.get("removed_scenes", {}).get(str(run.pk), [])
    return found


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def restore_scene(request: TeamRequest, run_id: UUID) -> HttpResponse:
    """Bring back the scene that this person removed last."""
    run = find_run(request, run_id)
    removals = _removals(request, run)
    if not removals:
        raise Http404("Nothing was removed")
    kept = removals[-1]
    ok = _tried(request, lambda: undo.restore_scene(run, kept=kept, actor=request.user), "The scene is back.")
    request.session["removed_scenes"] = {str(run.pk): removals[:-1]}
    if not wants_partial(request):
        return redirect("creation:storyboard", request.team.slug, run.pk)
    return HttpResponse(status=204 if ok else 422, headers={"HX-Trigger": "scenes-changed"})


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def change_look(request: TeamRequest, run_id: UUID) -> HttpResponse:
    """Captions, colours, transitions, voice and pace of the whole video."""
    run = find_run(request, run_id)
    form = LookForm(request.POST, run=run)
    if form.is_valid() and (changes := form.changes()):
        try:
            editing.change_settings(run, actor=request.user, spec=changes)
        except UserError as error:
            form.refuse(error)
    ok = form.is_valid()
    return _show(request, run, "look", ok=ok, look_form=None if ok else form)


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def change_music(request: TeamRequest, run_id: UUID) -> HttpResponse:
    """Another mood, an own track, no music; or with `another` a different piece of the same."""
    run = find_run(request, run_id)
    form = MusicForm(request.POST, run=run)
    if form.is_valid():
        try:
            if "another" in request.POST:
                editing.choose_music(run, asset=None, actor=request.user)
            elif form.has_changed():
                editing.change_music(run, actor=request.user, **form.wanted())
        except UserError as error:
            form.refuse(error)
    ok = form.is_valid()
    return _show(request, run, "music", ok=ok, music_form=None if ok else form)


@require_POST
@member_of_team(Permission.CREATE_VIDEO)
def change_formats(request: TeamRequest, run_id: UUID) -> HttpResponse:
    run = find_run(request, run_id)
    form = FormatsForm(request.POST)
    if form.is_valid() and set(form.cleaned_data["formats"]) != set(run.formats):
        formats = form.cleaned_data["formats"]
        try:
            editing.change_formats(run, actor=request.user, formats=formats)
        except UserError as error:
            form.refuse(error)
    ok = form.is_valid()
    return _show(request, run, "formats", ok=ok, formats_form=None if ok else form)

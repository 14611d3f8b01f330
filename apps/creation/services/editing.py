"""Changes to a run after it was started: each changes inputs and lets the graph find out what that touches (GEN-09)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.creation.errors import CreationError
from apps.creation.models import Run, Scene
from apps.creation.services.runs import checked_formats, go_on, lock_run
from apps.creation.template_spec import read_spec
from apps.library.models import Asset, AssetKind
from apps.providers.capabilities import Capability
from apps.providers.text import clean

LONGEST_NARRATION = 2000
MOST_SCENES = 60
VISUAL_KINDS = (AssetKind.IMAGE, AssetKind.CLIP)
EDITABLE = frozenset({"narration", "caption", "visual_description", "voice"})


@transaction.atomic
def edit_scene(scene: Scene, *, actor: User, **changes: str) -> Run:
    """Change a scene's words (`narration`, `caption`), `visual_description` or `voice`."""
    if unknown := changes.keys() - EDITABLE:
        raise ValueError(f"a scene has no {', '.join(sorted(unknown))}")
    run = _storyboard(scene.run)
    fresh = run.scenes.select_for_update().get(pk=scene.pk)
    cleaned = {name: clean(value).strip() for name, value in changes.items()}
    _check_words(cleaned)
    if cleaned.get("caption") == cleaned.get("narration", fresh.narration):
        cleaned["caption"] = ""
    if "narration" in cleaned and cleaned["narration"] != fresh.narration:
        fresh.invented = False
        if "caption" not in cleaned:
            cleaned["caption"] = ""
    for name, value in cleaned.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=[*cleaned, "invented", "updated_at"])
    return go_on(run, actor=actor, what="edit")


def _check_words(changes: Mapping[str, str]) -> None:
    for name in ("narration", "caption"):
        if len(changes.get(name, "")) > LONGEST_NARRATION:
            raise CreationError(
                f"A scene has at most {LONGEST_NARRATION:,} characters. Split it in two.", field=name
            )
    if "narration" in changes and not changes["narration"]:
        raise CreationError(
            "A scene needs words to speak. Remove the scene if it is not wanted.", field="narration"
        )


def _storyboard(run: Run) -> Run:
    locked = lock_run(run)
    if not locked.scenes.exists():
        raise CreationError("The script is still being written. Try again in a moment.")
    return locked


@transaction.atomic
def another_visual(scene: Scene, *, actor: User) -> Run:
    """Ask for another picture of the same scene; an own picture is given back."""
    run = _storyboard(scene.run)
    fresh = run.scenes.select_for_update().get(pk=scene.pk)
    if fresh.visual_asset is None:
        fresh.visual_seed += 1
    fresh.visual_asset = None
    fresh.save(update_fields=["visual_seed", "visual_asset", "updated_at"])
    return go_on(run, actor=actor, what="edit")


@transaction.atomic
def use_own_visual(scene: Scene, *, asset: Asset, actor: User) -> Run:
    """Show one of the team's own pictures or clips in this scene."""
    if asset.team_id != scene.team_id or asset.kind not in VISUAL_KINDS:
        raise CreationError("Choose one of your team's pictures or clips.", field="asset")
    run = _storyboard(scene.run)
    fresh = run.scenes.select_for_update().get(pk=scene.pk)
    fresh.visual_asset = asset
    fresh.save(update_fields=["visual_asset", "updated_at"])
    return go_on(run, actor=actor, what="edit")


@transaction.atomic
def reorder_scenes(run: Run, *, order: Sequence[UUID], actor: User) -> Run:
    """Put the scenes in this order; it must name each of them once."""
    locked = _storyboard(run)
    scenes = {scene.pk: scene for scene in locked.scenes.select_for_update()}
    if len(order) != len(scenes) or set(order) != set(scenes):
        raise CreationError(
            "The scenes have changed meanwhile. Look at them again and then put them in order."
        )
    for position, scene_id in enumerate(order):
        scenes[scene_id].position = position
    Scene.objects.bulk_update(scenes.values(), ["position"])
    return go_on(locked, actor=actor, what="edit")


@transaction.atomic
def add_scene(run: Run, *, after: Scene | None, narration: str, actor: User) -> Run:
    """A new scene with these words behind another one, or at the start."""
    words = clean(narration).strip()
    _check_words({"narration": words})
    locked = _storyboard(run)
    scenes = list(locked.scenes.select_for_update())
    if len(scenes) >= MOST_SCENES:
        raise CreationError(f"A video has at most {MOST_SCENES} scenes.")
    place = after.position + 1 if after is not None else 0
    for scene in scenes[place:]:
        scene.position += 1
    Scene.objects.bulk_update(scenes, ["position"])
    keywords = sorted(set(words.split()), key=len, reverse=True)[:4]
    Scene.objects.create(
        team=locked.team,
        run=locked,
        position=place,
        variety=max(scene.variety for scene in scenes) + 1,
        narration=words,
        visual_description=words[:200],
        keywords=keywords,
    )
    return go_on(locked, actor=actor, what="edit")


@transaction.atomic
def remove_scene(scene: Scene, *, actor: User) -> Run:
    """Take a scene out. The last one stays."""
    run = _storyboard(scene.run)
    scenes = list(run.scenes.select_for_update())
    if len(scenes) == 1:
        raise CreationError("A video needs at least one scene.")
    run.scenes.filter(pk=scene.pk).delete()
    kept = [row for row in scenes if row.pk != scene.pk]
    for position, row in enumerate(kept):
        row.position = position
    Scene.objects.bulk_update(kept, ["position"])
    return go_on(run, actor=actor, what="edit")


@transaction.atomic
def change_settings(run: Run, *, actor: User, spec: Mapping[str, Mapping[str, Any]]) -> Run:
    """Change parts of this run's own spec: caption style, palette, voice, music, transition …"""
    locked = lock_run(run)
    merged = {part: {**values, **spec.get(part, {})} for part, values in locked.spec.items()}
    locked.spec = read_spec(merged).to_json()
    return go_on(locked, actor=actor, what="edit")


@transaction.atomic
def change_formats(run: Run, *, actor: User, formats: Sequence[str]) -> Run:
    """Make the video in these formats; what several share is not made again."""
    locked = lock_run(run)
    locked.formats = checked_formats(formats)
    return go_on(locked, actor=actor, what="edit")


@transaction.atomic
def choose_provider(run: Run, *, capability: Capability, provider: str | None, actor: User) -> Run:
    """Use this provider for one capability from here on, or the team's order again (GEN-10)."""
    locked = lock_run(run)
    if provider:
        locked.providers[capability.value] = provider
    else:
        locked.providers.pop(capability.value, None)
    return go_on(locked, actor=actor, what="provider")


@transaction.atomic
def choose_music(run: Run, *, asset: Asset | None, actor: User) -> Run:
    """Put one of the team's own tracks under the video, or have another one made where `asset` is None."""
    if asset is not None and (asset.team_id != run.team_id or asset.kind != AssetKind.MUSIC):
        raise CreationError("Choose one of your team's tracks.", field="asset")
    locked = lock_run(run)
    if asset is None and locked.music_asset is None:
        locked.seeds["music"] = locked.seeds.get("music", 0) + 1
    locked.music_asset = asset
    return go_on(locked, actor=actor, what="edit")


@transaction.atomic
def change_music(run: Run, *, actor: User, mood: str = "", asset: Asset | None = None) -> Run:
    """Music of this mood, or one of the team's own tracks, or none at all where both are left out."""
    if asset is not None and (asset.team_id != run.team_id or asset.kind != AssetKind.MUSIC):
        raise CreationError("Choose one of your team's tracks.", field="music")
    locked = lock_run(run)
    wanted = {"music": bool(mood or asset)} | ({"mood": mood} if mood else {})
    locked.spec = read_spec({**locked.spec, "sound": {**locked.spec["sound"], **wanted}}).to_json()
    locked.music_asset = asset
    return go_on(locked, actor=actor, what="edit")


@transaction.atomic
def rename(run: Run, *, title: str, actor: User) -> Run:
    """Give the video another title; thumbnails and a hook shown in the picture follow."""
    cleaned = " ".join(clean(title).split())[:120]
    if not cleaned:
        raise CreationError("Give the video a title.", field="title")
    locked = lock_run(run)
    locked.title, locked.titled = cleaned, False
    return go_on(locked, actor=actor, what="edit")

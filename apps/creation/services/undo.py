"""Bringing a removed scene back: it is written down before it goes, and stands again as it was."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.creation.errors import CreationError
from apps.creation.models import Run, Scene
from apps.creation.services.runs import go_on, lock_run
from apps.library.models import Asset

KEPT = (
    "position",
    "beat",
    "narration",
    "caption",
    "visual_description",
    "keywords",
    "voice",
    "visual_seed",
    "variety",
    "invented",
)


def written_down(scene: Scene) -> dict[str, Any]:
    """All of a scene as JSON. Its id is kept too: what was made of it is found again by that."""
    asset = str(scene.visual_asset_id) if scene.visual_asset_id else None
    return {"id": str(scene.pk), "visual_asset": asset} | {name: getattr(scene, name) for name in KEPT}


@transaction.atomic
def restore_scene(run: Run, *, kept: Mapping[str, Any], actor: User) -> Run:
    """Put a removed scene back into its place; nothing of it is made again that is still kept."""
    locked = lock_run(run)
    if Scene.objects.filter(pk=kept["id"]).exists():
        raise CreationError("This scene is there again already.")
    scenes = list(locked.scenes.select_for_update())
    place = min(kept["position"], len(scenes))
    for scene in scenes[place:]:
        scene.position += 1
    Scene.objects.bulk_update(scenes, ["position"])
    asset = (
        Asset.objects.in_team(locked.team).filter(pk=kept["visual_asset"]).first()
        if kept["visual_asset"]
        else None
    )
    values = {name: kept[name] for name in KEPT} | {"position": place}
    Scene.objects.create(pk=kept["id"], team=locked.team, run=locked, visual_asset=asset, **values)
    return go_on(locked, actor=actor, what="edit")

"""Everything that the storyboard page shows of a run."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.creation import choices, queries
from apps.creation.details import SceneCard, live_part
from apps.creation.forms import FormatsForm, LookForm, MusicForm, NewSceneForm, SceneForm
from apps.creation.models import Run, Scene
from apps.creation.offers import offer_of, voices_of
from apps.creation.preview import Preview, preview_of
from apps.creation.services.editing import VISUAL_KINDS
from apps.library.models import Asset, AssetKind
from apps.library.queries import own_media
from apps.providers.capabilities import Capability
from apps.teams.models import Team

MOST_PICKED = 60


@dataclass(frozen=True)
class Pick:
    """One of the team's own pictures or clips, and the still that stands for it."""

    asset: Asset

    @property
    def still_id(self) -> UUID | None:
        if self.asset.poster_id:
            return self.asset.poster_id
        return self.asset.pk if self.asset.kind == AssetKind.IMAGE else None


def picks_of(team: Team, text: str = "") -> list[Pick]:
    """The newest of the team's own pictures and clips whose names hold the text."""
    found = own_media(team, text=text).filter(kind__in=VISUAL_KINDS)
    return [Pick(asset) for asset in found[:MOST_PICKED]]


def short_hash(*parts: object) -> str:
    return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()[:8]


@dataclass(frozen=True)
class BoardItem:
    """A scene with its form. `signature` changes whenever its picture, its voice or its state does."""

    card: SceneCard
    form: SceneForm

    @property
    def signature(self) -> str:
        card = self.card
        return f"{self.place}.{short_hash(card.state, card.still_id, card.voice_id, card.seconds)}"

    @property
    def place(self) -> str:
        """The scene's part of the signature."""
        return short_hash(self.card.scene.pk)

    @property
    def more_is_open(self) -> bool:
        """True where something stands in the fields that are folded away at first."""
        folded = ("caption", "visual_description", "voice")
        return any(name in self.form.errors for name in folded) or bool(self.card.scene.caption)


def board_of(
    run: Run,
    *,
    refused: tuple[UUID, SceneForm] | None = None,
    new_form: NewSceneForm | None = None,
    look_form: LookForm | None = None,
    music_form: MusicForm | None = None,
    formats_form: FormatsForm | None = None,
) -> dict[str, Any]:
    """The context of the page; forms that were refused take the place of fresh ones."""
    live = live_part(run, queries.steps_of(run))
    items = [_item(card, refused) for card in live["cards"]]
    formats_form = formats_form or FormatsForm(initial={"formats": run.formats})
    return live | {
        "run": run,
        "items": items,
        "seen": short_hash(*((item.card.scene.pk, item.card.scene.updated_at) for item in items)),
        "signatures": ",".join(item.signature for item in items),
        "new_form": new_form or NewSceneForm(run=run),
        "look_form": look_form or LookForm(run=run),
        "music_form": music_form or MusicForm(run=run),
        "formats_form": formats_form,
        "formats": formats_form["formats"].value() or [],
        "all_formats": choices.FORMATS,
        "preview": _preview(run),
        "voices": voices_of(offer_of(run.team, Capability.VOICE), run.language or run.team.language),
    }


def _item(card: SceneCard, refused: tuple[UUID, SceneForm] | None) -> BoardItem:
    if refused is not None and refused[0] == card.scene.pk:
        return BoardItem(card, refused[1])
    return BoardItem(card, SceneForm(scene=card.scene))


def _preview(run: Run) -> Preview:
    return preview_of(run.parsed, format_name=run.formats[0], title=run.title)


def moved(scene: Scene, by: int) -> list[UUID]:
    """The ids of all scenes with this one moved by so many places, as far as there is room."""
    order = list(scene.run.scenes.values_list("pk", flat=True))
    place = order.index(scene.pk)
    order.insert(max(0, min(len(order) - 1, place + by)), order.pop(place))
    return order

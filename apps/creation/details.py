"""What the pages of one run show: how far it is, its scenes, what went wrong, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from apps.creation.models import Run, RunStatus, Scene, Step, StepKind
from apps.creation.offers import Offer, offer_of
from apps.creation.phases import Trouble, phases_of, rework_of, troubles_of
from apps.creation.queries import progress_of, storyboard_of
from apps.library.languages import language_name
from apps.library.models import Asset, Video
from apps.library.queries import contents
from apps.media.formats import FormatName
from apps.providers.registry import PROVIDERS

SHAPES = {
    FormatName.VERTICAL.value: "tall",
    FormatName.WIDE.value: "",
    FormatName.SQUARE.value: "square",
    FormatName.PORTRAIT.value: "portrait",
}


@dataclass(frozen=True)
class SceneCard:
    """A scene with its still, its voice and its length as soon as they are there. `open` steps are still to be made."""

    scene: Scene
    state: str
    still_id: str | None
    voice: Step | None
    visual: Step | None

    @property
    def number(self) -> int:
        return self.scene.position + 1

    @property
    def voice_id(self) -> str | None:
        """The file of the spoken words."""
        result = self.voice.result if self.voice else None
        return str(result.file("audio").pk) if result else None

    @property
    def seconds(self) -> float | None:
        """How long it is spoken."""
        return self.voice.facts.get("duration_s") if self.voice else None

    @property
    def visual_name(self) -> str:
        """Who made the picture, or that it is the team's own."""
        if self.scene.visual_asset is not None:
            return self.scene.visual_asset.title or "Your own"
        result = self.visual.result if self.visual else None
        provider = PROVIDERS.get(result.provider) if result else None
        return provider.name if provider else ""

    @property
    def credit(self) -> str:
        return str(self.visual.facts.get("credit", "")) if self.visual else ""


@dataclass(frozen=True)
class Remedy:
    """Something that went wrong, and the providers that could do it instead."""

    trouble: Trouble
    offer: Offer | None


@dataclass(frozen=True)
class Track:
    """Captions for the player."""

    src: str
    language: str
    label: str


def scene_cards(run: Run, steps: Sequence[Step]) -> list[SceneCard]:
    return [
        SceneCard(board.scene, board.state, board.still_id, board.voice, board.visual)
        for board in storyboard_of(run, steps)
    ]


def shape_of(run: Run) -> str:
    """The shape of the run's stills, which are in its first format."""
    return SHAPES.get(run.formats[0], "tall")


def live_part(run: Run, steps: Sequence[Step]) -> dict[str, Any]:
    """What changes while a run goes on."""
    return {
        "progress": progress_of(run, steps),
        "phases": phases_of(run, steps),
        "remedies": _remedies(run, troubles_of(steps)),
        "cards": scene_cards(run, steps),
        "shape": shape_of(run),
        "rework": rework_of(run, steps),
        "took_s": (run.finished_at - run.started_at).total_seconds() if run.finished_at else None,
    }


def _remedies(run: Run, troubles: Sequence[Trouble]) -> list[Remedy]:
    """Another provider is offered for what failed for good; each kind of work is looked up once."""
    offers: dict[Any, Offer] = {}
    found = []
    for trouble in troubles:
        offer = None
        if trouble.final and (capability := trouble.capability):
            offer = offers.get(capability) or offer_of(run.team, capability)
            offers[capability] = offer
        found.append(Remedy(trouble, offer if offer and len(offer.candidates) > 1 else None))
    return found


def result_part(run: Run, steps: Sequence[Step], format_name: str) -> dict[str, Any]:
    """What came of the run: while it has no finished file, only the shape of the room that its video will take."""
    video = run.video
    found = contents(video) if video is not None and video.deleted_at is None else None
    if video is None or found is None or not found.renditions:
        return {"contents": None, "playing_shape": shape_of(run)}
    playing = found.rendition(format_name)
    metadata = next((step for step in steps if step.kind == StepKind.METADATA), None)
    return {
        "contents": found,
        "playing": playing,
        "playing_shape": SHAPES.get(playing.format, "") if playing else "",
        "tracks": _tracks(run, video, found.caption(".vtt")),
        "title_ideas": metadata.facts.get("titles", []) if metadata else [],
        "is_current": run.status == RunStatus.DONE,
    }


def _tracks(run: Run, video: Video, caption: Asset | None) -> list[Track]:
    if caption is None:
        return []
    language = caption.language or video.language
    return [
        Track(reverse("library:file", args=[run.team.slug, caption.pk]), language, language_name(language))
    ]

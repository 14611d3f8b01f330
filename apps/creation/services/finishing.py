"""The end of a run: its files become the library's video, all at one moment."""

from django.db import transaction
from django.utils import timezone

from apps.creation import events
from apps.creation.models import Run, RunStatus, StepResult
from apps.creation.planner import Plan
from apps.events.services import record
from apps.library.chapters import Chapter
from apps.library.models import Asset, AssetKind
from apps.library.provenance import Provenance
from apps.library.queries import made_by_hand
from apps.library.services import add_asset, edit_metadata, mark_ready, replace_files

THUMBNAIL_SIZE = (1280, 720)


@transaction.atomic
def hand_over(run: Run, plan: Plan) -> None:
    """Give the video its files, its words and its chapters, and mark the run as finished."""
    video, timeline = run.video, plan.timeline
    if video is None or timeline is None:
        raise ValueError("a finished run has a video and a timeline")
    replace_files(video, [*made_by_hand(video, _language(plan)), *_assets(run, plan)])
    if not run.titled:
        metadata = plan.results["metadata"].data
        edit_metadata(
            video,
            author=None,
            title=run.title,
            description=metadata["description"],
            tags=metadata["tags"],
            language=_language(plan),
        )
        run.titled = True
    chapters = [
        Chapter(start_s, scene.narration[:80])
        for scene, start_s in zip(run.scenes.all(), _scene_starts(plan), strict=True)
    ]
    mark_ready(video, duration_s=timeline.duration_s, chapters=chapters)
    run.status, run.error, run.finished_at = RunStatus.DONE, "", timezone.now()
    run.save(update_fields=["status", "error", "finished_at", "titled", "updated_at"])
    seconds = (run.finished_at - run.started_at).total_seconds()
    record(events.RUN_FINISHED, team=run.team, subject=run, data=events.RunEnded(seconds=seconds))


def _language(plan: Plan) -> str:
    return str(plan.results["script"].data["language"])


def _scene_starts(plan: Plan) -> list[float]:
    """Where the storyboard's scenes start; intro and outro have no voice and are no chapters."""
    timeline = plan.timeline
    assert timeline is not None  # noqa: S101 – asked only of a finished plan
    return [
        start for start, scene in zip(timeline.starts_s, timeline.scenes, strict=True) if scene.watermarked
    ]


def _assets(run: Run, plan: Plan) -> list[Asset]:
    """Everything that belongs to the video: finished files first, then what they were made of, with its licence."""
    language = _language(plan)
    assets = []
    for name in run.formats:
        joined = plan.results[f"join:{name}"]
        assets.append(
            _asset(
                joined,
                "video",
                AssetKind.RENDITION,
                title=f"{run.title} {name}",
                format=name,
                width=joined.data["width"],
                height=joined.data["height"],
                duration_s=joined.data["duration_s"],
                language=language,
            )
        )
    for number in range(3):
        width, height = THUMBNAIL_SIZE
        thumbnail = plan.results["thumbnail"]
        role = f"thumbnail{number}"
        assets.append(
            _asset(thumbnail, role, AssetKind.THUMBNAIL, title=run.title, width=width, height=height)
        )
    for role in ("srt", "vtt"):
        assets.append(
            _asset(plan.results["captions"], role, AssetKind.CAPTION, title=role.upper(), language=language)
        )
    return assets + _ingredients(run, plan)


def _ingredients(run: Run, plan: Plan) -> list[Asset]:
    assets = []
    for scene in run.scenes.all():
        title = f"Scene {scene.position + 1}"
        voice = plan.results[f"voice:{scene.pk}"]
        facts = {"title": title, "duration_s": voice.data["duration_s"]}
        assets.append(_asset(voice, "audio", AssetKind.VOICE, **facts))
        visual = plan.results[f"visual:{scene.pk}"]
        if visual.data["kind"] == "graphic":
            assets.append(_asset(visual, "still", AssetKind.GRAPHIC_POSTER, title=title))
        else:
            kind = AssetKind.CLIP if visual.data["kind"] == "clip" else AssetKind.IMAGE
            assets.append(_asset(visual, "file", kind, title=title))
    if "music" in plan.results:
        assets.append(_asset(plan.results["music"], "audio", AssetKind.MUSIC, title="Music"))
    return assets


def _asset(result: StepResult, role: str, kind: AssetKind, **facts: object) -> Asset:
    kept = next(kept for kept in result.files.all() if kept.role == role)
    provenance = Provenance.from_json(kept.provenance_json)
    return add_asset(file=kept.file, kind=kind, provenance=provenance, **facts)  # type: ignore[arg-type]

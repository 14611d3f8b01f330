"""What a run needs now: the steps that can be named with what is known, and the results that are already kept.

The graph unfolds as results come in: the article gives the script, the script the scenes, the voices the timeline,
the timeline the segments. Nothing here writes; one query asks for all keys of a phase.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.creation.graph import StepPlan
from apps.creation.models import Run, Scene, SourceKind, StepKind, StepResult
from apps.creation.segments import plan_finish
from apps.creation.template_spec import TemplateSpec
from apps.creation.timeline import Spoken, Take, Timeline, lay_out, shown_words
from apps.library.models import Asset, AssetKind, Brand
from apps.library.services import brand_of
from apps.media import scenes as media
from apps.media.captions import Word
from apps.media.graphics import Recipe

WORDS_PER_S = 2.5
MUSIC_STEP_S = 30  # music is asked for in lengths of this, so that a small edit does not change it


@dataclass
class Plan:
    """All steps that can be named now, in order, and the kept results by step name."""

    steps: list[StepPlan] = field(default_factory=list)
    results: dict[str, StepResult] = field(default_factory=dict)
    timeline: Timeline | None = None
    whole: bool = False

    def add(self, run: Run, plans: Iterable[StepPlan]) -> None:
        """Name these steps and look up, in one query, which of them have a result."""
        new = list(plans)
        kept = {
            result.key: result
            for result in StepResult.objects.in_team(run.team)
            .filter(key__in={plan.key for plan in new})
            .prefetch_related("files__file")
        }
        self.steps.extend(new)
        self.results.update({plan.name: kept[plan.key] for plan in new if plan.key in kept})

    def has(self, *names: str) -> bool:
        return all(name in self.results for name in names)

    @property
    def finished(self) -> bool:
        return self.whole and self.has(*(step.name for step in self.steps))


def make_plan(run: Run) -> Plan:
    """The plan of a run as its settings, scenes and kept results are now."""
    plan, spec = Plan(), run.parsed
    plan.add(run, [_first_step(run, spec)])
    if run.source_kind == SourceKind.URL and plan.has("source"):
        plan.add(run, [_script(run, spec, plan.results["source"])])
    if not plan.has("script") or run.script_key != plan.results["script"].key:
        return plan
    scenes = list(run.scenes.select_related("visual_asset__file").all())
    plan.add(run, _scene_steps(run, spec, scenes, plan.results["script"]))
    if not _spoken_and_seen(plan, scenes):
        return plan
    brand = brand_of(run.team)
    takes = _takes(run, spec, scenes, brand, plan)
    plan.timeline = lay_out(takes, spec, _watermark(brand))
    plan_finish(run, spec, plan, takes, brand)
    return plan


def _spoken_and_seen(plan: Plan, scenes: list[Scene]) -> bool:
    return plan.has(*(f"{kind}:{scene.pk}" for scene in scenes for kind in ("voice", "visual")))


def _chosen(run: Run, capability: str) -> dict[str, str]:
    """The provider that a person chose for this run; nothing where the team's order decides."""
    slug = run.providers.get(capability)
    return {"provider": slug} if slug else {}


def _first_step(run: Run, spec: TemplateSpec) -> StepPlan:
    if run.source_kind == SourceKind.URL:
        return StepPlan(StepKind.SOURCE, "source", "Read the article", {"url": run.source_url})
    return _script(run, spec, None)


def _script(run: Run, spec: TemplateSpec, article: StepResult | None) -> StepPlan:
    params: dict[str, Any] = {
        "text": article.data["text"] if article else run.source_text,
        "topic": (article.data["title"] if article else run.topic),
        "url": run.source_url,
        "template": spec.brief(run.template_name).to_json(),
        "language": run.language,
        "min_s": spec.structure.min_s,
        "max_s": spec.structure.max_s,
        "words_per_s": round(WORDS_PER_S * spec.sound.speed, 3),
        "variant": run.seeds.get("script", 0),
        **_chosen(run, "script"),
    }
    return StepPlan(StepKind.SCRIPT, "script", "Write the script", params)


def _scene_steps(run: Run, spec: TemplateSpec, scenes: list[Scene], script: StepResult) -> list[StepPlan]:
    language = script.data["language"]
    steps = [_metadata(run, script)]
    for scene in scenes:
        number = scene.position + 1
        steps.append(_moderation(run, scene, number, language))
        steps.append(_voice(run, spec, scene, number, language))
        steps.append(_visual(run, spec, scene, number, language))
    if spec.sound.music:
        steps.append(_music(run, spec, scenes))
    return steps


def _metadata(run: Run, script: StepResult) -> StepPlan:
    params = {
        "script": script.data,
        "topic": run.topic,
        "tone": run.parsed.script.tone,
        "hashtags": list(run.parsed.platform.hashtags),
        "rejected": run.seeds.get("rejected_titles", []),
        **_chosen(run, "script"),
    }
    return StepPlan(StepKind.METADATA, "metadata", "Find titles and tags", params)


def _moderation(run: Run, scene: Scene, number: int, language: str) -> StepPlan:
    text = "\n".join(part for part in (scene.narration, scene.caption) if part)
    params = {"text": text, "language": language, **_chosen(run, "moderation")}
    name = f"moderation:{scene.pk}"
    return StepPlan(StepKind.MODERATION, name, f"Check scene {number}", params, scene_id=str(scene.pk))


def _voice(run: Run, spec: TemplateSpec, scene: Scene, number: int, language: str) -> StepPlan:
    params = {
        "text": scene.narration,
        "language": language,
        "voice": scene.voice or spec.sound.voice,
        "speed": spec.sound.speed,
        "seed": run.seeds.get("voice", 0),
        **_chosen(run, "voice"),
    }
    return StepPlan(
        StepKind.VOICE,
        f"voice:{scene.pk}",
        f"Speak scene {number}",
        params,
        scene_id=str(scene.pk),
        needs=(f"moderation:{scene.pk}",),
    )


def spoken_estimate_s(text: str, speed: float) -> float:
    """About how long the text takes to say, in seconds."""
    words = text.split()
    units = len(words) if len(words) > len(text) / 12 else len(text) / 2
    return max(1.5, units / (WORDS_PER_S * speed))


def _visual(run: Run, spec: TemplateSpec, scene: Scene, number: int, language: str) -> StepPlan:
    name, title = f"visual:{scene.pk}", f"Picture scene {number}"
    if scene.visual_asset is not None:
        params: dict[str, Any] = {
            "file": str(scene.visual_asset.file_id),
            "kind": "clip" if scene.visual_asset.kind == AssetKind.CLIP else "still",
            "sha256": scene.visual_asset.file.sha256,
        }
    else:
        params = {
            "description": scene.visual_description,
            "keywords": scene.keywords,
            "language": language,
            "orientation": {"16x9": "landscape", "1x1": "square"}.get(run.formats[0], "portrait"),
            "duration_s": 5 * math.ceil(spoken_estimate_s(scene.narration, spec.sound.speed) / 5) + 5,
            "palette": spec.look.palette,
            "seed": _visual_seed(run, scene),
            "aesthetic": spec.look.aesthetic,
            **_chosen(run, "visual"),
        }
    needs = (f"moderation:{scene.pk}",)
    return StepPlan(StepKind.VISUAL, name, title, params, scene_id=str(scene.pk), needs=needs)


def _visual_seed(run: Run, scene: Scene) -> int:
    """A number of its own for each script, counted up from scene to scene and from choice to choice."""
    return (
        int(run.script_key[:6], 16)
        + scene.variety
        + 101 * scene.visual_seed
        + 10_007 * run.seeds.get("visual", 0)
    )


def _music(run: Run, spec: TemplateSpec, scenes: list[Scene]) -> StepPlan:
    if run.music_asset is not None:
        params: dict[str, Any] = {
            "file": str(run.music_asset.file_id),
            "sha256": run.music_asset.file.sha256,
        }
        return StepPlan(StepKind.MUSIC, "music", "Take the chosen music", params)
    length_s = sum(spoken_estimate_s(scene.narration, spec.sound.speed) + 1 for scene in scenes)
    params = {
        "mood": spec.sound.mood,
        "genre": spec.sound.genre,
        "tempo": spec.sound.tempo,
        "duration_s": MUSIC_STEP_S * math.ceil(length_s / MUSIC_STEP_S),
        "seed": run.seeds.get("music", 0),
        **_chosen(run, "music"),
    }
    return StepPlan(StepKind.MUSIC, "music", "Make the music", params)


def _takes(run: Run, spec: TemplateSpec, scenes: list[Scene], brand: Brand, plan: Plan) -> list[Take]:
    takes = [_take(run, spec, scene, plan) for scene in scenes]
    if brand.intro is not None:
        takes.insert(0, _clip_take(brand.intro))
    if brand.outro is not None:
        takes.append(_clip_take(brand.outro))
    return takes


def _clip_take(asset: Asset) -> Take:
    clip = media.Clip(_unread(asset.file.sha256), 0.0, asset.file.sha256)
    return Take(clip, str(asset.file_id), clip_s=asset.duration_s or 3.0, watermarked=False)


def _unread(sha256: str) -> Path:
    """A path for a source that is planned by its checksum and not opened."""
    return Path(sha256)


def _take(run: Run, spec: TemplateSpec, scene: Scene, plan: Plan) -> Take:
    voice = plan.results[f"voice:{scene.pk}"]
    words = tuple(Word.from_json(word) for word in voice.data["words"])
    audio = voice.file("audio")
    spoken = Spoken(
        file_id=str(audio.pk),
        sha256=audio.sha256,
        duration_s=voice.data["duration_s"],
        words=shown_words(words, scene.caption),
    )
    visual = plan.results[f"visual:{scene.pk}"]
    title = run.title if spec.captions.hook_overlay and scene.position == 0 else ""
    if visual.data["kind"] == "graphic":
        return Take(media.Graphic(Recipe.from_json(visual.data["recipe"])), None, spoken, title=title)
    file = visual.file("file")
    return Take(_filmed(visual.data["kind"], file.sha256, scene), str(file.pk), spoken, title=title)


def _filmed(kind: str, digest: str, scene: Scene) -> media.Source:
    if kind == "clip":
        return media.Clip(_unread(digest), 0.0, digest)
    motions = (media.Motion.ZOOM_IN, media.Motion.PAN_LEFT, media.Motion.ZOOM_OUT, media.Motion.PAN_RIGHT)
    return media.Still(_unread(digest), motions[scene.pk.int % len(motions)], digest)


def _watermark(brand: Brand) -> media.Watermark | None:
    if brand.watermark is None:
        return None
    return media.Watermark(
        path=_unread(brand.watermark.file.sha256),
        corner=media.Corner(brand.watermark_position),
        opacity=float(brand.watermark_opacity),
        digest=brand.watermark.file.sha256,
    )

"""The second half of the plan: from the timeline to segments, sound, caption files, thumbnails and finished files."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from apps.creation.graph import StepPlan
from apps.creation.models import Run, StepKind, StepResult
from apps.creation.template_spec import TemplateSpec
from apps.creation.timeline import Take, Timeline, scene_to_json
from apps.library.models import Brand
from apps.media import scenes as media
from apps.media import sound
from apps.media.formats import FormatName

if TYPE_CHECKING:
    from apps.creation.planner import Plan

BACKGROUNDS = 3


def plan_finish(run: Run, spec: TemplateSpec, plan: "Plan", takes: Sequence[Take], brand: Brand) -> None:
    """Add everything that follows from the timeline. The music may still be in the making: then the sound waits."""
    timeline = plan.timeline
    assert timeline is not None  # noqa: S101 – the caller has just laid it out
    steps = _segments(run, timeline, takes, brand)
    plan.add(run, [*steps, _captions(timeline, plan), _thumbnails(run, spec, plan, brand)])
    music = plan.results.get("music")
    if spec.sound.music and music is None:
        return
    sound_step = _sound(timeline, music)
    plan.add(run, [sound_step])
    plan.add(run, [_join(name, steps, sound_step, timeline) for name in run.formats])
    plan.whole = True


def _segments(run: Run, timeline: Timeline, takes: Sequence[Take], brand: Brand) -> list[StepPlan]:
    watermark = str(brand.watermark.file_id) if brand.watermark else None
    steps = []
    for place, segment in enumerate(media.plan_segments(timeline.scenes, timeline.look)):
        group = f"segment:{place}"
        files = [takes[segment.scene + shot].file_id for shot in range(len(segment.shots))]
        for name in run.formats:
            params = {
                "format": name,
                "place": place,
                "shots": [
                    {"scene": scene_to_json(shot.scene, file_id), "first": shot.first, "frames": shot.frames}
                    for shot, file_id in zip(segment.shots, files, strict=True)
                ],
                "transition": [segment.transition.name.value, segment.transition.frames],
                "look": _look_to_json(timeline.look, watermark),
            }
            steps.append(
                StepPlan(
                    StepKind.SEGMENT,
                    f"{group}:{name}",
                    _segment_title(segment),
                    params,
                    group=group,
                    key_parts=segment.key_parts(FormatName(name)),
                )
            )
    return steps


def _segment_title(segment: media.Segment) -> str:
    number = segment.scene + 1
    return f"Change {number} to {number + 1}" if segment.kind == "transition" else f"Film scene {number}"


def _look_to_json(look: media.Look, watermark_file: str | None) -> dict[str, Any]:
    captions, mark = look.captions, look.watermark
    return {
        "captions": (
            {
                "style": captions.style.value,
                "palette": captions.palette.name,
                "position": captions.position.value,
                "scale": captions.scale,
            }
            if captions
            else None
        ),
        "watermark": (
            {
                "file": watermark_file,
                "corner": mark.corner.value,
                "opacity": mark.opacity,
                "size": mark.size,
                "digest": mark.digest,
            }
            if mark
            else None
        ),
    }


def _sound(timeline: Timeline, music: StepResult | None) -> StepPlan:
    track = music.file("audio") if music else None
    params = {
        "voices": [[voice.file_id, voice.at_s] for voice in timeline.voices],
        "music": str(track.pk) if track else None,
        "frames": timeline.frames,
    }
    key_parts = {
        "version": sound.MIX_VERSION,
        "voices": [[voice.sha256, voice.at_s] for voice in timeline.voices],
        "music": track.sha256 if track else None,
        "frames": timeline.frames,
    }
    return StepPlan(StepKind.SOUND, "sound", "Mix the sound", params, key_parts=key_parts)


def _captions(timeline: Timeline, plan: "Plan") -> StepPlan:
    params = {
        "words": [word.to_json() for word in timeline.words],
        "language": plan.results["script"].data["language"],
    }
    return StepPlan(StepKind.CAPTIONS, "captions", "Write caption files", params)


def _thumbnails(run: Run, spec: TemplateSpec, plan: "Plan", brand: Brand) -> StepPlan:
    visuals = [result for name, result in plan.results.items() if name.startswith("visual:")]
    step = max(1, len(visuals) // BACKGROUNDS)
    chosen = visuals[::step][:BACKGROUNDS]
    params = {
        "title": run.title,
        "language": plan.results["script"].data["language"],
        "palette": spec.look.palette,
        "layout": spec.platform.thumbnail_layout,
        "watermark": str(brand.watermark.file_id) if brand.watermark else None,
        "backgrounds": [str(visual.file("still").pk) for visual in chosen],
    }
    key_parts = params | {
        "backgrounds": [visual.file("still").sha256 for visual in chosen],
        "watermark": brand.watermark.file.sha256 if brand.watermark else None,
    }
    return StepPlan(StepKind.THUMBNAIL, "thumbnail", "Draw thumbnails", params, key_parts=key_parts)


def _join(name: str, segments: Sequence[StepPlan], sound_step: StepPlan, timeline: Timeline) -> StepPlan:
    mine = [step for step in segments if step.params["format"] == name]
    params = {
        "format": name,
        "segments": [[step.key, sum(shot["frames"] for shot in step.params["shots"][:1])] for step in mine],
        "sound": sound_step.key,
        "frames": timeline.frames,
    }
    needs = (*(step.name for step in mine), sound_step.name)
    return StepPlan(StepKind.JOIN, f"join:{name}", f"Assemble {name.replace('x', ':')}", params, needs=needs)

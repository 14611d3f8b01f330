"""Where everything stands in time: from spoken scenes to frames, caption words and places of voices.

A scene's frames depend on that scene alone (its voice, and the transition that the template asks for), so that a
change in one scene leaves the frames of the others as they are. Only the last scene is held longer where the whole
would be shorter than the template allows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from apps.creation.template_spec import TemplateSpec
from apps.media import scenes as media
from apps.media.captions import CaptionLook, Word
from apps.media.graphics import PALETTES, Recipe
from apps.providers.words import narration_words

FPS = 30
LEAD_S = 0.12  # silence before a scene's first word, besides half of the transition
TAIL_S = 0.28  # and after its last one
HOLD_LIMIT_S = 4.0  # how much longer than its voice the last scene may be held


@dataclass(frozen=True)
class Spoken:
    """A scene's voice: the file's id and checksum, its length, and the words to show, from the voice's start."""

    file_id: str
    sha256: str
    duration_s: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Take:
    """One scene with all that is known of it: what it shows, what it says, or the length of a clip without voice."""

    source: media.Source
    file_id: str | None
    spoken: Spoken | None = None
    clip_s: float = 0.0
    title: str = ""
    watermarked: bool = True


@dataclass(frozen=True)
class PlacedVoice:
    """A sound at `at_s` seconds of the whole; intro and outro clips bring their own."""

    file_id: str
    sha256: str
    at_s: float


@dataclass(frozen=True)
class Timeline:
    """The whole video in time. `words` and `voices` are in seconds from its start, `starts_s` one a take."""

    scenes: tuple[media.Scene, ...]
    look: media.Look
    frames: int
    starts_s: tuple[float, ...]
    words: tuple[Word, ...]
    voices: tuple[PlacedVoice, ...]

    @property
    def duration_s(self) -> float:
        return self.frames / FPS


def shown_words(words: Sequence[Word], caption: str) -> tuple[Word, ...]:
    """The words to show: the spoken ones, or those of `caption` in the spoken ones' time.

    Where both have the same number each takes the time of its fellow, otherwise they share the whole evenly.
    """
    texts = narration_words(caption)
    if not texts or not words:
        return tuple(words)
    if len(texts) == len(words):
        return tuple(replace(word, text=text) for word, text in zip(words, texts, strict=True))
    start_s, length_s = words[0].start_s, words[-1].end_s - words[0].start_s
    weights = [len(text) + 1 for text in texts]
    shown, passed = [], 0
    for text, weight in zip(texts, weights, strict=True):
        begin = start_s + length_s * passed / sum(weights)
        passed += weight
        shown.append(Word(text, begin, start_s + length_s * passed / sum(weights)))
    return tuple(shown)


def transition_of(spec: TemplateSpec) -> media.Transition:
    frames = round(spec.look.transition_s * FPS)
    if spec.look.transition is media.TransitionName.CUT or frames < 2:
        return media.CUT
    return media.Transition(spec.look.transition, frames)


def caption_look(spec: TemplateSpec) -> CaptionLook | None:
    if not spec.captions.burnt_in:
        return None
    return CaptionLook(
        style=spec.captions.style,
        palette=PALETTES[spec.look.palette],
        position=spec.captions.position,
        scale=spec.captions.scale,
    )


def lay_out(takes: Sequence[Take], spec: TemplateSpec, watermark: media.Watermark | None) -> Timeline:
    """Put the takes one after the other. Raises ValueError where there are none."""
    if not takes:
        raise ValueError("a video needs at least one scene")
    transition = transition_of(spec)
    last = len(takes) - 1
    scenes = [
        _scene(take, media.CUT if i == last else transition, before=transition.frames if i else 0)
        for i, take in enumerate(takes)
    ]
    scenes = _hold_last(scenes, takes, spec.structure.min_s)
    fitted = media.scenes_fitted(scenes)
    starts_s = [start / FPS for start in media.scene_starts(fitted)]
    words: list[Word] = []
    voices: list[PlacedVoice] = []
    for i, (take, scene, start_s) in enumerate(zip(takes, fitted, starts_s, strict=True)):
        words.extend(word.shifted(start_s) for word in scene.words)
        if take.spoken is not None:
            at_s = start_s + _lead_s(transition.frames if i else 0)
            voices.append(PlacedVoice(take.spoken.file_id, take.spoken.sha256, round(at_s, 6)))
    look = media.Look(captions=caption_look(spec), watermark=watermark, fps=FPS)
    return Timeline(fitted, look, media.total_frames(fitted), tuple(starts_s), tuple(words), tuple(voices))


def _lead_s(frames_before: int) -> float:
    return LEAD_S + frames_before / FPS / 2


def _scene(take: Take, transition: media.Transition, *, before: int) -> media.Scene:
    title = media.Title(take.title) if take.title else None
    if take.spoken is None:
        frames = max(1, round(take.clip_s * FPS))
        return media.Scene(take.source, frames, (), transition, title, take.watermarked)
    lead_s = _lead_s(before)
    length_s = lead_s + take.spoken.duration_s + TAIL_S + transition.frames / FPS / 2
    words = tuple(word.shifted(lead_s) for word in take.spoken.words)
    return media.Scene(take.source, math.ceil(length_s * FPS), words, transition, title, take.watermarked)


def _hold_last(scenes: list[media.Scene], takes: Sequence[Take], min_s: int) -> list[media.Scene]:
    """Hold the last spoken scene until the shortest allowed length is reached, but never for long."""
    missing = math.ceil(min_s * FPS) + 2 - media.total_frames(scenes)
    spoken = [i for i, take in enumerate(takes) if take.spoken is not None]
    if missing <= 0 or not spoken:
        return scenes
    held = scenes[spoken[-1]]
    longer = replace(held, frames=held.frames + min(missing, round(HOLD_LIMIT_S * FPS)))
    return [*scenes[: spoken[-1]], longer, *scenes[spoken[-1] + 1 :]]


def source_to_json(source: media.Source, file_id: str | None) -> dict[str, Any]:
    if isinstance(source, media.Graphic):
        return {"kind": "graphic", "recipe": source.recipe.to_json()}
    data: dict[str, Any] = {"file": file_id, "digest": source.digest}
    if isinstance(source, media.Still):
        return {"kind": "still", "motion": source.motion.value, **data}
    return {"kind": "clip", "in_s": source.in_s, **data}


def source_from_json(data: dict[str, Any], path: Path | None) -> media.Source:
    """The source again; `path` is where its file lies now (graphics have none)."""
    if data["kind"] == "graphic":
        return media.Graphic(Recipe.from_json(data["recipe"]))
    if path is None:
        raise ValueError("a clip or still needs its file")
    if data["kind"] == "still":
        return media.Still(path, media.Motion(data["motion"]), data["digest"])
    return media.Clip(path, data["in_s"], data["digest"])


def scene_to_json(scene: media.Scene, file_id: str | None) -> dict[str, Any]:
    return {
        "source": source_to_json(scene.source, file_id),
        "frames": scene.frames,
        "words": [word.to_json() for word in scene.words],
        "title": scene.title.text if scene.title else "",
        "watermarked": scene.watermarked,
    }


def scene_from_json(data: dict[str, Any], path: Path | None) -> media.Scene:
    return media.Scene(
        source=source_from_json(data["source"], path),
        frames=data["frames"],
        words=tuple(Word.from_json(word) for word in data["words"]),
        title=media.Title(data["title"]) if data["title"] else None,
        watermarked=data["watermarked"],
    )

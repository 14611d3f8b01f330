"""What makes each kind of step. A maker takes the steps of one group and returns what it made of each."""

from collections.abc import Callable, Sequence
from typing import Any

from apps.creation.models import StepKind
from apps.creation.steps import files, pictures, sounds, words
from apps.creation.steps.workbench import Made, Workbench

Maker = Callable[[Workbench, Sequence[dict[str, Any]]], list[Made]]


def _one(make: Callable[[Workbench, dict[str, Any]], Made]) -> Maker:
    """A maker for kinds whose steps stand alone."""
    return lambda bench, group: [make(bench, params) for params in group]


MAKERS: dict[StepKind, Maker] = {
    StepKind.SOURCE: _one(words.read_article),
    StepKind.SCRIPT: _one(words.write_script),
    StepKind.METADATA: _one(words.find_metadata),
    StepKind.MODERATION: _one(words.moderate),
    StepKind.VOICE: _one(sounds.speak),
    StepKind.VISUAL: _one(pictures.picture),
    StepKind.MUSIC: _one(sounds.make_music),
    StepKind.CAPTIONS: _one(files.write_captions),
    StepKind.SEGMENT: pictures.film,
    StepKind.SOUND: _one(sounds.mix_sound),
    StepKind.JOIN: _one(files.join_files),
    StepKind.THUMBNAIL: _one(pictures.draw_thumbnails),
}

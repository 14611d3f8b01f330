"""The graph of steps as plain data: what a run needs to be made now, and under which keys.

A step's key is a hash of its kind, the version of its code, and its parameters; where a step takes in what another
made, its parameters name that by content. Equal keys mean equal results, whoever asks.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from apps.creation.models import StepKind
from apps.media import music, thumbnails

VERSIONS: dict[StepKind, int] = {
    StepKind.SOURCE: 1,
    StepKind.SCRIPT: 1,
    StepKind.METADATA: 1,
    StepKind.MODERATION: 1,
    StepKind.VOICE: 1,
    StepKind.VISUAL: 1,
    StepKind.MUSIC: music.REVISION,
    StepKind.CAPTIONS: 1,
    StepKind.SEGMENT: 1,
    StepKind.SOUND: 1,
    StepKind.JOIN: 1,
    StepKind.THUMBNAIL: thumbnails.REVISION,
}
"""Raised whenever a kind of step would make something else of the same parameters."""


def step_key(kind: StepKind, params: dict[str, Any]) -> str:
    """64 hex digits that name the result of this kind of step with these parameters."""
    text = json.dumps(
        [kind.value, VERSIONS[kind], params], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class StepPlan:
    """A step that can be made now. Steps of one `group` are made by one job, in one go.

    `params` is all that the step is told. `key_parts` replaces it in the key where the step names its inputs better
    by content. `needs` are the names of steps that must be done before, although nothing of theirs is taken in.
    """

    kind: StepKind
    name: str
    title: str
    params: dict[str, Any]
    scene_id: str | None = None
    group: str = ""
    needs: tuple[str, ...] = ()
    key_parts: dict[str, Any] | None = None
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "key", step_key(self.kind, self.params if self.key_parts is None else self.key_parts)
        )
        if not self.group:
            object.__setattr__(self, "group", self.name)

"""What a template says: structure, look, captions, sound, script and platform (GEN-02), validated as a whole."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from apps.creation.errors import CreationError
from apps.media.captions import CaptionPosition, CaptionStyle
from apps.media.formats import FormatName
from apps.media.graphics import PALETTES
from apps.media.scenes import TransitionName
from apps.media.thumbnails import LAYOUTS
from apps.providers.capabilities import Beat, TemplateBrief

SHORTEST_S = 5
LONGEST_S = 900
SHORTEST_SCENE_S = 1.5

Share = Annotated[float, Field(gt=0, le=1)]


class Misfit(ValueError):
    """Settings that are each allowed but do not go together. `field` is the one that the sentence belongs beside."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Part(BaseModel):
    """A group of settings; unknown names are refused, so that a misspelt one can't pass unnoticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BeatSpec(Part):
    name: str = Field(min_length=1, max_length=40)
    purpose: str = Field(max_length=300)
    share: Share


class Structure(Part):
    """Length in seconds, number of scenes, and the beats that the story goes through."""

    hook: str = Field(max_length=300)
    beats: tuple[BeatSpec, ...] = Field(min_length=1, max_length=12)
    min_s: int = Field(ge=SHORTEST_S, le=LONGEST_S)
    max_s: int = Field(ge=SHORTEST_S, le=LONGEST_S)
    min_scenes: int = Field(ge=1, le=40)
    max_scenes: int = Field(ge=1, le=40)

    @model_validator(mode="after")
    def fits_together(self) -> "Structure":
        if self.min_s >= self.max_s:
            raise Misfit(
                "max_s", f"The shortest length ({self.min_s} s) must be below the longest ({self.max_s} s)."
            )
        if self.min_scenes > self.max_scenes:
            raise Misfit("max_scenes", "The smallest number of scenes must not be above the largest.")
        if self.min_scenes * SHORTEST_SCENE_S > self.max_s:
            raise Misfit(
                "min_scenes",
                f"{self.min_scenes} scenes of at least {SHORTEST_SCENE_S} s do not fit into {self.max_s} s. "
                "Allow fewer scenes or a longer video.",
            )
        total = sum(beat.share for beat in self.beats)
        if abs(total - 1) > 0.01:
            raise Misfit("beats", f"The shares of the beats must add up to 100 %, not {total:.0%}.")
        return self


class LookSpec(Part):
    formats: tuple[FormatName, ...] = Field(min_length=1, max_length=4)
    palette: str
    aesthetic: str = Field(default="", max_length=40)
    transition: TransitionName = TransitionName.FADE
    transition_s: float = Field(default=0.4, ge=0, le=2)

    @model_validator(mode="after")
    def palette_exists(self) -> "LookSpec":
        if self.palette not in PALETTES:
            raise Misfit(
                "palette", f"There is no palette “{self.palette}”. Choose one of {', '.join(PALETTES)}."
            )
        return self


class CaptionSpec(Part):
    burnt_in: bool = True
    style: CaptionStyle = CaptionStyle.POP
    position: CaptionPosition = CaptionPosition.BOTTOM
    scale: float = Field(default=1.0, ge=0.5, le=2)
    hook_overlay: bool = False


class SoundSpec(Part):
    voice: str = Field(default="", max_length=120)
    speed: float = Field(default=1.0, ge=0.6, le=1.6)
    music: bool = True
    mood: str = Field(default="uplifting", max_length=40)
    genre: str = Field(default="", max_length=40)
    tempo: int = Field(default=0, ge=0, le=220)


class ScriptSpec(Part):
    prompt: str = Field(default="", max_length=4000)
    tone: str = Field(default="", max_length=80)
    call_to_action: str = Field(default="", max_length=200)


class PlatformSpec(Part):
    thumbnail_layout: str = LAYOUTS[0]
    hashtags: tuple[str, ...] = Field(default=(), max_length=15)

    @model_validator(mode="after")
    def layout_exists(self) -> "PlatformSpec":
        if self.thumbnail_layout not in LAYOUTS:
            raise Misfit("thumbnail_layout", f"There is no thumbnail layout “{self.thumbnail_layout}”.")
        return self


class TemplateSpec(Part):
    """A whole template. `brief` is the part of it that a script provider is told."""

    structure: Structure
    look: LookSpec
    captions: CaptionSpec = CaptionSpec()
    sound: SoundSpec = SoundSpec()
    script: ScriptSpec = ScriptSpec()
    platform: PlatformSpec = PlatformSpec()

    def brief(self, name: str) -> TemplateBrief:
        return TemplateBrief(
            name=name,
            hook=self.structure.hook,
            structure=tuple(Beat(beat.name, beat.purpose, beat.share) for beat in self.structure.beats),
            tone=self.script.tone,
            call_to_action=self.script.call_to_action,
            prompt=self.script.prompt,
            scene_count_min=self.structure.min_scenes,
            scene_count_max=self.structure.max_scenes,
        )

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def read_spec(data: dict[str, Any]) -> TemplateSpec:
    """The template that `data` describes. Raises CreationError with the first fault in words, and its place."""
    try:
        return TemplateSpec.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        cause = fault.get("ctx", {}).get("error")
        parts = [*fault["loc"], cause.field] if isinstance(cause, Misfit) else fault["loc"]
        place = ".".join(str(part) for part in parts)
        message = fault["msg"].removeprefix("Value error, ")
        if not message.endswith("."):
            message = f"{message}."
        raise CreationError(message, field=place) from error

"""What a provider can be asked for, and what it answers: frozen dataclasses that know nothing of any
provider.

Every class has `to_json()` and `from_json(data)`; paths become strings, tuples become lists. Times and
lengths are seconds, languages are ISO 639 codes ("en", "ar", "zh"; a region as in "pt-BR" is allowed and
ignored where it does not matter), an empty language means "find out from the text".
"""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Self

from apps.media.captions import Word
from apps.media.graphics import Recipe
from apps.providers import jsonable


class Capability(Enum):
    """A kind of work; the team orders its providers for each one."""

    SCRIPT = "script"
    VOICE = "voice"
    VISUAL = "visual"
    MUSIC = "music"
    CAPTIONS = "captions"
    MODERATION = "moderation"
    TRANSCRIPTION = "transcription"


class Message:
    """Base of every request and answer: plain JSON and back."""

    def to_json(self) -> dict[str, Any]:
        encoded: dict[str, Any] = jsonable.encode(self)
        return encoded

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Raises TypeError or ValueError where `data` is not of this shape."""
        return jsonable.decode(cls, data)


# Script ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Beat(Message):
    """One part of a template's structure, such as "problem"; `share` is its part of the length (all shares
    sum to 1)."""

    name: str
    purpose: str
    share: float


@dataclass(frozen=True)
class TemplateBrief(Message):
    """What a template asks of a script. `call_to_action` is spoken as it stands; `hook` says what the first
    scene does."""

    name: str
    hook: str
    structure: tuple[Beat, ...]
    tone: str = ""
    call_to_action: str = ""
    prompt: str = ""
    scene_count_min: int = 3
    scene_count_max: int = 8


@dataclass(frozen=True)
class ScriptRequest(Message):
    """A script for a video of `min_s` to `max_s` seconds, from a text, or from a bare topic when the text
    is empty.

    `words_per_s` is the voice's pace; for scripts without spaces (Chinese, Japanese, Thai) two characters
    count as one word. `variant` asks for another version of the same: 0, 1, 2 …
    """

    source_text: str
    topic: str
    source_url: str
    template: TemplateBrief
    language: str
    min_s: int
    max_s: int
    words_per_s: float = 2.5
    variant: int = 0


@dataclass(frozen=True)
class SceneDraft(Message):
    """One scene of a script. `invented` marks words that are the template's own frame, not the source's."""

    narration: str
    visual_description: str
    keywords: tuple[str, ...]
    beat: str
    duration_s: float = 0.0
    invented: bool = False


@dataclass(frozen=True)
class Script(Message):
    """A whole script. `basic` is true when no language model wrote it."""

    title: str
    scenes: tuple[SceneDraft, ...]
    description: str
    tags: tuple[str, ...]
    language: str
    basic: bool

    @property
    def narration(self) -> str:
        """All that is spoken, one scene a line."""
        return "\n".join(scene.narration for scene in self.scenes)


@dataclass(frozen=True)
class RewriteRequest(Message):
    """Another wording for scene `index` of `script`; `instruction` is what the person asks for, possibly
    nothing."""

    script: Script
    index: int
    request: ScriptRequest
    instruction: str = ""


@dataclass(frozen=True)
class TitlesRequest(Message):
    """Titles for a finished script. `rejected` holds titles the team did not want, `accepted` ones it chose
    before."""

    script: Script
    topic: str = ""
    tone: str = ""
    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True)
class TitleIdea(Message):
    """A title, how sure the provider is of it (0 to 1), and why."""

    title: str
    confidence: float
    reason: str


@dataclass(frozen=True)
class Titles(Message):
    """Exactly five distinct ideas, the surest first."""

    ideas: tuple[TitleIdea, ...]


# Voice -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VoiceRequest(Message):
    """Speak `text`. `voice` is a provider's own voice id, empty for its default; `speed` 1.0 is the voice's
    own pace."""

    text: str
    language: str
    voice: str = ""
    speed: float = 1.0


@dataclass(frozen=True)
class Speech(Message):
    """Narration as a WAV file of 48 kHz mono 16-bit, with one `Word` for each whitespace-separated word of
    the text.

    `words` may be empty when the provider gives no times: the captions capability finds them. `silent` is
    true when the text held nothing that can be spoken.
    """

    path: Path
    words: tuple[Word, ...]
    duration_s: float
    voice: str
    language: str = ""
    silent: bool = False


@dataclass(frozen=True)
class VoiceChoice(Message):
    """A voice that may be asked for: its id for `VoiceRequest.voice`, a name, "female", "male" or "", its
    language."""

    id: str
    name: str
    gender: str
    language: str


# Visual ----------------------------------------------------------------------------------------------------

Orientation = Literal["portrait", "landscape", "square"]


@dataclass(frozen=True)
class VisualRequest(Message):
    """A picture or clip for one scene.

    `palette` is a name of `apps.media.graphics.PALETTES`, empty for a fitting one; `seed` makes another
    choice.

    `avoid` holds what this video already uses: source addresses, and families of graphics in the
    neighbouring scenes.

    """

    description: str
    keywords: tuple[str, ...]
    language: str
    orientation: Orientation
    duration_s: float
    palette: str = ""
    seed: int = 0
    aesthetic: str = ""
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Visual(Message):
    """A clip or still on disk, or a recipe for generated graphics. `source_url` is where the original can
    be seen."""

    kind: Literal["clip", "still", "graphic"]
    path: Path | None = None
    recipe: Recipe | None = None
    credit: str = ""
    licence: str = ""
    source_url: str = ""


# Music -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MusicRequest(Message):
    """Background music; `tempo` in beats per minute, 0 for the mood's own."""

    mood: str
    genre: str
    tempo: int
    duration_s: float
    seed: int = 0


@dataclass(frozen=True)
class Music(Message):
    """A WAV file at least as long as asked for."""

    path: Path
    licence: str
    credit: str = ""


# Captions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CaptionsRequest(Message):
    """Word times for `text` as spoken in `audio`; `words` are the voice's own times when it gave any."""

    audio: Path
    text: str
    language: str = ""
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Captions(Message):
    """One `Word` for each whitespace-separated word, in order. `measured` is true for a voice's own times."""

    words: tuple[Word, ...]
    measured: bool


# Moderation ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ModerationRequest(Message):
    """Text, or an image, to be judged; `blocked_terms` are the team's own words."""

    text: str = ""
    image: Path | None = None
    language: str = ""
    blocked_terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason(Message):
    """Why something was not allowed: a category such as "hate", the words found, and a sentence for the
    person."""

    category: str
    found: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Verdict(Message):
    """`allowed` with no reasons, or not allowed with at least one. `checked` says what was looked at."""

    allowed: bool
    reasons: tuple[Reason, ...] = ()
    checked: tuple[str, ...] = field(default=("text",))


# Transcription ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TranscriptionRequest(Message):
    """Write down what is said in `audio`, a sound file of `duration_s` seconds that is small enough to be sent.

    An empty `language` means: hear which one it is.
    """

    audio: Path
    duration_s: float
    language: str = ""


@dataclass(frozen=True)
class Transcript(Message):
    """Each word with its punctuation and its times from the start of the sound; none where nobody speaks.

    `language` is the one that was heard (ISO 639-1), empty where nobody speaks.
    """

    words: tuple[Word, ...]
    language: str


Request = (
    ScriptRequest
    | RewriteRequest
    | TitlesRequest
    | VoiceRequest
    | VisualRequest
    | MusicRequest
    | CaptionsRequest
    | ModerationRequest
    | TranscriptionRequest
)
Answer = Script | SceneDraft | Titles | Speech | Visual | Music | Captions | Verdict | Transcript

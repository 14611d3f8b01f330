"""Speech written down by OpenAI, with the times of words.

Facts: POST /audio/transcriptions takes a file of at most 25 MB (flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav, webm), and
times of words come with `response_format=verbose_json` and `timestamp_granularities[]=word`, which of OpenAI's models
only whisper-1 knows (platform.openai.com/docs/api-reference/audio/createTranscription).
"""

from decimal import ROUND_UP, Decimal

from django.conf.locale import LANG_INFO
from pydantic import BaseModel, ConfigDict, ValidationError

from apps.media.captions import Word
from apps.providers.adapters import Adapter, Cost, Credentials, Done, Work
from apps.providers.capabilities import Capability, Transcript, TranscriptionRequest
from apps.providers.errors import NotCovered
from apps.providers.openai.service import FACTS, client, wrong_shape
from apps.providers.text import base_language, clean, detect_language
from apps.providers.words import punctuated

TRANSCRIPTION = FACTS["transcription"]
MAX_BYTES = 25 * 1024 * 1024
LONGEST_ANSWER_BYTES = 20_000_000
KINDS = {".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".wav": "audio/wav", ".ogg": "audio/ogg"}
# An answer names its language in English.
CODES = {"chinese": "zh"} | {
    info["name"].lower(): code for code, info in LANG_INFO.items() if "name" in info and len(code) == 2
}


class HeardWord(BaseModel):
    """One word as it was heard, without its punctuation."""

    model_config = ConfigDict(extra="ignore")

    word: str
    start: float
    end: float


class Heard(BaseModel):
    """The documented body of an answer."""

    model_config = ConfigDict(extra="ignore")

    text: str
    language: str = ""
    words: list[HeardWord] | None = None


class OpenAITranscription(Adapter[TranscriptionRequest]):
    """Hears which language it is where nobody says so."""

    capability = Capability.TRANSCRIPTION

    def run(self, request: TranscriptionRequest, work: Work) -> Done:
        """Raises NotCovered for a file that is larger than OpenAI takes, and for a model that tells no times."""
        if request.audio.stat().st_size > MAX_BYTES:
            raise NotCovered("OpenAI takes sound files of at most 25 MB.")
        model = str(work.credentials.options.get("transcription_model") or TRANSCRIPTION["model"])
        fields = {
            "model": model,
            "response_format": "verbose_json",
            "timestamp_granularities[]": "word",
            **({"language": base_language(request.language)} if request.language else {}),
        }
        kind = KINDS.get(request.audio.suffix, "application/octet-stream")
        sound = {"file": (f"speech{request.audio.suffix}", request.audio.read_bytes(), kind)}
        with client(work.credentials) as service:
            answer = service.post(
                "/audio/transcriptions",
                data=fields,
                files=sound,
                max_bytes=LONGEST_ANSWER_BYTES,
                idempotent=True,
            )
        try:
            heard = Heard.model_validate(answer.json_object())
        except ValidationError as error:
            raise wrong_shape(error) from error
        return Done(_transcript(heard, request), self.estimate(request, work.credentials), model)

    def estimate(self, request: TranscriptionRequest, credentials: Credentials) -> Cost:
        """Begun seconds times the price."""
        seconds = Decimal(str(request.duration_s)).to_integral_value(ROUND_UP)
        price = Decimal(credentials.options.get("transcription_price") or TRANSCRIPTION["price_of_a_minute"])
        amount = (price * seconds / 60).quantize(Decimal("0.000001"))
        return Cost(amount, "USD", {"seconds": int(seconds)})


def _transcript(heard: Heard, request: TranscriptionRequest) -> Transcript:
    text = clean(heard.text)
    if text and not heard.words:
        raise NotCovered("This model tells no times of words. Name whisper-1 as the key's model for speech.")
    end = request.duration_s
    words = []
    for one in heard.words or []:
        start = min(max(one.start, 0.0), end)
        words.append(Word(clean(one.word), start, min(max(one.end, start), end)))
    spoken = punctuated(text, [word for word in words if word.text])
    return Transcript(spoken, _language(heard, text, request.language) if spoken else "")


def _language(heard: Heard, text: str, asked: str) -> str:
    named = heard.language.lower()
    return (
        base_language(asked)
        or CODES.get(named)
        or (named if named in CODES.values() else detect_language(text))
    )

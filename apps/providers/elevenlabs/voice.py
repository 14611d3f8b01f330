"""Speech with timestamps, from ElevenLabs."""

import base64
import binascii
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from apps.core import http
from apps.media.captions import Word
from apps.providers.adapters import Adapter, Cost, Credentials, Done, Work
from apps.providers.builtin.alignment import Span, shared_out, words_in_time
from apps.providers.capabilities import Capability, Speech, VoiceRequest
from apps.providers.sound import NARRATION, can_be_spoken, keep_sound, kept_silence
from apps.providers.text import base_language, clean, detect_language
from apps.providers.words import narration_words

BASE_ADDRESS = "https://api.elevenlabs.io"
DEFAULT_VOICE = "21m00Tcm4TlvDq8ikWAM"
DEFAULT_MODEL = "eleven_multilingual_v2"
OUTPUT_FORMAT = "mp3_44100_128"
PRICE_FOR_1000 = Decimal("0.18")  # US dollars for 1,000 characters where the key names no price of its own
SPEEDS = (0.7, 1.2)
MAX_BYTES = 60_000_000
MILLISECONDS = 1000


class Alignment(BaseModel):
    """The characters of the text with the seconds where each starts and ends."""

    model_config = ConfigDict(extra="ignore")

    characters: list[str]
    character_start_times_seconds: list[float]
    character_end_times_seconds: list[float]


class SpeechAnswer(BaseModel):
    """The documented body of `with-timestamps`; the alignment may be missing."""

    model_config = ConfigDict(extra="ignore")

    audio_base64: str
    alignment: Alignment | None = None


class ElevenLabsVoice(Adapter[VoiceRequest]):
    """Speaks with the key's voice, or the one that the request names."""

    capability = Capability.VOICE

    def run(self, request: VoiceRequest, work: Work) -> Done:
        text = clean(request.text)
        written = narration_words(text)
        language = base_language(request.language) or detect_language(text)
        out = work.folder / NARRATION
        if not can_be_spoken(text):
            return Done(kept_silence(out, language, work))
        voice, model = (
            _voice(request, work.credentials),
            work.credentials.options.get("model") or DEFAULT_MODEL,
        )
        answer = _speak(text, voice, model, request.speed, work.credentials)
        words, duration_s = _keep(answer, written, out, work)
        return Done(
            Speech(out, words, duration_s, voice, language), self.estimate(request, work.credentials), model
        )

    def estimate(self, request: VoiceRequest, credentials: Credentials) -> Cost:
        """Characters times the price; exact, since characters are what is billed."""
        characters = len(clean(request.text))
        price = Decimal(credentials.options.get("price") or PRICE_FOR_1000)
        return Cost(
            (price * characters / 1000).quantize(Decimal("0.000001")), "USD", {"characters": characters}
        )


def client(credentials: Credentials) -> http.Client:
    """A client with the key's header."""
    return http.Client(
        credentials.base_address or BASE_ADDRESS,
        headers={"xi-api-key": credentials.secret},
        timeout_s=180.0,
        secrets=(credentials.secret,),
        service="ElevenLabs",
        label="elevenlabs",
        classify=_classify,
    )


def _voice(request: VoiceRequest, credentials: Credentials) -> str:
    """The requested voice where it looks like one of theirs, else the key's, else their standard one."""
    asked = request.voice.strip()
    if len(asked) == len(DEFAULT_VOICE) and asked.isalnum():
        return asked
    return credentials.options.get("voice") or DEFAULT_VOICE


def _speak(text: str, voice: str, model: str, speed: float, credentials: Credentials) -> SpeechAnswer:
    body: dict[str, Any] = {
        "text": text,
        "model_id": model,
        "voice_settings": {"speed": min(max(speed, SPEEDS[0]), SPEEDS[1])},
    }
    with client(credentials) as service:
        path = f"/v1/text-to-speech/{voice}/with-timestamps"
        answer = service.post(
            path, params={"output_format": OUTPUT_FORMAT}, json=body, max_bytes=MAX_BYTES, idempotent=True
        )
    try:
        return SpeechAnswer.model_validate(answer.json_object())
    except ValidationError as error:
        raise http.Rejected(
            "ElevenLabs sent an answer of the wrong shape.", detail=str(error)[:300]
        ) from error


def _keep(
    answer: SpeechAnswer, written: Sequence[str], out: Path, work: Work
) -> tuple[tuple[Word, ...], float]:
    """The sound as narration, and its words; no words where the answer had no times for this text."""
    try:
        packed = base64.b64decode(answer.audio_base64, validate=True)
    except (binascii.Error, ValueError) as error:
        raise http.Rejected("ElevenLabs sent sound that cannot be read.") from error
    duration_s = keep_sound(packed, out, work, "ElevenLabs")
    spans = character_spans(written, answer.alignment) if answer.alignment else None
    if spans is None:
        return (), duration_s
    return words_in_time(written, shared_out(written, spans), MILLISECONDS, duration_s), duration_s


def character_spans(written: Sequence[str], alignment: Alignment) -> list[Span | None] | None:
    """The milliseconds of each written word, from its first character to its last; None where the
    characters are not those of the text."""
    heard = [
        (character, start, end)
        for character, start, end in zip(
            alignment.characters,
            alignment.character_start_times_seconds,
            alignment.character_end_times_seconds,
            strict=False,
        )
        if character.strip()
    ]
    if "".join(character for character, _, _ in heard) != "".join(written):
        return None
    spans: list[Span | None] = []
    at = 0
    for word in written:
        first, end_at = at, at
        length = 0
        while length < len(word):
            length += len(heard[end_at][0])
            end_at += 1
        spans.append((round(heard[first][1] * 1000), round(heard[end_at - 1][2] * 1000)))
        at = end_at
    return spans


def _classify(response: http.Response) -> http.OutsideError | None:
    """ElevenLabs answers 401 for a spent quota and for a key that may not do this, as well as for a wrong key."""
    error = http.error_for(response)
    if error.code == "quota_exceeded":
        return http.QuotaExceeded(
            "ElevenLabs says that this month's characters are used up. Add some there, or wait for the next month.",
            status=response.status, detail=error.detail, code=error.code,
        )  # fmt: skip
    if error.code == "missing_permissions":
        return http.Rejected(
            f"This ElevenLabs key may not do this. Give it the permission there. It said: {error.detail}",
            status=response.status, detail=error.detail, code=error.code,
        )  # fmt: skip
    return None

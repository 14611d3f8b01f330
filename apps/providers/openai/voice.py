"""Speech from OpenAI. It tells no times of words, so the captions capability finds them."""

from decimal import Decimal
from typing import Any

from apps.providers.adapters import Adapter, Cost, Credentials, Done, Work
from apps.providers.capabilities import Capability, Speech, VoiceRequest
from apps.providers.errors import NotCovered
from apps.providers.openai.service import FACTS, SERVICE, client
from apps.providers.sound import NARRATION, can_be_spoken, keep_sound, kept_silence
from apps.providers.text import base_language, clean, detect_language

VOICE = FACTS["voice"]
SPEEDS = (0.25, 4.0)
LONGEST_TEXT = 4096
MAX_BYTES = 60_000_000


class OpenAIVoice(Adapter[VoiceRequest]):
    """Speaks with the requested voice, or the key's."""

    capability = Capability.VOICE

    def run(self, request: VoiceRequest, work: Work) -> Done:
        """Raises NotCovered for a text that is longer than OpenAI speaks at once."""
        text = clean(request.text)
        language = base_language(request.language) or detect_language(text)
        out = work.folder / NARRATION
        if not can_be_spoken(text):
            return Done(kept_silence(out, language, work))
        if len(text) > LONGEST_TEXT:
            raise NotCovered(f"OpenAI speaks at most {LONGEST_TEXT:,} characters at once. Shorten the scene.")
        options = work.credentials.options
        voice = request.voice if request.voice in VOICE["voices"] else options.get("voice") or VOICE["voice"]
        model = options.get("voice_model") or VOICE["model"]
        body: dict[str, Any] = {"model": model, "input": text, "voice": voice, "response_format": "wav"}
        if request.speed != 1.0:
            body["speed"] = min(max(request.speed, SPEEDS[0]), SPEEDS[1])
        with client(work.credentials) as service:
            answer = service.post("/audio/speech", json=body, max_bytes=MAX_BYTES, idempotent=True)
        duration_s = keep_sound(answer.content, out, work, SERVICE)
        cost = self.estimate(request, work.credentials)
        return Done(Speech(out, (), duration_s, voice, language), cost, model)

    def estimate(self, request: VoiceRequest, credentials: Credentials) -> Cost:
        """Characters times the price."""
        characters = len(clean(request.text))
        price = Decimal(credentials.options.get("voice_price") or VOICE["price_for_million_characters"])
        amount = (price * characters / 1_000_000).quantize(Decimal("0.000001"))
        return Cost(amount, "USD", {"characters": characters})

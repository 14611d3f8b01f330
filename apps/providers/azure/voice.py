"""Speech from Azure. It tells no times of words by HTTP, so the captions capability finds them."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from apps.core import http
from apps.providers.adapters import Adapter, Cost, Credentials, Done, Work
from apps.providers.capabilities import Capability, Speech, VoiceRequest
from apps.providers.errors import NotCovered, ProviderError
from apps.providers.sound import NARRATION, can_be_spoken, keep_sound, kept_silence
from apps.providers.text import base_language, clean, detect_language

FACTS: Mapping[str, Any] = json.loads((Path(__file__).parent / "voices.json").read_text(encoding="utf-8"))
PRICE_FOR_MILLION = Decimal(FACTS["price"])
SPEEDS = (0.5, 2.0)
MAX_BYTES = 60_000_000
REGION = re.compile(r"[a-z][a-z0-9]{2,39}")
VOICE = re.compile(r"[a-z]{2,3}-[A-Za-z]{2,8}(?:-[A-Za-z]+)*-[A-Za-z]\w*(?::\w+)?")


class AzureVoice(Adapter[VoiceRequest]):
    """Speaks with the requested voice, the key's, or the usual one of the language."""

    capability = Capability.VOICE

    def run(self, request: VoiceRequest, work: Work) -> Done:
        """Raises NotCovered for a language without a known voice."""
        text = clean(request.text)
        language = base_language(request.language) or detect_language(text)
        out = work.folder / NARRATION
        if not can_be_spoken(text):
            return Done(kept_silence(out, language, work))
        voice = chosen_voice(request.voice, work.credentials.options.get("voice", ""), language)
        with client(work.credentials) as service:
            answer = service.post(
                "/cognitiveservices/v1",
                content=ssml(text, voice, request.speed).encode(),
                headers={
                    "Content-Type": "application/ssml+xml",
                    "X-Microsoft-OutputFormat": str(FACTS["output_format"]),
                },
                max_bytes=MAX_BYTES,
                idempotent=True,
            )
        duration_s = keep_sound(answer.content, out, work, "Azure")
        cost = self.estimate(request, work.credentials)
        return Done(Speech(out, (), duration_s, voice, language), cost, voice)

    def estimate(self, request: VoiceRequest, credentials: Credentials) -> Cost:
        """Characters times the price."""
        characters = len(clean(request.text))
        price = Decimal(credentials.options.get("price") or PRICE_FOR_MILLION)
        amount = (price * characters / 1_000_000).quantize(Decimal("0.000001"))
        return Cost(amount, "USD", {"characters": characters})


def client(credentials: Credentials) -> http.Client:
    """A client of the key's region. Raises ProviderError beside "region" where that is none."""
    return http.Client(
        credentials.base_address or _address(credentials.options.get("region", "")),
        headers={"Ocp-Apim-Subscription-Key": credentials.secret},
        timeout_s=180.0,
        secrets=(credentials.secret,),
        service="Azure",
        label="azure",
        classify=_classify,
    )


def _address(region: str) -> str:
    name = region.strip().lower()
    if not REGION.fullmatch(name):
        raise ProviderError("Enter the region as Azure writes it, such as westeurope.", field="region")
    return f"https://{name}.tts.speech.microsoft.com"


def chosen_voice(asked: str, own: str, language: str) -> str:
    """The requested voice where it looks like one of theirs, else the key's where it speaks the language,
    else the usual one of the language. Raises NotCovered where there is none."""
    if VOICE.fullmatch(asked.strip()):
        return asked.strip()
    own = own.strip()
    if own and (base_language(own) == language or "Multilingual" in own):
        return own
    usual = FACTS["voices"].get(language)
    if usual is None:
        raise NotCovered(f"No Azure voice is known for “{language}”. Name one in the key or the template.")
    return str(usual)


def ssml(text: str, voice: str, speed: float) -> str:
    """The text in the markup that Azure takes, every sign of it escaped."""
    rate = min(max(speed, SPEEDS[0]), SPEEDS[1])
    language = "-".join(voice.split("-")[:2])
    return (
        '<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" '
        f"xml:lang={quoteattr(language)}><voice name={quoteattr(voice)}>"
        f'<prosody rate="{rate:.2f}">{escape(text)}</prosody></voice></speak>'
    )


def _classify(response: http.Response) -> http.OutsideError | None:
    """Azure answers 401 also to a key of another region, mostly without a word."""
    if response.status == 401:
        return http.AuthExpired(
            "Azure did not accept the key (401). Check it, and that it belongs to this region.", status=401
        )
    return None

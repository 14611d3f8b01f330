"""The entry of Azure Speech in the registry."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from apps.core import http
from apps.providers.adapters import Credentials
from apps.providers.azure.voice import PRICE_FOR_MILLION, AzureVoice, client
from apps.providers.capabilities import Capability
from apps.providers.errors import ProviderError
from apps.providers.registry import KeyFacts, KeyField, Provider

MOST_VOICES = 800


class Listed(BaseModel):
    """A voice as the region lists it."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(alias="ShortName")
    name: str = Field(alias="DisplayName", default="")
    gender: str = Field(alias="Gender", default="")
    locale: str = Field(alias="Locale")

    def as_choice(self) -> dict[str, str]:
        """What the pages offer."""
        name = f"{self.name or self.id} ({self.locale})"
        return {"id": self.id, "name": name, "gender": self.gender.lower(), "language": self.locale}


_LIST = TypeAdapter(list[Listed])


def check(credentials: Credentials) -> KeyFacts:
    """Lists the region's voices, which costs nothing. Raises ProviderError beside "voice" where the chosen
    one is not there."""
    with client(credentials) as service:
        voices = _read(service.get("/cognitiveservices/voices/list", timeout_s=30.0).json())
    chosen = credentials.options.get("voice", "")
    if chosen and chosen not in {voice.id for voice in voices}:
        raise ProviderError(
            f"There is no voice “{chosen}” in this region. They are named like en-US-JennyNeural.",
            field="voice",
        )
    count = "1 voice is" if len(voices) == 1 else f"{len(voices):,} voices are"
    known = [voice.as_choice() for voice in voices[:MOST_VOICES]]
    return KeyFacts(f"The key works. {count} ready.", {"voices": known})


def _read(data: Any) -> list[Listed]:
    try:
        return _LIST.validate_python(data)
    except ValidationError as error:
        raise http.Unavailable("Azure sent an answer of the wrong shape.", detail=str(error)[:300]) from error


AZURE = Provider(
    slug="azure",
    name="Azure Speech",
    summary="Neural voices in many languages; the times of the words are found here.",
    adapters={Capability.VOICE: AzureVoice()},
    check=check,
    fields=(
        KeyField("region", "Region", "Where the key belongs to, such as westeurope", "", required=True),
        KeyField("voice", "Voice", "Such as en-US-JennyNeural; empty takes the usual one of each language"),
        KeyField(
            "price", "Price of a million characters", "In US dollars, from your plan", str(PRICE_FOR_MILLION)
        ),
    ),
    key_page="https://portal.azure.com/#create/Microsoft.CognitiveServicesSpeechServices",
)

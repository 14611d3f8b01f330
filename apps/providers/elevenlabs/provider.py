"""The entry of ElevenLabs in the registry."""

from apps.core import http
from apps.providers.adapters import Credentials
from apps.providers.capabilities import Capability
from apps.providers.elevenlabs.voice import (
    BASE_ADDRESS,
    DEFAULT_MODEL,
    DEFAULT_VOICE,
    PRICE_FOR_1000,
    ElevenLabsVoice,
    client,
)
from apps.providers.registry import KeyFacts, KeyField, Provider

MOST_VOICES = 100


def check(credentials: Credentials) -> KeyFacts:
    """Reads the account and its voices, which costs nothing. A key restricted to speech lists its models
    instead."""
    with client(credentials) as service:
        try:
            account = service.get("/v1/user").json_object()
        except http.Rejected as error:
            if error.code != "missing_permissions":
                raise
            service.get("/v1/models")
            return KeyFacts("The key works. It may not show the account, so what is left is not known.")
        voices = service.get("/v2/voices", params={"page_size": MOST_VOICES}).json_object().get("voices")
    subscription = account.get("subscription") or {}
    left = int(subscription.get("character_limit") or 0) - int(subscription.get("character_count") or 0)
    known = [_voice(row) for row in voices or [] if isinstance(row, dict) and row.get("voice_id")]
    return KeyFacts(
        f"The key works. {max(left, 0):,} characters are left this month.",
        {"voices": known, "characters_left": left},
    )


def _voice(row: dict[str, object]) -> dict[str, str]:
    labels = row.get("labels")
    labels = labels if isinstance(labels, dict) else {}
    return {
        "id": str(row["voice_id"]),
        "name": str(row.get("name") or row["voice_id"]),
        "gender": str(labels.get("gender") or ""),
        "language": str(labels.get("language") or ""),
    }


ELEVENLABS = Provider(
    slug="elevenlabs",
    name="ElevenLabs",
    summary="Natural voices in many languages, with the time of each word.",
    adapters={Capability.VOICE: ElevenLabsVoice()},
    check=check,
    base_address=BASE_ADDRESS,
    fields=(
        KeyField("voice", "Voice", "Its id at ElevenLabs; a template may name another", DEFAULT_VOICE),
        KeyField("model", "Model", "", DEFAULT_MODEL),
        KeyField("price", "Price of 1,000 characters", "In US dollars, from your plan", str(PRICE_FOR_1000)),
    ),
    key_page="https://elevenlabs.io/app/settings/api-keys",
)

"""The entry of OpenAI in the registry."""

from collections.abc import Sequence

from apps.providers.adapters import Credentials
from apps.providers.capabilities import Capability
from apps.providers.language.checking import PRICE_FIELDS, check_model
from apps.providers.openai.moderation import OpenAIModeration
from apps.providers.openai.picture import VISUAL, OpenAIVisual
from apps.providers.openai.script import OpenAIScript
from apps.providers.openai.service import OpenAIChat
from apps.providers.openai.transcription import TRANSCRIPTION, OpenAITranscription
from apps.providers.openai.voice import VOICE, OpenAIVoice
from apps.providers.registry import KeyFacts, KeyField, Provider


def check(credentials: Credentials) -> KeyFacts:
    """Lists the models. One for voices, pictures or speech that is not there is told, and does not keep the
    key from its other work."""
    found = check_model(OpenAIChat, credentials)
    missing = _missing(credentials, found.facts["models"])
    told = f" There is no {' and no '.join(missing)}: name another." if missing else ""
    voices = [
        {"id": voice, "name": voice.capitalize(), "gender": "", "language": ""} for voice in VOICE["voices"]
    ]
    return KeyFacts(found.sentence + told, {**found.facts, "voices": voices})


def _missing(credentials: Credentials, models: Sequence[str]) -> list[str]:
    used = {
        f"{credentials.options.get('voice_model') or VOICE['model']} for voices",
        f"{credentials.options.get('image_model') or VISUAL['model']} for pictures",
        f"{credentials.options.get('transcription_model') or TRANSCRIPTION['model']} for speech recognition",
    }
    return sorted(one for one in used if models and one.partition(" ")[0] not in models)


OPENAI = Provider(
    slug="openai",
    name="OpenAI",
    summary="Scripts, voices, drawn pictures, captions from speech, and moderation of text and images, with one key. "
    "The order of providers says for which of them it is asked; each picture costs.",
    adapters={
        Capability.SCRIPT: OpenAIScript(),
        Capability.VOICE: OpenAIVoice(),
        Capability.VISUAL: OpenAIVisual(),
        Capability.MODERATION: OpenAIModeration(),
        Capability.TRANSCRIPTION: OpenAITranscription(),
    },
    check=check,
    base_address=OpenAIChat.base_address,
    fields=(
        KeyField("model", "Model for scripts", "As OpenAI names it", OpenAIChat.default_model, required=True),
        *PRICE_FIELDS,
        KeyField("voice", "Voice", "A template may name another", VOICE["voice"]),
        KeyField("voice_model", "Model for voices", "", VOICE["model"]),
        KeyField(
            "voice_price",
            "Price of a million spoken characters",
            "In US dollars",
            VOICE["price_for_million_characters"],
        ),
        KeyField("image_model", "Model for pictures", "", VISUAL["model"]),
        KeyField("image_price", "Price of a picture", "In US dollars", VISUAL["price_of_a_picture"]),
        KeyField("transcription_model", "Model for speech recognition", "", TRANSCRIPTION["model"]),
        KeyField(
            "transcription_price",
            "Price of a minute heard",
            "In US dollars",
            TRANSCRIPTION["price_of_a_minute"],
        ),
    ),
    key_page="https://platform.openai.com/api-keys",
)

"""Scripts from Mistral's models."""

import json
from pathlib import Path

from apps.core import http
from apps.providers.language.model import Prices
from apps.providers.language.script import LanguageScript
from apps.providers.openai_compatible.chat import Chat

MODELS = Path(__file__).parent / "models.json"


class MistralChat(Chat):
    """Mistral's own address."""

    label = "mistral"
    service = "Mistral"
    base_address = "https://api.mistral.ai/v1"
    default_model = str(json.loads(MODELS.read_text(encoding="utf-8"))["default"])
    prices = Prices.read(MODELS)

    @staticmethod
    def classify(response: http.Response) -> http.OutsideError | None:
        """Its statuses mean what they say."""
        return None


class MistralScript(LanguageScript):
    """Writes with the key's model."""

    language_model = MistralChat

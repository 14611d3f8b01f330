"""The check of a language model's key, and the fields that each of them has."""

from apps.providers.adapters import Credentials
from apps.providers.errors import ProviderError
from apps.providers.language.model import LanguageModel
from apps.providers.registry import KeyFacts, KeyField

MOST_MODELS = 300

PRICE_FIELDS = (
    KeyField(
        "input_price",
        "Price of a million input tokens",
        "In US dollars; empty takes the known one",
    ),
    KeyField("output_price", "Price of a million output tokens", "In US dollars"),
)


def check_model(kind: type[LanguageModel], credentials: Credentials) -> KeyFacts:
    """Lists the models, which costs nothing. Raises ProviderError beside "model" where the chosen one is
    not there."""
    with kind(credentials) as chat:
        models = chat.models()
        if models and not chat.offers(models):
            near = ", ".join(sorted(models)[:5])
            raise ProviderError(
                f"There is no model “{chat.model}” at this address. There is, for example: {near}.",
                field="model",
            )
        return KeyFacts(f"The key works. {chat.model} is ready.", {"models": models[:MOST_MODELS]})

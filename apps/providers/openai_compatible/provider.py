"""The entry of OpenAI-compatible addresses in the registry."""

from apps.providers.adapters import Credentials
from apps.providers.capabilities import Capability
from apps.providers.errors import ProviderError
from apps.providers.openai_compatible.chat import BASE_ADDRESS, DEFAULT_MODEL, Chat
from apps.providers.openai_compatible.script import ChatScript
from apps.providers.registry import KeyFacts, KeyField, Provider

MOST_MODELS = 300


def check(credentials: Credentials) -> KeyFacts:
    """Lists the models, which costs nothing. Raises ProviderError beside "model" where the chosen one is
    not there."""
    with Chat(credentials) as chat:
        models = chat.models()
        if models and chat.model not in models:
            near = ", ".join(sorted(models)[:5])
            raise ProviderError(
                f"There is no model “{chat.model}” at this address. There is, for example: {near}.",
                field="model",
            )
        return KeyFacts(f"The key works. {chat.model} is ready.", {"models": models[:MOST_MODELS]})


OPENAI_COMPATIBLE = Provider(
    slug="openai_compatible",
    name="OpenAI or compatible",
    summary="A language model writes scripts, rewrites scenes and finds titles. OpenAI, Mistral, Ollama, vLLM, "
    "llama.cpp: any address that speaks OpenAI's protocol.",
    adapters={Capability.SCRIPT: ChatScript()},
    check=check,
    secret_required=False,
    base_address=BASE_ADDRESS,
    address_is_open=True,
    fields=(
        KeyField("model", "Model", "As the address names it", DEFAULT_MODEL, required=True),
        KeyField(
            "input_price",
            "Price of a million input tokens",
            "In US dollars; empty takes the known one",
        ),
        KeyField("output_price", "Price of a million output tokens", "In US dollars"),
    ),
    key_page="https://platform.openai.com/api-keys",
)

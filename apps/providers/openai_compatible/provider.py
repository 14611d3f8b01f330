"""The entry of OpenAI-compatible addresses in the registry."""

from apps.providers.adapters import Credentials
from apps.providers.capabilities import Capability
from apps.providers.language.checking import PRICE_FIELDS, check_model
from apps.providers.openai_compatible.chat import Chat
from apps.providers.openai_compatible.script import ChatScript
from apps.providers.registry import KeyFacts, KeyField, Provider


def check(credentials: Credentials) -> KeyFacts:
    """Lists the models at the address."""
    return check_model(Chat, credentials)


OPENAI_COMPATIBLE = Provider(
    slug="openai_compatible",
    name="OpenAI or compatible",
    summary="A language model writes scripts, rewrites scenes and finds titles. OpenAI, Mistral, Ollama, vLLM, "
    "llama.cpp: any address that speaks OpenAI's protocol.",
    adapters={Capability.SCRIPT: ChatScript()},
    check=check,
    secret_required=False,
    base_address=Chat.base_address,
    address_is_open=True,
    fields=(
        KeyField("model", "Model", "As the address names it", Chat.default_model, required=True),
        *PRICE_FIELDS,
    ),
    key_page="https://platform.openai.com/api-keys",
)

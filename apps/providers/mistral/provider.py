"""The entry of Mistral in the registry."""

from apps.providers.adapters import Credentials
from apps.providers.capabilities import Capability
from apps.providers.language.checking import PRICE_FIELDS, check_model
from apps.providers.mistral.script import MistralChat, MistralScript
from apps.providers.registry import KeyFacts, KeyField, Provider


def check(credentials: Credentials) -> KeyFacts:
    """Lists the models of the key."""
    return check_model(MistralChat, credentials)


MISTRAL = Provider(
    slug="mistral",
    name="Mistral",
    summary="A language model writes scripts, rewrites scenes and finds titles.",
    adapters={Capability.SCRIPT: MistralScript()},
    check=check,
    base_address=MistralChat.base_address,
    fields=(
        KeyField("model", "Model", "As Mistral names it", MistralChat.default_model, required=True),
        *PRICE_FIELDS,
    ),
    key_page="https://console.mistral.ai/api-keys",
)

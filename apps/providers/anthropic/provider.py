"""The entry of Anthropic in the registry."""

from apps.providers.adapters import Credentials
from apps.providers.anthropic.messages import Messages
from apps.providers.anthropic.script import AnthropicScript
from apps.providers.capabilities import Capability
from apps.providers.language.checking import PRICE_FIELDS, check_model
from apps.providers.registry import KeyFacts, KeyField, Provider


def check(credentials: Credentials) -> KeyFacts:
    """Lists the models of the key."""
    return check_model(Messages, credentials)


ANTHROPIC = Provider(
    slug="anthropic",
    name="Anthropic",
    summary="Claude writes scripts, rewrites scenes and finds titles.",
    adapters={Capability.SCRIPT: AnthropicScript()},
    check=check,
    base_address=Messages.base_address,
    fields=(
        KeyField("model", "Model", "As Anthropic names it", Messages.default_model, required=True),
        *PRICE_FIELDS,
    ),
    key_page="https://console.anthropic.com/settings/keys",
)

"""Scripts from Claude."""

from apps.providers.anthropic.messages import Messages
from apps.providers.language.script import LanguageScript


class AnthropicScript(LanguageScript):
    """Writes with the key's model."""

    language_model = Messages

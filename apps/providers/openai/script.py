"""Scripts from OpenAI's models."""

from apps.providers.language.script import LanguageScript
from apps.providers.openai.service import OpenAIChat


class OpenAIScript(LanguageScript):
    """Writes with the key's model."""

    language_model = OpenAIChat

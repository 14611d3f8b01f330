"""Scripts from any address that speaks OpenAI's protocol."""

from apps.providers.language.script import LanguageScript
from apps.providers.openai_compatible.chat import Chat


class ChatScript(LanguageScript):
    """Writes with whatever model the key names."""

    language_model = Chat

"""The words that everything here is sorted by: channels, priorities, languages."""

from dataclasses import dataclass

from django.db import models


class Channel(models.TextChoices):
    """Ways to tell a person something. The order is that of pages."""

    STUDIO = "studio", "Studio"
    EMAIL = "email", "E-mail"
    PUSH = "push", "Browser"
    SLACK = "slack", "Slack"
    TELEGRAM = "telegram", "Telegram"
    SMS = "sms", "SMS"


OUTSIDE = tuple(channel for channel in Channel if channel is not Channel.STUDIO)
# Those that a critical alert tries one after the other: first what is quick, last what nobody sleeps through.
LADDER = (Channel.PUSH, Channel.TELEGRAM, Channel.SLACK, Channel.EMAIL, Channel.SMS)


class Priority(models.IntegerChoices):
    LOW = 10, "Low"
    NORMAL = 20, "Normal"
    HIGH = 30, "High"
    CRITICAL = 40, "Critical"


# From which priority on a channel is used where the person did not say otherwise.
DEFAULT_FROM = {
    Channel.STUDIO: Priority.LOW,
    Channel.EMAIL: Priority.HIGH,
    Channel.PUSH: Priority.NORMAL,
    Channel.SLACK: Priority.NORMAL,
    Channel.TELEGRAM: Priority.NORMAL,
    Channel.SMS: Priority.CRITICAL,
}


@dataclass(frozen=True)
class Wording:
    """A text in each language of the product."""

    en: str
    de: str

    def in_language(self, language: str) -> str:
        """The text for a person of this language; English where there is no other."""
        return self.de if language.startswith("de") else self.en


def worded(text: Wording | str, language: str) -> str:
    """A text that may be the same in every language, such as a person's own words."""
    return text if isinstance(text, str) else text.in_language(language)

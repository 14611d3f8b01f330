"""Fields that the forms of posts share."""

import re
from typing import Any

from django import forms

from apps.publishing import words
from apps.publishing.errors import PublishingError

SPACES = re.compile(r"[\s,]+")


class WordsField(forms.Field):
    """Several words in one line, shown again as they are kept."""

    widget = forms.TextInput
    name = ""
    sign = ", "

    def to_python(self, value: Any) -> list[str]:
        try:
            cleaned: list[str] = words.cleaned({self.name: self.parts(str(value or ""))})[self.name]
        except PublishingError as error:
            raise forms.ValidationError(error.message) from error
        return cleaned

    def parts(self, text: str) -> list[str]:
        return text.split(",")

    def prepare_value(self, value: Any) -> Any:
        return self.sign.join(value) if isinstance(value, list | tuple) else value


class TagsField(WordsField):
    """Tags between commas."""

    name = "tags"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Separate them with commas. Nobody sees them; search does.")
        super().__init__(**kwargs)


class HashtagsField(WordsField):
    """Hashtags between spaces or commas, with or without their sign."""

    name = "hashtags"

    def parts(self, text: str) -> list[str]:
        return SPACES.split(text)

    def prepare_value(self, value: Any) -> Any:
        return " ".join(f"#{tag}" for tag in value) if isinstance(value, list | tuple) else value

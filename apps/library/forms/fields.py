"""Fields that several forms of the library have."""

import re
from typing import Any
from uuid import UUID

from django import forms

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class TagsField(forms.Field):
    """Words between commas."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> list[str]:
        return [tag.strip() for tag in str(value or "").split(",") if tag.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value


class IdsField(forms.Field):
    """The ids of selected rows; what is no id is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[UUID]:
        return [UUID(text) for text in value or [] if _UUID.fullmatch(str(text))]


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once, as a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files or [None]]

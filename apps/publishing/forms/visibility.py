"""Who may see what is published, from a time on."""

from typing import Any

from django import forms

from apps.publishing.forms.when import WhenForm

WORDS = {"public": "Everybody", "unlisted": "Whoever has the link", "private": "Only you"}


class VisibilityForm(WhenForm):
    """The platform's own choices, and when."""

    privacy = forms.ChoiceField(label="Who may see it from then on")

    field_order = ("privacy", "due_at", "zone", "fold")

    def __init__(self, *args: Any, privacies: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["privacy"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(word, WORDS.get(word, word)) for word in privacies]

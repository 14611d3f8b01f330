"""The forms of planning: filters of the calendar, and another time for a post."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from apps.connections.models import Connection
from apps.publishing.agenda import AgendaFilter
from apps.publishing.models import Post, PostStatus


class AgendaForm(forms.Form):
    """What the address of a calendar asks for; whatever makes no sense is left out."""

    view = forms.CharField(required=False)
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    channel = forms.UUIDField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", ""), *PostStatus.choices])

    def asked(self) -> AgendaFilter:
        data = self._data()
        channel: UUID | None = data.get("channel")
        return AgendaFilter(channel, data.get("status") or "")

    def asked_day(self) -> date | None:
        found: date | None = self._data().get("day")
        return found

    def _data(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data


WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class SlotForm(forms.Form):
    """A time on some days of the week, of the whole team or of one channel."""

    weekdays = forms.TypedMultipleChoiceField(
        label="Days",
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one day of the week."},
    )
    at = forms.TimeField(label="Time", widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    connection = forms.ModelChoiceField(
        Connection.objects.none(),
        label="Channel",
        required=False,
        empty_label="Every channel",
        help_text="A channel with times of its own uses only those.",
    )

    def __init__(self, *args: Any, channels: QuerySet[Connection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["connection"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = channels

    def refuse(self, message: str, field: str | None) -> None:
        """Put a sentence beside its field, or above the form where it has none."""
        self.add_error(field if field in self.fields else None, message)


class BatchForm(forms.Form):
    """Which drafts are planned."""

    ids = forms.TypedMultipleChoiceField(
        coerce=UUID,
        choices=(),
        error_messages={
            "required": "Choose at least one draft.",
            "invalid_choice": "One of them is no draft any more. Look at the list again.",
        },
    )

    def __init__(self, *args: Any, drafts: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ids"].choices = [(str(post.pk), str(post)) for post in drafts]  # type: ignore[attr-defined]

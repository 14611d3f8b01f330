"""When a post goes out: a time on the clock of a zone, and which of two where the clock shows it twice (PUB-04)."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.accounts.forms import zone_choices
from apps.publishing import clock
from apps.publishing.errors import PublishingError

TWICE = "The clock shows this time twice on that day. Say which of the two you mean."


class ClockField(forms.Field):
    """A time on a clock, without a zone, as `<input type="datetime-local">` sends it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        found = value if isinstance(value, datetime) else _parsed(str(value))
        if found is None:
            raise forms.ValidationError("Write the time as date and hour, such as 2026-12-24 18:00.")
        return found.replace(tzinfo=None, second=0, microsecond=0)


def _parsed(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


class WhenForm(forms.Form):
    """A time, its zone, and the second of two times of the same name."""

    due_at = ClockField(label="Date and time", required=False)
    zone = forms.ChoiceField(label="Time zone", choices=zone_choices)
    fold = forms.ChoiceField(
        label="Which of the two?",
        required=False,
        choices=[("", ""), ("0", "The first"), ("1", "The second")],
        widget=forms.RadioSelect,
    )

    @property
    def is_planned(self) -> bool:
        """Whether the time is meant at all: forms with another choice of when say so."""
        return True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.is_planned and "due_at" not in self.errors and "zone" not in self.errors:
            self._clean_time(data)
        return data

    def _clean_time(self, data: dict[str, Any]) -> None:
        local, zone = data.get("due_at"), data.get("zone", "")
        if local is None:
            self.add_error("due_at", "Choose when it goes out.")
            return
        try:
            instant = clock.moment(local, zone, fold=1)
        except PublishingError as error:
            self.add_error(error.field if error.field in self.fields else None, error.message)
            return
        if instant <= timezone.now() and {"due_at", "zone"} & set(self.changed_data):
            self.add_error("due_at", clock.PASSED)
            return
        if clock.is_ambiguous(local, zone) and not data.get("fold"):
            self.add_error("fold", TWICE)

    @property
    def chosen_fold(self) -> int:
        return int(self.cleaned_data.get("fold") or 0)

    @property
    def asks_fold(self) -> bool:
        """Whether the time that is written now is shown twice by the clock."""
        return bool(self.fold_choices)

    @property
    def fold_choices(self) -> list[tuple[str, str]]:
        """The two moments, by how far the clock is from UTC then; none where the clock shows the time once."""
        local, zone = _parsed(str(self["due_at"].value() or "")), str(self["zone"].value() or "")
        if isinstance(self["due_at"].value(), datetime):
            local = self["due_at"].value()
        try:
            if local is None or not clock.is_ambiguous(local.replace(tzinfo=None), zone):
                return []
        except PublishingError:
            return []
        here, bare = clock.zone_of(zone), local.replace(tzinfo=None)
        names = [bare.replace(tzinfo=here, fold=fold).strftime("%H:%M %Z (UTC%z)") for fold in (0, 1)]
        return [("0", f"The first, {names[0]}"), ("1", f"The second, {names[1]}")]

"""Forms about notifications."""

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.notifications.choices import Channel, Priority
from apps.notifications.models import Announcement, MessageStatus, QuietHours
from apps.notifications.registry import NOTICE_TYPES
from apps.teams.models import Team

STATES = [("unread", "Unread"), ("read", "Read"), ("open", "Waiting for acknowledgement")]
LONGEST_WAIT = 120


def type_choices(language: str) -> list[tuple[str, str]]:
    return [(kind.name, kind.label.in_language(language)) for kind in NOTICE_TYPES.values()]


class NoticeFilter(forms.Form):
    """The filters of the centre; what the address says wrongly is ignored."""

    type = forms.CharField(label="Type", required=False, max_length=60)
    state = forms.ChoiceField(label="State", required=False, choices=[("", ""), *STATES])

    def values(self) -> dict[str, str]:
        """What to filter by: only fields that were given and are valid."""
        self.is_valid()
        kind, state = self.cleaned_data.get("type", ""), self.cleaned_data.get("state", "")
        return {"type_name": kind if kind in NOTICE_TYPES else "", "state": state}


class LogFilter(forms.Form):
    """The filters of the delivery log; what the address says wrongly is ignored."""

    q = forms.CharField(label="Find", required=False, max_length=200)
    channel = forms.ChoiceField(label="Channel", required=False, choices=[("", ""), *Channel.choices])
    status = forms.ChoiceField(label="Status", required=False, choices=[("", ""), *MessageStatus.choices])

    def values(self) -> dict[str, str]:
        self.is_valid()
        good = self.cleaned_data
        return {
            "text": good.get("q", ""),
            "channel": good.get("channel", ""),
            "status": good.get("status", ""),
        }


class PreferencesForm(forms.Form):
    """The table of one team: each ticked box is `wanted=type:channel`."""

    wanted = forms.MultipleChoiceField(required=False)

    def __init__(self, data: Any, *, channels: list[Channel]) -> None:
        super().__init__(data)
        self.channels = channels
        field = self.fields["wanted"]
        if isinstance(field, forms.MultipleChoiceField):
            cells = [f"{name}:{channel.value}" for name in NOTICE_TYPES for channel in channels]
            field.choices = [(cell, cell) for cell in cells]

    def chosen(self) -> set[tuple[str, Channel]]:
        pairs = (cell.rsplit(":", 1) for cell in self.cleaned_data["wanted"])
        return {(name, Channel(channel)) for name, channel in pairs}


class QuietForm(forms.ModelForm):  # type: ignore[type-arg]
    """Quiet hours; both times empty means none."""

    begins = forms.TimeField(
        label="From", required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label="Until", required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    critical_passes = forms.BooleanField(
        label="Critical alerts come through", required=False, help_text="They are called out day and night."
    )

    class Meta:
        model = QuietHours
        fields = ["begins", "ends", "critical_passes"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        begins, ends = values.get("begins"), values.get("ends")
        if (begins is None) != (ends is None) and not self.errors:
            self.add_error("ends" if ends is None else "begins", "Give both times, or neither.")
        if begins is not None and begins == ends:
            self.add_error("ends", "Choose another time than the start: these would be no hours at all.")
        return values


class NumberForm(forms.Form):
    number = forms.CharField(
        label="Phone number",
        max_length=30,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "placeholder": "+49 151 23456789"}),
        help_text="With its country code. A code is sent to it.",
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=6,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class SlackForm(forms.Form):
    address = forms.CharField(
        label="Webhook address",
        max_length=300,
        widget=forms.TextInput(
            {"type": "url", "placeholder": "https://hooks.slack.com/services/…", "autocomplete": "off"}
        ),
        help_text="Slack makes it under “Incoming Webhooks”. It is kept encrypted.",
    )
    label = forms.CharField(
        label="Name", max_length=80, required=False, widget=forms.TextInput({"placeholder": "#studio"})
    )


class BrowserForm(forms.Form):
    subscription = forms.CharField(max_length=2000)
    label = forms.CharField(max_length=80)


class EscalationForm(forms.Form):
    """Who is called first, second, …; a field for each member."""

    wait_minutes = forms.IntegerField(
        label="Minutes to answer",
        min_value=1,
        max_value=LONGEST_WAIT,
        help_text="So long each channel and each person has, before the next is called.",
    )

    def __init__(self, data: Any, *, people: list[User], order: list[User], wait_minutes: int) -> None:
        super().__init__(data, initial={"wait_minutes": wait_minutes})
        self.people = people
        places = {user.pk: number for number, user in enumerate(order, 1)}
        choices = [("", "Not called"), *((str(n), f"Number {n}") for n in range(1, len(people) + 1))]
        for user in people:
            self.fields[f"place_{user.pk}"] = forms.ChoiceField(
                label=str(user), choices=choices, required=False, initial=str(places.get(user.pk, ""))
            )

    def rows(self) -> list[tuple[User, Any]]:
        """Each person with the field of their place."""
        return [(user, self[f"place_{user.pk}"]) for user in self.people]

    def order(self) -> list[str]:
        """Ids of those who are called, in order; who shares a place keeps the order of the page."""
        called = [
            (int(place), number, str(user.pk))
            for number, user in enumerate(self.people)
            if (place := self.cleaned_data.get(f"place_{user.pk}"))
        ]
        return [user_id for _, _, user_id in sorted(called)]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.order():
            raise forms.ValidationError("Choose at least one person, or nobody would be called.")
        return values


class AnnouncementForm(forms.ModelForm):  # type: ignore[type-arg]
    priority = forms.TypedChoiceField(
        label="Importance",
        coerce=int,
        choices=[
            (Priority.NORMAL.value, "Normal: in the studio"),
            (Priority.HIGH.value, "High: by e-mail too"),
        ],
    )
    team = forms.ModelChoiceField(
        label="For", queryset=Team.objects.all(), required=False, empty_label="Everybody"
    )

    class Meta:
        model = Announcement
        fields = ["title", "body", "title_de", "body_de", "team", "priority"]
        labels = {
            "title": "Title",
            "body": "Text",
            "title_de": "Title in German",
            "body_de": "Text in German",
        }
        widgets = {"body": forms.Textarea({"rows": 5}), "body_de": forms.Textarea({"rows": 5})}
        help_texts = {"title_de": "Left empty, German readers get the English words."}

"""The forms of a custom RTMP target and of a strike, and the choice among several accounts."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from apps.connections.adapters import Account
from apps.connections.models import Connection, StrikeKind
from apps.connections.recent import recent_work
from apps.connections.strikes import rules_of


class TargetForm(forms.Form):
    """An ingest address and its key. The stored key is never put into the form again."""

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=80,
        help_text="How the team calls it; empty takes the server's name.",
    )
    address = forms.CharField(
        label="Address",
        max_length=500,
        help_text="Without the key, such as rtmp://live.example.com/app or rtmps://live.example.com:443/app.",
        widget=forms.TextInput(attrs={"spellcheck": "false", "inputmode": "url"}),
    )
    key = forms.CharField(
        label="Stream key",
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, connection: Connection | None = None, **kwargs: Any) -> None:
        self.connection = connection
        if connection is not None:
            kwargs["initial"] = {"name": connection.name, "address": connection.facts.get("address", "")}
        super().__init__(*args, **kwargs)
        self.fields["key"].required = connection is None
        if connection is not None:
            self.fields["key"].help_text = "Leave it empty to keep the one that is stored."

    def refuse(self, message: str, field: str | None) -> None:
        """Put a sentence beside its field, or above the form where it has none."""
        self.add_error(field if field in self.fields else None, message)


class AccountForm(forms.Form):
    """Which of the accounts that a sign-in reaches."""

    account = forms.MultipleChoiceField(
        label="Accounts",
        error_messages={"required": "Choose at least one.", "invalid_choice": "Choose from the list."},
    )

    def __init__(self, *args: Any, accounts: tuple[Account, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [(one.external_id, one.name) for one in accounts]  # type: ignore[attr-defined]


POSTS_OFFERED = 30


class StrikeForm(forms.Form):
    """What a platform wrote to the team about a strike."""

    kind = forms.ChoiceField(label="Kind", choices=StrikeKind.choices)
    about = forms.CharField(
        label="What it is about", max_length=500, help_text="As the platform put it, in a sentence."
    )
    post = forms.ChoiceField(label="Post", required=False)
    received_on = forms.DateField(
        label="Received on",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    until = forms.DateField(
        label="Until", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, connection: Connection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        works = recent_work([connection], POSTS_OFFERED)[connection.pk]
        offered = [(str(work.ref), f"{work.title} · {work.at:%-d %b %Y}") for work in works if work.ref]
        self.fields["post"].choices = [("", "No post of ours"), *offered]  # type: ignore[attr-defined]
        days = rules_of(connection).lasts_days
        self.fields["until"].help_text = (
            f"Its last day. Empty: {days} days later."
            if days
            else "Its last day. Empty: until it is taken back."
        )

    def clean_post(self) -> UUID | None:
        value: str = self.cleaned_data["post"]
        return UUID(value) if value else None

    def refuse(self, message: str, field: str | None) -> None:
        """Put a sentence beside its field, or above the form where it has none."""
        self.add_error(field if field in self.fields else None, message)

"""The form of a custom RTMP target, and the choice among several accounts."""

from typing import Any

from django import forms

from apps.connections.adapters import Account
from apps.connections.models import Connection


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

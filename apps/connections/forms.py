"""Accounts that a person enters by hand (an RTMP target, a Jitsi server, JaaS), strikes, the choice among accounts."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from apps.connections.adapters import Account
from apps.connections.models import Connection, StrikeKind
from apps.connections.recent import recent_work
from apps.connections.strikes import rules_of


class SecretArea(forms.Textarea):
    """Several lines that are never put into a page again."""

    def format_value(self, value: Any) -> str | None:
        return None


class RefusableForm(forms.Form):
    """A form to which a service may say no."""

    def refuse(self, message: str, field: str | None) -> None:
        """Put a sentence beside its field, or above the form where it has none."""
        self.add_error(field if field in self.fields else None, message)


class EnteredForm(RefusableForm):
    """An account that is entered by hand. Its stored key, in `secret_field`, is never put into the form again."""

    secret_field = "key"  # noqa: S105 - a field's name
    secret_is_needed = True

    def __init__(self, *args: Any, connection: Connection | None = None, **kwargs: Any) -> None:
        self.connection = connection
        if connection is not None:
            kwargs["initial"] = {"name": connection.name, **connection.facts}
        super().__init__(*args, **kwargs)
        secret = self.fields[self.secret_field]
        secret.required = self.secret_is_needed and connection is None
        if connection is not None:
            secret.help_text = "Leave it empty to keep the one that is stored."


class TargetForm(EnteredForm):
    """An ingest address and its key."""

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
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ServerForm(EnteredForm):
    """The address of a Jitsi server; app id and secret where it lets only tokens open rooms."""

    secret_field = "secret"  # noqa: S105 - a field's name
    secret_is_needed = False

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=80,
        help_text="How the team calls it; empty takes the server's name.",
    )
    address = forms.CharField(
        label="Address",
        max_length=300,
        help_text="Of the server, without a room, such as https://meet.example.com.",
        widget=forms.TextInput(attrs={"spellcheck": "false", "inputmode": "url"}),
    )
    app_id = forms.CharField(
        label="App id",
        required=False,
        max_length=100,
        help_text="Only where the server asks for tokens (JWT_APP_ID). Empty where everybody may open a room.",
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    secret = forms.CharField(
        label="Secret",
        max_length=200,
        help_text="What its tokens are signed with (JWT_APP_SECRET).",
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class JaasForm(EnteredForm):
    """An account of 8x8's JaaS: AppID, a key's id, and its private half."""

    name = forms.CharField(
        label="Name", required=False, max_length=80, help_text="How the team calls it; empty takes “JaaS”."
    )
    app_id = forms.CharField(
        label="AppID",
        max_length=100,
        help_text="It begins with vpaas-magic-cookie- and stands in the JaaS console under API keys.",
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    key_id = forms.CharField(
        label="Id of the key",
        max_length=200,
        help_text="As the console shows it, with the AppID before it or without.",
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    key = forms.CharField(
        label="Private key",
        max_length=10_000,
        help_text="The whole file in PEM, from -----BEGIN to -----END.",
        widget=SecretArea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )


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


class StrikeForm(RefusableForm):
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

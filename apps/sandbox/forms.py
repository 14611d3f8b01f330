"""Forms of the consent page and of the panel."""

from collections.abc import Mapping
from typing import Any

from django import forms

from apps.sandbox.models import Account, FaultKind
from apps.sandbox.standin import StandIn

NEW = "new"
NEED_AMOUNT = (FaultKind.SLOW, FaultKind.BROKEN_UPLOAD)
LONGEST_WAIT_S = 120


class ConsentForm(forms.Form):
    """Which account, and which of the scopes."""

    account = forms.ChoiceField(label="Account", widget=forms.RadioSelect)
    name = forms.CharField(label="Name of the new account", max_length=100, required=False)
    scopes = forms.MultipleChoiceField(
        label="What the application may do", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, stand_in: StandIn, scopes: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stand_in = stand_in
        self.people = [*stand_in.samples(), *_made_here(stand_in)]
        people = [(str(one.pk), one.name) for one in self.people]
        self.fields["account"].choices = [*people, (NEW, f"A new {stand_in.account_word}")]  # type: ignore[attr-defined]
        self.fields["account"].initial = people[0][0]
        self.fields["scopes"].choices = [(scope, scope) for scope in scopes]  # type: ignore[attr-defined]
        self.fields["scopes"].initial = scopes

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("account") == NEW and not cleaned.get("name", "").strip():
            self.add_error("name", "Give the new account a name.")
        return cleaned

    def person(self) -> Account:
        """The chosen account, made where it is a new one."""
        chosen = self.cleaned_data["account"]
        if chosen == NEW:
            return self.stand_in.new_account(self.cleaned_data["name"].strip())
        return next(one for one in self.people if str(one.pk) == chosen)


def _made_here(stand_in: StandIn) -> list[Account]:
    """Those that were made on this page before."""
    samples = [one.pk for one in stand_in.samples()]
    return list(
        Account.objects.filter(platform=stand_in.slug, parent=None)
        .exclude(pk__in=samples)
        .order_by("-created_at")[:10]
    )


class FaultForm(forms.Form):
    """What is to go wrong, where, and how often."""

    platform = forms.ChoiceField(label="Platform")
    kind = forms.ChoiceField(label="What goes wrong", choices=FaultKind.choices)
    account = forms.ModelChoiceField(
        Account.objects.order_by("platform", "name"),
        label="Account",
        required=False,
        empty_label="All accounts",
    )
    operation = forms.ChoiceField(label="Operation", required=False)
    amount = forms.IntegerField(
        label="How much",
        required=False,
        min_value=0,
        max_value=10**12,
        help_text="Seconds to wait (429, slow), the status (5xx), or the byte at which an upload breaks off.",
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=60,
        help_text="The platform's own word for a rejection; 503 for an upload that breaks off with an answer.",
    )
    times = forms.IntegerField(
        label="How often",
        required=False,
        min_value=1,
        max_value=10_000,
        help_text="For so many calls. Empty: until you switch it off.",
    )

    def __init__(self, stand_ins: Mapping[str, StandIn], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stand_ins = stand_ins
        operations = [
            (one.name, [(f"{slug} {name}", name) for name in one.operations])
            for slug, one in stand_ins.items()
        ]
        self.fields["platform"].choices = [(slug, one.name) for slug, one in stand_ins.items()]  # type: ignore[attr-defined]
        self.fields["operation"].choices = [("", "All operations"), *operations]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        platform, account = cleaned.get("platform"), cleaned.get("account")
        if account is not None and account.platform != platform:
            self.add_error("account", "This account is at another platform.")
        chosen, _, name = cleaned.get("operation", "").partition(" ")
        if name and chosen != platform:
            self.add_error("operation", "This operation is another platform's.")
        if cleaned.get("kind") in NEED_AMOUNT and cleaned.get("amount") is None:
            self.add_error("amount", "Say how much.")
        if cleaned.get("kind") == FaultKind.UNAVAILABLE and not 500 <= (cleaned.get("amount") or 503) <= 599:
            self.add_error("amount", "A status from 500 to 599.")
        if cleaned.get("kind") == FaultKind.SLOW and (cleaned.get("amount") or 0) > LONGEST_WAIT_S:
            self.add_error("amount", f"At most {LONGEST_WAIT_S} seconds.")
        return cleaned

    @property
    def chosen_operation(self) -> str:
        return str(self.cleaned_data["operation"]).partition(" ")[2]

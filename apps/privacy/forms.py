"""Asking to be deleted."""

from typing import Any

from django import forms

from apps.accounts.models import User


class DeletionForm(forms.Form):
    """What can't be undone asks for the name of what it is about: the person's own address."""

    email = forms.CharField(
        label="Your e-mail address", widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        given = str(self.cleaned_data["email"]).strip().lower()
        if given != self.user.email:
            raise forms.ValidationError("That is not the address of this account.")
        return given

"""Forms about people."""

from typing import Any

from django import forms


class SignupDetails(forms.Form):
    """What sign-up asks besides address and password."""

    display_name = forms.CharField(
        label="Your name", max_length=80, widget=forms.TextInput({"autocomplete": "name"})
    )

    field_order = ["display_name", "email", "password1"]

    def signup(self, request: Any, user: Any) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])

"""Forms about people."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings

from apps.accounts.models import User


class SignupDetails(forms.Form):
    """What sign-up asks besides address and password."""

    display_name = forms.CharField(
        label="Your name", max_length=80, widget=forms.TextInput({"autocomplete": "name"})
    )

    field_order = ["display_name", "email", "password1"]

    def signup(self, request: Any, user: Any) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])


def zone_choices() -> list[tuple[str, str]]:
    """Zones that are named after places, with spaces for reading."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, language, time zone and theme."""

    display_name = forms.CharField(
        label="Your name",
        max_length=80,
        widget=forms.TextInput({"autocomplete": "name"}),
        help_text="Your team sees it.",
    )
    language = forms.ChoiceField(label="Language", choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label="Time zone", choices=zone_choices, help_text="All times are shown in it. Type to find yours."
    )

    class Meta:
        model = User
        fields = ["display_name", "language", "time_zone", "theme"]

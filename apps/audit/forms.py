"""Forms about the audit record."""

from typing import Any

from django import forms

from apps.audit.choices import Place


def _day(label: str) -> forms.DateInput:
    return forms.DateInput({"type": "date", "aria-label": label})


def _words(label: str) -> forms.TextInput:
    return forms.TextInput({"aria-label": label, "placeholder": label, "autocomplete": "off"})


class AuditFilter(forms.Form):
    """The filters of the audit page. A wrong date is told beside its field; the others are ignored when wrong."""

    q = forms.CharField(label="Find", required=False, max_length=200)
    action = forms.CharField(label="Action", required=False, max_length=60)
    person = forms.CharField(label="Who did it", required=False, max_length=80, widget=_words("Who did it"))
    first = forms.DateField(label="From", required=False, widget=_day("From"))
    last = forms.DateField(label="To", required=False, widget=_day("To"))

    def values(self) -> dict[str, Any]:
        """What to filter by: the fields that are valid."""
        self.is_valid()
        good = self.cleaned_data
        return {
            "text": good.get("q", ""),
            "action": good.get("action", ""),
            "actor": good.get("person", ""),
            "first": good.get("first"),
            "last": good.get("last"),
        }


class InstallationFilter(AuditFilter):
    """The filters of the operators' page: also where it was done."""

    place = forms.ChoiceField(required=False, choices=Place.choices)
    team = forms.CharField(label="Team", required=False, max_length=80, widget=_words("Team"))

    def values(self) -> dict[str, Any]:
        narrowed = super().values()
        good = self.cleaned_data
        return {**narrowed, "place": good.get("place", ""), "team": good.get("team", "")}

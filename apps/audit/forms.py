"""Forms about the audit record."""

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.teams.models import Team


def _day(label: str) -> forms.DateInput:
    return forms.DateInput({"type": "date", "aria-label": label})


class AuditFilter(forms.Form):
    """The filters of the audit page. A wrong date is told beside its field; the others are ignored when wrong."""

    q = forms.CharField(label="Find", required=False, max_length=200)
    action = forms.CharField(label="Action", required=False, max_length=60)
    person = forms.ModelChoiceField(
        label="Person", queryset=User.objects.none(), required=False, empty_label="Anyone"
    )
    first = forms.DateField(label="From", required=False, widget=_day("From"))
    last = forms.DateField(label="To", required=False, widget=_day("To"))

    def __init__(self, data: Any, *, team: Team) -> None:
        super().__init__(data)
        person = self.fields["person"]
        person.widget.attrs["aria-label"] = person.label
        if isinstance(person, forms.ModelChoiceField):
            person.queryset = User.objects.filter(memberships__team=team).order_by("display_name", "email")

    def values(self) -> dict[str, Any]:
        """What to filter by: the fields that are valid."""
        self.is_valid()
        good = self.cleaned_data
        return {
            "text": good.get("q", ""),
            "action": good.get("action", ""),
            "actor": good.get("person"),
            "first": good.get("first"),
            "last": good.get("last"),
        }

"""Forms of the operator pages."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from apps.flags.models import FlagRule, FlagState
from apps.flags.registry import IntSetting
from apps.teams.models import Team


class ReasonForm(forms.Form):
    """Why it is done."""

    reason = forms.CharField(label="Reason", max_length=300, help_text="It stands in the audit record.")


class GrantForm(forms.Form):
    """Premium without payment: until which day, and why."""

    last_day = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text="Included. Empty: until it is revoked.",
    )
    reason = forms.CharField(label="Reason", max_length=300, help_text="It stands in the audit record.")

    @property
    def ends_at(self) -> datetime | None:
        """The end of the last day in the operator's zone."""
        day = self.cleaned_data["last_day"]
        if day is None:
            return None
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class FlagForm(forms.Form):
    """For whom a flag is on."""

    state = forms.ChoiceField(label="Who has it", choices=FlagState.choices, widget=forms.RadioSelect)
    teams = forms.CharField(
        label="Teams",
        required=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false", "class": "mono"}),
        help_text="Addresses of teams (night-kitchen), one a line. Only where it is on for some.",
    )
    share = forms.IntegerField(
        label="Share of all teams, in percent",
        min_value=0,
        max_value=100,
        required=False,
        help_text="Taken by chance, always the same teams; a greater share only adds to them.",
    )

    @staticmethod
    def of(rule: FlagRule | None) -> dict[str, Any]:
        """What the form begins with."""
        if rule is None:
            return {"state": FlagState.DEFAULT, "share": 0}
        slugs = Team.objects.filter(pk__in=rule.teams).order_by("slug").values_list("slug", flat=True)
        return {"state": rule.state, "share": rule.share, "teams": "\n".join(slugs)}

    def clean_teams(self) -> list[UUID]:
        wanted = set(self.cleaned_data["teams"].split())
        found = dict(Team.objects.filter(slug__in=wanted).values_list("slug", "pk"))
        if missing := sorted(wanted - found.keys()):
            raise forms.ValidationError(f"There is no team with the address {missing[0]}.")
        return list(found.values())

    def clean_share(self) -> int:
        return int(self.cleaned_data["share"] or 0)


class SettingForm(forms.Form):
    """Another number; empty goes back to the default."""

    value = forms.IntegerField(label="Value", required=False)

    def __init__(self, data: Any, *, setting: IntSetting) -> None:
        super().__init__(data)
        self.fields["value"] = forms.IntegerField(
            label=setting.title, required=False, min_value=setting.least, max_value=setting.most
        )

"""Forms about runs and their lists."""

from typing import Any
from uuid import UUID

from django import forms

from apps.creation.lists import RunFilter
from apps.creation.models import RunStatus
from apps.creation.offers import CHOOSABLE, offer_of
from apps.providers.capabilities import Capability
from apps.teams.models import Team


class RunFilterForm(forms.Form):
    """The filters of the runs page; what the address says wrongly is ignored."""

    q = forms.CharField(label="Find a run", required=False, max_length=200)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", ""), *RunStatus.choices])
    template = forms.UUIDField(label="Template", required=False)

    def wanted(self) -> RunFilter:
        self.is_valid()
        good = self.cleaned_data
        return RunFilter(good.get("q", ""), good.get("status", ""), good.get("template"))


class TitleForm(forms.Form):
    """Another title for a run."""

    title = forms.CharField(max_length=120, error_messages={"required": "Give the video a title."})


class OrderForm(forms.Form):
    """The scenes' ids in the order that they are to have, between commas."""

    order = forms.CharField()

    def clean_order(self) -> list[UUID]:
        try:
            return [UUID(part) for part in self.cleaned_data["order"].split(",")]
        except ValueError as error:
            raise forms.ValidationError("That order can't be read. Load the page again.") from error


class ProviderForm(forms.Form):
    """Another provider for one kind of work; none for the team's order again."""

    capability = forms.ChoiceField(choices=[(capability.value, "") for capability in CHOOSABLE])
    provider = forms.CharField(required=False, max_length=40)

    def __init__(self, data: Any, *, team: Team) -> None:
        super().__init__(data)
        self.team = team

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        ref, name = data.get("provider", ""), data.get("capability")
        if name and ref and ref not in dict(offer_of(self.team, Capability(name)).choices):
            self.add_error("provider", "That provider can't be used for this now. Choose another one.")
        return data

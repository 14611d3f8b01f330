"""Forms about background work."""

import json
from typing import Any

from django import forms
from django.conf import settings

from apps.jobs import queries
from apps.jobs.agents import Report
from apps.jobs.kinds import KINDS
from apps.jobs.models import Job, JobStatus
from apps.teams.models import Team

STATUSES = [("open", "Not over yet"), *JobStatus.choices]


class JobFilter(forms.Form):
    """The filters of the jobs page; what the address says wrongly is ignored."""

    q = forms.CharField(label="Find a job", required=False, max_length=200)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", ""), *STATUSES])
    kind = forms.CharField(label="Kind", required=False, max_length=80)
    queue = forms.CharField(label="Queue", required=False, max_length=20)

    def values(self) -> dict[str, str]:
        """What to filter by: only fields that were given and are valid."""
        self.is_valid()
        good = self.cleaned_data
        chosen = {"text": good.get("q", ""), "status": good.get("status", "")}
        kind, queue = good.get("kind", ""), good.get("queue", "")
        return chosen | {
            "kind": kind if kind in KINDS else "",
            "queue": queue if queue in settings.RQ_QUEUE_NAMES else "",
        }


class SelectedJobs(forms.Form):
    """The jobs that were ticked in the list, as far as the team may put them back on their queue."""

    jobs = forms.ModelMultipleChoiceField(
        queryset=Job.objects.none(), error_messages={"required": "Tick at least one failed or cancelled job."}
    )

    def __init__(self, data: Any, *, team: Team) -> None:
        super().__init__(data)
        field = self.fields["jobs"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = queries.requeueable(team)


class DeadFilter(forms.Form):
    """What of the dead-letter list is looked at, or put back as a whole."""

    q = forms.CharField(required=False, max_length=200)
    kind = forms.CharField(required=False, max_length=80)
    queue = forms.CharField(required=False, max_length=20)

    def values(self) -> dict[str, str]:
        self.is_valid()
        good = self.cleaned_data
        return {"text": good.get("q", ""), "kind": good.get("kind", ""), "queue": good.get("queue", "")}


class Correction(forms.Form):
    """One argument that is set otherwise in all jobs that are put back together; empty changes nothing."""

    argument = forms.CharField(label="Argument", required=False, max_length=80)
    value = forms.CharField(
        label="New value", required=False, max_length=2000, help_text="As JSON: 5, true, or words in quotes."
    )

    def change(self) -> dict[str, Any]:
        """The new value by its name. Raises ValidationError for a value that is no JSON, or has no name."""
        name, text = self.data.get("argument", "").strip(), self.data.get("value", "").strip()
        if not name and not text:
            return {}
        if not name:
            raise forms.ValidationError("Name the argument that the new value is for.")
        try:
            return {name: json.loads(text)}
        except ValueError:
            raise forms.ValidationError("Write the new value as JSON: 5, true, or words in quotes.") from None


class RequeueForm(forms.Form):
    """Another try, with other arguments where a person corrected them."""

    args = forms.JSONField(
        label="Arguments",
        help_text="What the job is called with, as JSON. Change it only if you know what the job takes.",
        widget=forms.Textarea({"spellcheck": "false", "class": "mono", "rows": 4}),
    )

    def clean_args(self) -> dict[str, Any]:
        args = self.cleaned_data["args"]
        if not isinstance(args, dict):
            raise forms.ValidationError('Write an object: {"name": "value"}.')
        return args


class AgentBeat(forms.Form):
    """What an agent reports of itself."""

    host = forms.CharField(max_length=120)
    queues = forms.MultipleChoiceField(choices=[(name, name) for name in settings.RQ_QUEUE_NAMES])
    slots = forms.IntegerField(min_value=1, max_value=1000)
    load = forms.FloatField(min_value=0, max_value=10_000)
    leaving = forms.BooleanField(required=False)

    def report(self) -> Report:
        data = self.cleaned_data
        return Report(host=data["host"], queues=data["queues"], slots=data["slots"], load=data["load"])


class AgentForm(forms.Form):
    """A new machine."""

    name = forms.CharField(label="Name", max_length=80, help_text="By which you tell the machines apart.")


class CapForm(forms.Form):
    """How many jobs at once; a part that is left open means any."""

    team = forms.ModelChoiceField(
        Team.objects.order_by("name"), label="Team", required=False, empty_label="Any team"
    )
    kind = forms.ChoiceField(label="Kind", required=False)
    queue = forms.ChoiceField(
        label="Queue", required=False, choices=[("", "Any queue"), *((n, n) for n in settings.RQ_QUEUE_NAMES)]
    )
    at_once = forms.IntegerField(label="At most at once", min_value=1, max_value=10_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [("", "Any kind"), *((name, name) for name in sorted(KINDS))]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data["team"] or data["kind"] or data["queue"]):
            raise forms.ValidationError("Choose a team, a kind or a queue that the limit is for.")
        return data

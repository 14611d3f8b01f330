"""Forms about background work."""

from typing import Any

from django import forms
from django.conf import settings

from apps.jobs import queries
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

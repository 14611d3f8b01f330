"""What automations can do with creation: run a template (EVT-03)."""

from typing import Any

from django import forms

from apps.automations.errors import NotPossible
from apps.automations.registry import ActionCall, ActionForm, define_action
from apps.creation.models import SourceKind, Template
from apps.creation.queries import templates_for
from apps.creation.services.runs import LONGEST_TOPIC, Idea, start_run
from apps.teams.roles import Permission


class RunTemplateForm(ActionForm):
    template = forms.ModelChoiceField(Template.objects.none(), label="Template", empty_label=None)
    topic = forms.CharField(
        label="Topic",
        max_length=LONGEST_TOPIC,
        initial="{subject}",
        help_text="Names in braces are replaced by what the event says.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        templates = self.fields["template"]
        if isinstance(templates, forms.ModelChoiceField):
            templates.queryset = templates_for(self.team)


def template_of(call: ActionCall) -> Template:
    """Raises NotPossible where it is gone."""
    template = templates_for(call.team).filter(pk=str(call.wishes["template"])).first()
    if template is None:
        raise NotPossible("The template is no longer there. Choose another one.")
    return template


def run_template(call: ActionCall) -> str:
    """A new run from a topic; the team's limits hold as for any other."""
    template = template_of(call)
    idea = Idea(SourceKind.TOPIC, topic=call.text("topic")[:LONGEST_TOPIC])
    run = start_run(team=call.team, actor=call.actor, template=template, idea=idea)
    return f"Started “{run.title}” with {template.name}"


def would_run(call: ActionCall) -> str:
    return f"Would start “{call.text('topic')}” with {template_of(call).name}"


define_action(
    "run_template",
    label="Make a video",
    summary="Starts a run with a template, on a topic that the event names.",
    icon="sparkles",
    form=RunTemplateForm,
    run=run_template,
    describe=would_run,
    permission=Permission.CREATE_VIDEO,
)

"""Forms of creation."""

from apps.creation.forms.create import CreateForm
from apps.creation.forms.fields import set_choices
from apps.creation.forms.runs import RunFilterForm
from apps.creation.forms.template import BeatFormSet, TemplateForm

__all__ = ["BeatFormSet", "CreateForm", "RunFilterForm", "TemplateForm", "set_choices"]

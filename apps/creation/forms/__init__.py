"""Forms of creation."""

from apps.creation.forms.create import CreateForm
from apps.creation.forms.look import (
    FormatsForm,
    LookForm,
    MoveForm,
    MusicForm,
    NewSceneForm,
    PickForm,
    SceneForm,
)
from apps.creation.forms.runs import OrderForm, ProviderForm, RunFilterForm, TitleForm
from apps.creation.forms.template import BaseBeatFormSet, BeatFormSet, CopyForm, TemplateForm, beat_rows

__all__ = [
    "BaseBeatFormSet",
    "BeatFormSet",
    "CopyForm",
    "CreateForm",
    "FormatsForm",
    "LookForm",
    "MoveForm",
    "MusicForm",
    "NewSceneForm",
    "OrderForm",
    "PickForm",
    "ProviderForm",
    "RunFilterForm",
    "SceneForm",
    "TemplateForm",
    "TitleForm",
    "beat_rows",
]

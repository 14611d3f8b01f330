"""The form of a whole template: structure, look, captions, sound, script and platform."""

from decimal import Decimal
from typing import Any

from django import forms

from apps.core.errors import UserError
from apps.creation import choices
from apps.creation.forms.fields import PLACES, palette_field, refuse, set_choices, spec_of
from apps.creation.models import Template
from apps.creation.template_spec import LONGEST_S, SHORTEST_S

MOST_BEATS = 12
MOST_HASHTAGS = 15
ALLOWED_GAP = Decimal(1)  # per cent by which shares may miss the whole


class BeatForm(forms.Form):
    """One beat; a row that is left empty is none."""

    name = forms.CharField(max_length=40, widget=forms.TextInput({"placeholder": "Hook"}))
    purpose = forms.CharField(
        max_length=300,
        required=False,
        widget=forms.TextInput({"placeholder": "Stop the thumb with the most surprising line."}),
    )
    percent = forms.DecimalField(
        label="Share",
        min_value=Decimal(1),
        max_value=Decimal(100),
        max_digits=4,
        decimal_places=1,
        widget=forms.NumberInput({"step": "1"}),
    )


class BaseBeatFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # not generic at run time
    """The beats of a template, in order; together they are the whole."""

    def rows(self) -> list[dict[str, Any]]:
        """The beats as a spec has them."""
        kept = [form for form in self.forms if form.cleaned_data and form not in self.deleted_forms]
        return [
            {
                "name": form.cleaned_data["name"],
                "purpose": form.cleaned_data["purpose"],
                "share": float(form.cleaned_data["percent"] / 100),
            }
            for form in kept
        ]

    def clean(self) -> None:
        if any(form.errors for form in self.forms if form not in self.deleted_forms):
            return
        total = sum((Decimal(str(row["share"])) * 100 for row in self.rows()), Decimal(0))
        if self.rows() and abs(total - 100) > ALLOWED_GAP:
            raise forms.ValidationError(
                f"The shares of the beats must add up to 100 %, not {total.normalize():f} %."
            )


BeatFormSet: type[BaseBeatFormSet] = forms.formset_factory(  # type: ignore[assignment]  # it is made of that class
    BeatForm,
    formset=BaseBeatFormSet,
    extra=1,
    can_delete=True,
    min_num=1,
    max_num=MOST_BEATS,
    absolute_max=2 * MOST_BEATS,
    validate_min=True,
    validate_max=True,
)


def _words(
    label: str, length: int, *, rows: int = 0, required: bool = False, hint: str = ""
) -> forms.CharField:
    widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=length, required=required, widget=widget, help_text=hint)


def _number(label: str, least: float, most: float, step: float, *, hint: str = "") -> forms.FloatField:
    widget = forms.NumberInput({"step": step})
    return forms.FloatField(label=label, min_value=least, max_value=most, widget=widget, help_text=hint)


def _whole(label: str, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most)


class TemplateForm(forms.Form):
    """Everything that a template says except for its beats, which are rows of `BeatFormSet`."""

    name = forms.CharField(max_length=80)
    description = _words("Description", 300, rows=2)
    hook = _words("Hook", 300, rows=2, hint="What the first scene has to do.")
    min_s = _whole("Shortest, in seconds", SHORTEST_S, LONGEST_S)
    max_s = _whole("Longest, in seconds", SHORTEST_S, LONGEST_S)
    min_scenes = _whole("Fewest scenes", 1, 40)
    max_scenes = _whole("Most scenes", 1, 40)
    formats = forms.MultipleChoiceField(
        choices=choices.FORMATS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one format."},
    )
    palette = palette_field()
    aesthetic = _words("Aesthetic", 40, hint="A few words for pictures, such as “warm, cinematic”.")
    transition = forms.ChoiceField(label="From scene to scene", choices=choices.TRANSITIONS)
    transition_s = _number("Length of a transition, in seconds", 0, 2, 0.1)
    burnt_in = forms.BooleanField(label="Burn captions into the picture", required=False)
    caption_style = forms.ChoiceField(label="Style", choices=choices.CAPTION_STYLES)
    position = forms.ChoiceField(label="Where they stand", choices=choices.POSITIONS)
    scale = _number("Size", 0.5, 2, 0.05, hint="1 is the style's own size.")
    hook_overlay = forms.BooleanField(label="Show the title over the first scene", required=False)
    voice = forms.CharField(
        max_length=120,
        required=False,
        widget=forms.TextInput({"list": "voices"}),
        help_text="Empty: the provider's own choice for the language.",
    )
    speed = _number("Speed", 0.6, 1.6, 0.01, hint="1 is the voice's own pace.")
    music = forms.BooleanField(label="Music under the voice", required=False)
    mood = forms.ChoiceField()
    genre = _words("Genre", 40)
    tempo = forms.IntegerField(
        required=False, min_value=0, max_value=220, help_text="Beats per minute. Empty: the mood's own."
    )
    prompt = _words("Instructions", 4000, rows=6, hint="What a script writer is told besides the structure.")
    tone = _words("Tone", 80)
    call_to_action = _words("Call to action", 200, hint="Spoken as it stands at the end.")
    thumbnail_layout = forms.ChoiceField(label="Layout of thumbnails", choices=choices.LAYOUT_NAMES)
    hashtags = _words("Hashtags", 600, hint="At most 15, with spaces or commas between them.")

    def __init__(self, data: Any = None, *, template: Template) -> None:
        super().__init__(data, initial=_initial(template))
        mood = template.spec["sound"]["mood"]
        own = [] if mood in dict(choices.MOOD_NAMES) else [(mood, mood.capitalize())]
        set_choices(self, "mood", [*own, *choices.MOOD_NAMES])

    def clean_tempo(self) -> int:
        return self.cleaned_data["tempo"] or 0

    def clean_hashtags(self) -> list[str]:
        words = self.cleaned_data["hashtags"].replace(",", " ").split()
        if len(words) > MOST_HASHTAGS:
            raise forms.ValidationError(f"At most {MOST_HASHTAGS} hashtags, not {len(words)}.")
        return [word if word.startswith("#") else f"#{word}" for word in words]

    def changes(self) -> dict[str, dict[str, Any]]:
        """Every part of the spec except for the beats."""
        return spec_of(self.cleaned_data)

    def refuse(self, error: UserError) -> None:
        refuse(self, error)


class CopyForm(forms.Form):
    """A copy's own name; empty for the usual one."""

    name = forms.CharField(required=False, max_length=80)


def _initial(template: Template) -> dict[str, Any]:
    values: dict[str, Any] = {"name": template.name, "description": template.description}
    for name, place in PLACES.items():
        part, _, key = place.partition(".")
        values[name] = template.spec[part].get(key)
    values["hashtags"] = " ".join(values["hashtags"])
    values["tempo"] = values["tempo"] or None
    return values


def beat_rows(template: Template) -> list[dict[str, Any]]:
    """The template's beats as the formset's initial rows."""
    return [
        {"name": beat["name"], "purpose": beat["purpose"], "percent": _percent(beat["share"])}
        for beat in template.spec["structure"]["beats"]
    ]


def _percent(share: float) -> Decimal:
    percent = round(Decimal(str(share)) * 100, 1)
    return percent.quantize(Decimal(1)) if percent == percent.to_integral_value() else percent

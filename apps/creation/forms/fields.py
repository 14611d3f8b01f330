"""Fields that several forms share, and where in a template's spec each of them stands."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from apps.core.errors import UserError
from apps.creation import choices
from apps.creation.choices import Choices

PLACES: Mapping[str, str] = {
    "hook": "structure.hook",
    "min_s": "structure.min_s",
    "max_s": "structure.max_s",
    "min_scenes": "structure.min_scenes",
    "max_scenes": "structure.max_scenes",
    "formats": "look.formats",
    "palette": "look.palette",
    "aesthetic": "look.aesthetic",
    "transition": "look.transition",
    "transition_s": "look.transition_s",
    "burnt_in": "captions.burnt_in",
    "caption_style": "captions.style",
    "position": "captions.position",
    "scale": "captions.scale",
    "hook_overlay": "captions.hook_overlay",
    "voice": "sound.voice",
    "speed": "sound.speed",
    "music": "sound.music",
    "mood": "sound.mood",
    "genre": "sound.genre",
    "tempo": "sound.tempo",
    "prompt": "script.prompt",
    "tone": "script.tone",
    "call_to_action": "script.call_to_action",
    "thumbnail_layout": "platform.thumbnail_layout",
    "hashtags": "platform.hashtags",
}
"""The place in the spec of each form field."""

SPEEDS: Choices = [
    ("0.8", "Slow (0.8×)"),
    ("0.9", "Relaxed (0.9×)"),
    ("1.0", "Normal (1×)"),
    ("1.1", "Brisk (1.1×)"),
    ("1.25", "Fast (1.25×)"),
    ("1.4", "Very fast (1.4×)"),
]
SHORTEST_TRANSITION_S = 0.1  # below this it is a hard cut
DEFAULT_TRANSITION_S = 0.4  # where a template with hard cuts is given a transition


def set_choices(form: forms.Form, name: str, options: Iterable[tuple[str, Any]]) -> None:
    """Give a choice field the choices that hang on the team."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} has no choices")
    field.choices = list(options)


def with_template(options: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The same choices behind the one that leaves it to the template."""
    return [("", "As the template"), *options]


def spec_of(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Form values as parts of a spec; names without a place in it are left out."""
    spec: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        if name in PLACES:
            part, _, key = PLACES[name].partition(".")
            spec.setdefault(part, {})[key] = value
    return spec


def refuse(form: forms.Form, error: UserError) -> None:
    """Say what a service refused beside the field that it is about, or above the form."""
    form.add_error(field_of(form, error.field), error.message)


def field_of(form: forms.Form, place: str | None) -> str | None:
    """The form's field for a place such as `look.palette` or `structure.beats.2.share`; None where it has none."""
    if place is None or place in form.fields:
        return place
    for name, known in PLACES.items():
        if name in form.fields and (place == known or place.startswith(f"{known}.")):
            return name
    return None


def palette_field(label: str = "Palette") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices.PALETTE_NAMES, widget=forms.RadioSelect)

"""Forms of the storyboard: what a scene says and shows, and how the whole video looks and sounds."""

from typing import Any
from uuid import UUID

from django import forms

from apps.core.errors import UserError
from apps.creation import choices
from apps.creation.choices import Choices
from apps.creation.forms.fields import (
    DEFAULT_TRANSITION_S,
    SHORTEST_TRANSITION_S,
    SPEEDS,
    palette_field,
    refuse,
    set_choices,
    spec_of,
)
from apps.creation.models import Run, Scene
from apps.creation.services.editing import LONGEST_NARRATION, VISUAL_KINDS
from apps.library.models import Asset, AssetKind
from apps.library.queries import own_media
from apps.teams.models import Team

NO_MUSIC = "none"
MOST_TRACKS = 100


def music_choices(team: Team) -> list[tuple[str, Any]]:
    """No music, music that is made in a mood, and the team's own tracks."""
    own = [
        (f"track:{asset.pk}", asset.title or "Track")
        for asset in own_media(team, AssetKind.MUSIC)[:MOST_TRACKS]
    ]
    made: list[tuple[str, Any]] = [
        (NO_MUSIC, "No music"),
        ("Made for the video", [(f"mood:{mood}", name) for mood, name in choices.MOOD_NAMES]),
    ]
    return [*made, ("Your tracks", own)] if own else made


class SceneForm(forms.Form):
    """What a scene says and shows. `prefix` keeps the fields of many scenes apart."""

    narration = forms.CharField(
        label="Spoken",
        max_length=LONGEST_NARRATION,
        error_messages={"required": "A scene needs words to speak. Remove the scene if it is not wanted."},
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )
    caption = forms.CharField(
        label="Shown instead",
        required=False,
        max_length=LONGEST_NARRATION,
        widget=forms.TextInput({"dir": "auto", "placeholder": "The spoken words"}),
        help_text="Other words on the screen than those that are spoken.",
    )
    visual_description = forms.CharField(
        label="What is seen", required=False, max_length=500, widget=forms.TextInput({"dir": "auto"})
    )
    voice = forms.CharField(
        required=False,
        max_length=120,
        widget=forms.TextInput({"list": "voices", "placeholder": "As the video"}),
    )

    def __init__(self, data: Any = None, *, scene: Scene) -> None:
        names = ("narration", "caption", "visual_description", "voice")
        initial = {name: getattr(scene, name) for name in names}
        super().__init__(data, auto_id=f"scene-{scene.pk}-%s", initial=initial)

    def changes(self) -> dict[str, str]:
        """The fields that were sent and differ from what the scene says."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.data}

    def refuse(self, error: UserError) -> None:
        refuse(self, error)


class NewSceneForm(forms.Form):
    """A scene to put behind another one, or at the start."""

    narration = forms.CharField(
        label="What it says",
        max_length=LONGEST_NARRATION,
        error_messages={"required": "Say what the new scene speaks."},
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )
    after = forms.ModelChoiceField(Scene.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, run: Run) -> None:
        super().__init__(data, auto_id="new-scene-%s")
        after = self.fields["after"]
        if isinstance(after, forms.ModelChoiceField):
            after.queryset = run.scenes.all()

    def refuse(self, error: UserError) -> None:
        refuse(self, error)


class PickForm(forms.Form):
    """One of the team's own pictures or clips."""

    asset = forms.ModelChoiceField(
        Asset.objects.none(),
        error_messages={
            "required": "Choose a picture or a clip.",
            "invalid_choice": "That file is no longer there. Choose another one.",
        },
    )

    def __init__(self, data: Any = None, *, team: Team) -> None:
        super().__init__(data)
        asset = self.fields["asset"]
        if isinstance(asset, forms.ModelChoiceField):
            asset.queryset = own_media(team).filter(kind__in=VISUAL_KINDS)


class MoveForm(forms.Form):
    """One place up or down."""

    to = forms.ChoiceField(choices=[("up", "Up"), ("down", "Down")])


class LookForm(forms.Form):
    """Captions, colours, transitions and voice of the whole video."""

    caption_style = forms.ChoiceField(
        label="Captions", choices=[*choices.CAPTION_STYLES, ("none", "No captions")]
    )
    position = forms.ChoiceField(label="Where they stand", choices=choices.POSITIONS)
    transition = forms.ChoiceField(label="From scene to scene", choices=choices.TRANSITIONS)
    palette = palette_field()
    voice = forms.CharField(
        required=False,
        max_length=120,
        widget=forms.TextInput({"list": "voices", "placeholder": "Provider’s own"}),
    )
    speed = forms.ChoiceField()

    def __init__(self, data: Any = None, *, run: Run) -> None:
        spec = run.parsed
        style = spec.captions.style.value if spec.captions.burnt_in else "none"
        initial = {
            "caption_style": style,
            "position": spec.captions.position.value,
            "transition": spec.look.transition.value,
            "palette": spec.look.palette,
            "voice": spec.sound.voice,
            "speed": f"{spec.sound.speed:g}",
        }
        super().__init__(data, auto_id="look-%s", initial=initial)
        self.transition_s = spec.look.transition_s
        set_choices(self, "speed", _speeds(spec.sound.speed))

    def changes(self) -> dict[str, dict[str, Any]]:
        """The parts of the spec that were changed."""
        data = {name: self.cleaned_data[name] for name in self.changed_data}
        if "speed" in data:
            data["speed"] = float(data["speed"])
        if style := data.pop("caption_style", None):
            data |= {"burnt_in": False} if style == "none" else {"caption_style": style, "burnt_in": True}
        if "transition" in data and self.transition_s < SHORTEST_TRANSITION_S:
            data["transition_s"] = DEFAULT_TRANSITION_S
        return spec_of(data)

    def refuse(self, error: UserError) -> None:
        refuse(self, error)


def _speeds(current: float) -> Choices:
    """The usual speeds, and the present one where it is none of them."""
    known = [(f"{float(value):g}", name) for value, name in SPEEDS]
    own = f"{current:g}"
    return (
        known if own in dict(known) else sorted([*known, (own, f"{own}×")], key=lambda pair: float(pair[0]))
    )


class MusicForm(forms.Form):
    """What plays under the voice."""

    music = forms.ChoiceField()

    def __init__(self, data: Any = None, *, run: Run) -> None:
        current = NO_MUSIC
        if run.music_asset_id:
            current = f"track:{run.music_asset_id}"
        elif run.spec["sound"]["music"]:
            current = f"mood:{run.spec['sound']['mood']}"
        super().__init__(data, auto_id="music-%s", initial={"music": current})
        self.team = run.team
        set_choices(self, "music", music_choices(run.team))

    def wanted(self) -> dict[str, Any]:
        """Arguments of `change_music`."""
        what, _, which = self.cleaned_data["music"].partition(":")
        if what == "track":
            return {"asset": own_media(self.team, AssetKind.MUSIC).get(pk=UUID(which))}
        return {"mood": which} if what == "mood" else {}

    def refuse(self, error: UserError) -> None:
        refuse(self, error)


class FormatsForm(forms.Form):
    """The formats that the video is made in."""

    formats = forms.MultipleChoiceField(
        choices=choices.FORMATS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one format."},
    )

    def refuse(self, error: UserError) -> None:
        refuse(self, error)

"""The form that starts a video."""

from typing import Any

from django import forms

from apps.core.errors import UserError
from apps.creation import choices
from apps.creation.forms.fields import (
    DEFAULT_TRANSITION_S,
    SHORTEST_TRANSITION_S,
    SPEEDS,
    refuse,
    set_choices,
    spec_of,
    with_template,
)
from apps.creation.forms.look import NO_MUSIC, music_choices
from apps.creation.models import SourceKind, Template
from apps.creation.offers import Offer
from apps.creation.queries import templates_for
from apps.creation.services.runs import LONGEST_TEXT, Idea, Wishes, checked_idea
from apps.library.languages import language_choices
from apps.library.models import AssetKind, Brand
from apps.library.queries import own_media
from apps.teams.models import Team


class CreateForm(forms.Form):
    """An idea, a template, and wishes over it. Empty wishes leave it to the template."""

    kind = forms.ChoiceField(label="Start from", choices=SourceKind.choices, initial=SourceKind.TEXT)
    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.Textarea(
            {
                "rows": 9,
                "placeholder": "Paste an article, a script, notes or a post…",
                "spellcheck": "true",
                "dir": "auto",
            }
        ),
    )
    url = forms.CharField(
        label="Link",
        required=False,
        max_length=2000,
        widget=forms.TextInput(
            {
                "inputmode": "url",
                "placeholder": "https://example.com/an-article",
                "autocomplete": "off",
                "dir": "ltr",
            }
        ),
    )
    topic = forms.CharField(
        label="Topic",
        required=False,
        widget=forms.TextInput(
            {"placeholder": "Why bread smells of home", "autocomplete": "off", "dir": "auto"}
        ),
    )
    template = forms.ModelChoiceField(
        Template.objects.none(),
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how the video is to be told.",
            "invalid_choice": "That template is no longer there. Choose another one.",
        },
    )
    formats = forms.MultipleChoiceField(
        choices=choices.FORMATS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one format."},
    )
    language = forms.ChoiceField(required=False)
    voice = forms.CharField(
        required=False,
        max_length=120,
        widget=forms.TextInput({"placeholder": "As the template", "list": "voices"}),
    )
    speed = forms.ChoiceField(required=False, choices=with_template(SPEEDS))
    music = forms.ChoiceField(required=False)
    caption_style = forms.ChoiceField(
        label="Captions",
        required=False,
        choices=with_template([*choices.CAPTION_STYLES, ("none", "No captions")]),
    )
    position = forms.ChoiceField(
        label="Where they stand", required=False, choices=with_template(choices.POSITIONS)
    )
    palette = forms.ChoiceField(
        required=False, choices=[("", "Template"), *choices.PALETTE_NAMES], widget=forms.RadioSelect
    )
    transition = forms.ChoiceField(
        label="From scene to scene", required=False, choices=with_template(choices.TRANSITIONS)
    )

    def __init__(self, *args: Any, team: Team, brand: Brand, offers: list[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand, self.offers = brand, offers
        self.team = team
        templates = self.fields["template"]
        if isinstance(templates, forms.ModelChoiceField):
            templates.queryset = templates_for(team)
        self.initial.setdefault("palette", brand.palette)
        self.initial.setdefault("voice", brand.voice)
        set_choices(self, "language", [("", "As the text"), *language_choices()])
        set_choices(self, "music", with_template(music_choices(team)))
        for offer in offers:
            if len(offer.choices) > 1:
                options = [("", "By the team's order"), *offer.choices]
                self.fields[offer.name] = forms.ChoiceField(
                    label=offer.label, required=False, choices=options
                )

    @property
    def provider_fields(self) -> list[forms.BoundField]:
        return [self[offer.name] for offer in self.offers if offer.name in self.fields]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind")
        if kind in data:  # each kind has a field of its name; one that is wrong already is told already
            try:
                self.idea = checked_idea(
                    Idea(
                        SourceKind(kind),
                        text=data.get("text", ""),
                        url=data.get("url", ""),
                        topic=data.get("topic", ""),
                        language=data.get("language", ""),
                    )
                )
            except UserError as error:
                refuse(self, error)
        return data

    @property
    def word_count(self) -> int:
        """Words of the text, counted here or, where the page did not send the text, in the browser."""
        if self.is_bound and "words" in self.data:
            counted = str(self.data["words"])
            return min(int(counted), LONGEST_TEXT) if counted.isascii() and counted.isdigit() else 0
        if self["kind"].value() != SourceKind.TEXT:
            return 0
        return len(str(self["text"].value() or "").split())

    def wishes(self, template: Template | None = None) -> Wishes:
        """What the person wants otherwise than the template; fields that are wrong count as no wish."""
        self.is_valid()
        data = self.cleaned_data
        template = data.get("template") or template
        values = {
            name: data[name] for name in ("voice", "position", "palette", "transition") if data.get(name)
        }
        if data.get("speed"):
            values["speed"] = float(data["speed"])
        if style := data.get("caption_style"):
            values |= {"burnt_in": False} if style == "none" else {"caption_style": style, "burnt_in": True}
        if (
            "transition" in values
            and template
            and template.spec["look"]["transition_s"] < SHORTEST_TRANSITION_S
        ):
            values["transition_s"] = DEFAULT_TRANSITION_S
        what, _, which = data.get("music", "").partition(":")
        if what:
            values["music"] = what != NO_MUSIC
        if what == "mood":
            values["mood"] = which
        providers = {
            offer.capability.value: data[offer.name] for offer in self.offers if data.get(offer.name)
        }
        return Wishes(
            formats=data.get("formats", []),
            spec=spec_of(values),
            providers=providers,
            music_asset=own_media(self.team, AssetKind.MUSIC).get(pk=which) if what == "track" else None,
        )

    def refuse(self, error: UserError) -> None:
        refuse(self, error)

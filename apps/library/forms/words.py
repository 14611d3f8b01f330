"""The words of videos: of one, of many, and of the templates they are filled from."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from apps.connections.registry import Platform
from apps.library import chapters as chaptering
from apps.library.categories import category_choices
from apps.library.errors import LibraryError
from apps.library.forms.fields import TagsField
from apps.library.forms.lists import SelectedForm
from apps.library.languages import language_choices
from apps.library.models import Video, Visibility, WordTemplate
from apps.library.overrides import Override, platforms, text_limits
from apps.library.services.metadata import DESCRIPTION_LENGTH, TITLE_LENGTH, Changes
from apps.teams.models import Team

NO_CATEGORY = ("", "None")
STAYS = "Leave as it is"
CHAPTERS_HINT = (
    "One a line: its time and its title, such as “1:05 The kitchen”. Empty: as the video was made."
)


class ChaptersField(forms.CharField):
    """Chapters as people write them, one a line; None where nothing is written."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            return chaptering.read_text(text)
        except LibraryError as error:
            raise forms.ValidationError(error.message) from error


class MetadataForm(forms.Form):
    """The words of a video, and what is said differently on each platform."""

    title = forms.CharField(max_length=TITLE_LENGTH)
    description = forms.CharField(
        max_length=DESCRIPTION_LENGTH, required=False, widget=forms.Textarea({"rows": 6})
    )
    tags = TagsField(required=False, help_text="Separate them with commas.")
    language = forms.ChoiceField()
    category = forms.ChoiceField(required=False, choices=[NO_CATEGORY, *category_choices()])
    visibility = forms.ChoiceField(
        choices=Visibility.choices, required=False, help_text="What a post of this video begins with."
    )
    made_for_kids = forms.BooleanField(label="Made for children", required=False)
    chapters = ChaptersField(required=False, help_text=CHAPTERS_HINT, widget=forms.Textarea({"rows": 5}))

    def __init__(self, *args: Any, video: Video, **kwargs: Any) -> None:
        names = ("title", "description", "tags", "language", "category", "visibility", "made_for_kids")
        super().__init__(*args, **kwargs)
        self.video = video
        self.initial = {name: getattr(video, name) for name in names}
        self.initial["chapters"] = chaptering.to_text(video.chapters)
        choices = language_choices()
        if video.language not in dict(choices):
            choices = [(video.language, video.language), *choices]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]
        for platform in platforms():
            self._add_platform(platform)

    def _add_platform(self, platform: Platform) -> None:
        limits, slug = text_limits(platform), platform.slug
        said = self.video.overrides_json.get(slug, {})
        as_everywhere = {"placeholder": "As everywhere"}
        if limits.title:
            widget = forms.TextInput(as_everywhere)
            self.fields[f"title_{slug}"] = forms.CharField(
                label=f"Title on {platform.name}", required=False, widget=widget
            )
        if limits.description:
            area = forms.Textarea({"rows": 4, **as_everywhere})
            self.fields[f"description_{slug}"] = forms.CharField(
                label=f"Description on {platform.name}", required=False, widget=area
            )
        if limits.tags:
            self.fields[f"tags_{slug}"] = TagsField(label=f"Tags on {platform.name}", required=False)
        for name, value in said.items():
            self.initial[f"{name}_{slug}"] = value

    def by_platform(self) -> list[tuple[Platform, list[tuple[BoundField, int]], bool]]:
        """Each platform with its fields and their limits, and whether it says anything different or wrongly."""
        found = []
        for platform in platforms():
            limits = text_limits(platform)
            names = {"title": limits.title, "description": limits.description, "tags": 0}
            rows = [
                (self[f"{name}_{platform.slug}"], most)
                for name, most in names.items()
                if f"{name}_{platform.slug}" in self.fields
            ]
            found.append((platform, rows, any(field.value() or field.errors for field, _ in rows)))
        return found

    def changes(self) -> Changes:
        """What the service is to change; what the form was sent without stays."""
        data = self.cleaned_data
        changes: Changes = {
            "title": data["title"],
            "description": data["description"],
            "tags": data["tags"],
            "language": data["language"],
            "made_for_kids": data["made_for_kids"],
        }
        if "category" in self.data:
            changes["category"] = data["category"]
        if data["visibility"]:
            changes["visibility"] = data["visibility"]
        if "chapters" in self.data and self._wrote_chapters():
            changes["chapters"] = data["chapters"]
        if any(f"description_{platform.slug}" in self.data for platform in platforms()):
            changes["overrides"] = [self._override(platform.slug) for platform in platforms()]
        return changes

    def _wrote_chapters(self) -> bool:
        """Whether they say something else than before: the lines hold whole seconds, the video may not."""
        before = chaptering.read_text(chaptering.to_text(self.video.chapters)) or None
        return bool(self.cleaned_data["chapters"] != before)

    def _override(self, slug: str) -> Override:
        data = self.cleaned_data
        return Override(
            slug,
            data.get(f"title_{slug}", ""),
            data.get(f"description_{slug}", ""),
            tuple(data.get(f"tags_{slug}", ())),
        )


class WordTemplateForm(forms.Form):
    """Words with places that each video fills."""

    name = forms.CharField(max_length=80)
    title = forms.CharField(max_length=TITLE_LENGTH, required=False, help_text="Empty: the title stays.")
    description = forms.CharField(
        max_length=DESCRIPTION_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 8}),
        help_text="Empty: the description stays.",
    )
    tags = TagsField(required=False, help_text="Separate them with commas. Empty: the tags stay.")
    category = forms.ChoiceField(required=False, choices=[("", STAYS), *category_choices()])
    visibility = forms.ChoiceField(required=False, choices=[("", STAYS), *Visibility.choices])


class ApplyForm(SelectedForm):
    """A template for selected videos. A channel is asked for only where the template names one."""

    template = forms.ModelChoiceField(WordTemplate.objects.none(), empty_label="Choose a template")
    channel = forms.CharField(max_length=100, required=False, label="Channel")

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = WordTemplate.objects.in_team(team)  # type: ignore[attr-defined]


class EditSelectedForm(SelectedForm):
    """The same change to many videos; what is left as it is stays."""

    add_tags = TagsField(label="Add tags", required=False, help_text="Separate them with commas.")
    remove_tags = TagsField(label="Remove tags", required=False)
    language = forms.ChoiceField(required=False)
    category = forms.ChoiceField(required=False, choices=[("", STAYS), *category_choices()])
    visibility = forms.ChoiceField(required=False, choices=[("", STAYS), *Visibility.choices])
    made_for_kids = forms.ChoiceField(
        label="Audience",
        required=False,
        choices=[("", STAYS), ("yes", "Made for children"), ("no", "Everybody")],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", STAYS), *language_choices()]  # type: ignore[attr-defined]

    def changes(self) -> Changes:
        """What all of them are to say."""
        data = self.cleaned_data
        changes: Changes = {}
        if data["language"]:
            changes["language"] = data["language"]
        if data["category"]:
            changes["category"] = data["category"]
        if data["visibility"]:
            changes["visibility"] = data["visibility"]
        if data["made_for_kids"]:
            changes["made_for_kids"] = data["made_for_kids"] == "yes"
        return changes

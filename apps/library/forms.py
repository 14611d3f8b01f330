"""Forms of the library."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from apps.library.languages import language_choices
from apps.library.models import Asset, AssetKind, Brand, Video, VideoSource, VideoStatus, WatermarkPosition
from apps.library.provenance import Provenance
from apps.library.queries import VideoFilter, own_media
from apps.library.services.metadata import DESCRIPTION_LENGTH, TITLE_LENGTH
from apps.media.graphics.palettes import PALETTES
from apps.teams.models import Team

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
PERIODS = [("today", "Today"), ("7", "Last 7 days"), ("30", "Last 30 days"), ("365", "Last 12 months")]
LICENCES = [
    ("own work", "Made by us"),
    ("licensed", "Licensed to us (say where the receipt is)"),
    ("CC0 or public domain", "Free of rights (CC0, public domain)"),
    ("CC BY", "Creative Commons with credit (CC BY)"),
]
NEEDS_PROOF = {"licensed": "receipt", "CC BY": "credit"}


class VideoFilterForm(forms.Form):
    """The filters of the library; what the address says wrongly is ignored."""

    q = forms.CharField(label="Find a video", required=False, max_length=200)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", ""), *VideoStatus.choices])
    source = forms.ChoiceField(label="Source", required=False, choices=[("", ""), *VideoSource.choices])
    tag = forms.CharField(label="Tag", required=False, max_length=50)
    language = forms.CharField(label="Language", required=False, max_length=10)
    made = forms.ChoiceField(label="Made", required=False, choices=[("", ""), *PERIODS])

    def wanted(self) -> VideoFilter:
        """What to narrow the list to: only fields that were given and are valid."""
        self.is_valid()
        good = self.cleaned_data
        return VideoFilter(
            text=good.get("q", ""),
            status=good.get("status", ""),
            source=good.get("source", ""),
            tag=good.get("tag", ""),
            language=good.get("language", ""),
            since=_since(good.get("made", "")),
        )


def _since(period: str) -> datetime | None:
    """The start of the period in the person's zone."""
    if not period:
        return None
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if period == "today" else midnight - timedelta(days=int(period) - 1)


class TagsField(forms.Field):
    """Words between commas."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> list[str]:
        return [tag.strip() for tag in str(value or "").split(",") if tag.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value


class MetadataForm(forms.Form):
    """The words of a video."""

    title = forms.CharField(max_length=TITLE_LENGTH)
    description = forms.CharField(
        max_length=DESCRIPTION_LENGTH, required=False, widget=forms.Textarea({"rows": 6})
    )
    tags = TagsField(required=False, help_text="Separate them with commas.")
    language = forms.ChoiceField()
    made_for_kids = forms.BooleanField(label="Made for children", required=False)

    def __init__(self, *args: Any, video: Video, **kwargs: Any) -> None:
        names = ("title", "description", "tags", "language", "made_for_kids")
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(video, name) for name in names}
        choices = language_choices()
        if video.language not in dict(choices):
            choices = [(video.language, video.language), *choices]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]


class IdsField(forms.Field):
    """The ids of selected rows; what is no id is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[UUID]:
        return [UUID(text) for text in value or [] if _UUID.fullmatch(str(text))]


class SelectedForm(forms.Form):
    """Rows selected in a list."""

    ids = IdsField(required=False)


class TagSelectedForm(SelectedForm):
    """A tag to put on the selected videos, or to take off them."""

    tag = TagsField(required=False)
    remove = forms.BooleanField(required=False)


class RightsForm(forms.Form):
    """The right to use what somebody uploads."""

    licence = forms.ChoiceField(label="Right to use it", choices=LICENCES)
    credit = forms.CharField(max_length=200, required=False, help_text="Whom to name as its author.")
    receipt = forms.CharField(
        label="Proof", max_length=300, required=False, help_text="The number or address of the licence."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted = NEEDS_PROOF.get(data.get("licence", ""))
        if wanted and not data.get(wanted, "").strip():
            words = (
                "Say whom to name as the author."
                if wanted == "credit"
                else "Say where the licence can be found."
            )
            self.add_error(wanted, words)
        return data

    def provenance(self, uploader: str) -> Provenance:
        """What the answers say about the file's origin."""
        data = self.cleaned_data
        credit = data["credit"].strip() or (uploader if data["licence"] == "own work" else "")
        receipt = data["receipt"].strip()
        link = receipt if receipt.startswith(("https://", "http://")) else ""
        return Provenance(
            provider="upload", licence=data["licence"], credit=credit, receipt=receipt, source_url=link
        )


class UploadForm(RightsForm):
    """A file of the team's own, and the right to use it."""

    file = forms.FileField()
    kind = forms.ChoiceField(
        label="What it is",
        choices=[(kind.value, kind.label) for kind in (AssetKind.IMAGE, AssetKind.CLIP, AssetKind.MUSIC)],
        widget=forms.RadioSelect,
        initial=AssetKind.IMAGE,
    )
    title = forms.CharField(label="Name", max_length=200, required=False, help_text="Empty: the file's name.")


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once, as a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files or [None]]


class VideoUploadForm(RightsForm):
    """Video files, and the right to use them."""

    file = ManyFilesField(
        label="Video files",
        allow_empty_file=True,  # the service has a better sentence
        error_messages={"required": "Choose at least one video file."},
    )


class BrandForm(forms.Form):
    """What makes a team's videos look like theirs."""

    palette = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    voice = forms.CharField(
        label="Voice",
        max_length=120,
        required=False,
        widget=forms.TextInput(
            {"list": "voices", "placeholder": "As each template says", "autocomplete": "off"}
        ),
        help_text="A name from the list, or the name or id that a voice provider uses.",
    )
    watermark = forms.ModelChoiceField(Asset.objects.none(), required=False, empty_label="No watermark")
    watermark_position = forms.ChoiceField(label="Corner", choices=WatermarkPosition.choices)
    watermark_opacity = forms.IntegerField(
        label="Opacity in percent", min_value=10, max_value=100, widget=forms.NumberInput({"step": 5})
    )
    intro = forms.ModelChoiceField(Asset.objects.none(), required=False, empty_label="No intro")
    outro = forms.ModelChoiceField(Asset.objects.none(), required=False, empty_label="No outro")

    def __init__(self, *args: Any, team: Team, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {
            "palette": brand.palette,
            "voice": brand.voice,
            "watermark": brand.watermark_id,
            "watermark_position": brand.watermark_position,
            "watermark_opacity": round(brand.watermark_opacity * 100),
            "intro": brand.intro_id,
            "outro": brand.outro_id,
        }
        names = [("", "As each template says"), *((name, name.capitalize()) for name in PALETTES)]
        self.fields["palette"].choices = names  # type: ignore[attr-defined]
        for field, kind in (("watermark", "image"), ("intro", "clip"), ("outro", "clip")):
            self.fields[field].queryset = own_media(team, kind)  # type: ignore[attr-defined]

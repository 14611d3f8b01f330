"""The design of a thumbnail."""

from typing import Any

from django import forms

from apps.library.designs import COLOURS, FRAME, PICTURE, PLAIN, Design
from apps.library.forms.files import RightsForm
from apps.library.models import Brand, Video
from apps.media.graphics import PALETTES
from apps.media.thumbnails import LAYOUTS, TONES, Filters

SOURCES = [(FRAME, "A frame of the video"), (PICTURE, "A picture"), (COLOURS, "Colours")]
TONE_NAMES = {"grey": "Black and white", "warm": "Warm", "cold": "Cold", "vignette": "Dark edges"}
TITLE_LENGTH = 120


def _percent(label: str) -> forms.IntegerField:
    widget = forms.NumberInput({"type": "range", "min": 40, "max": 180, "step": 5})
    return forms.IntegerField(label=label, min_value=40, max_value=180, required=False, widget=widget)


class DesignForm(forms.Form):
    """What a thumbnail shows and says. Also read from addresses of previews, where nothing is required."""

    source = forms.ChoiceField(label="Shows", choices=SOURCES, required=False)
    at_s = forms.FloatField(
        label="At second", min_value=0, required=False, widget=forms.NumberInput({"step": "0.04"})
    )
    picture = forms.UUIDField(required=False)
    title = forms.CharField(
        label="Words", max_length=TITLE_LENGTH, required=False, help_text="Few and large."
    )
    layout = forms.ChoiceField(
        choices=[(PLAIN, "Picture only"), *((name, name.replace("_", " ").capitalize()) for name in LAYOUTS)],
        required=False,
    )
    palette = forms.ChoiceField(label="Colours", required=False)
    brand_name = forms.CharField(label="Name on it", max_length=60, required=False)
    watermark = forms.BooleanField(label="Show the watermark", required=False)
    brightness = _percent("Brightness")
    contrast = _percent("Contrast")
    saturation = _percent("Saturation")
    blur = forms.IntegerField(
        min_value=0,
        max_value=20,
        required=False,
        widget=forms.NumberInput({"type": "range", "min": 0, "max": 20, "step": 1}),
    )
    tone = forms.ChoiceField(
        label="Look",
        required=False,
        choices=[("", "As it is"), *((name, TONE_NAMES[name]) for name in TONES)],
    )

    def __init__(self, *args: Any, video: Video, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.video = video
        first = "The brand's" if brand.palette else "As usual"
        choices = [("", first), *((name, name.capitalize()) for name in PALETTES)]
        self.fields["palette"].choices = choices  # type: ignore[attr-defined]
        if brand.watermark_id is None:
            del self.fields["watermark"]

    def design(self) -> Design:
        """What a valid form asks for."""
        data = self.cleaned_data
        filters = {
            name: data[name]
            for name in ("brightness", "contrast", "saturation", "blur")
            if data[name] is not None
        }
        return Design(
            source=data["source"] or FRAME,
            at_s=min(data["at_s"] or 0.0, self.video.duration_s or 0.0),
            picture_id=data["picture"],
            title=data["title"],
            layout=data["layout"] or PLAIN,
            palette=data["palette"],
            brand_name=data["brand_name"],
            watermark=data.get("watermark", False),
            filters=Filters(**filters, tone=data["tone"]),
        )


def to_values(design: Design) -> dict[str, Any]:
    """The fields of a form that asks for this design."""
    filters = design.filters
    return {
        "source": design.source,
        "at_s": design.at_s,
        "picture": design.picture_id or "",
        "title": design.title[:TITLE_LENGTH],
        "layout": design.layout,
        "palette": design.palette,
        "brand_name": design.brand_name[:60],
        "watermark": "on" if design.watermark else "",
        "brightness": filters.brightness,
        "contrast": filters.contrast,
        "saturation": filters.saturation,
        "blur": filters.blur,
        "tone": filters.tone,
    }


class PictureForm(RightsForm):
    """A picture for a thumbnail, and the right to use it."""

    file = forms.FileField(label="Picture", widget=forms.FileInput({"accept": "image/*"}))

"""The team's brand."""

from typing import Any

from django import forms

from apps.library.models import Asset, Brand, WatermarkPosition
from apps.library.queries import own_media
from apps.media.graphics.palettes import PALETTES
from apps.teams.models import Team


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

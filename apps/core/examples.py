"""What the style guide shows: examples of every state, made up and marked as such."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone


class ExampleForm(forms.Form):
    name = forms.CharField(label="Name", max_length=60, help_text="Shown to the team.")
    address = forms.EmailField(label="E-mail address", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("short", "Short"), ("long", "Long")])
    words = forms.CharField(label="Description", widget=forms.Textarea({"rows": 3}), max_length=200, required=False)
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    agree = forms.BooleanField(label="Tell me when it is ready", required=False)
    size = forms.ChoiceField(
        label="Size", widget=forms.RadioSelect, choices=[("s", "Small"), ("l", "Large")], required=False
    )
    loud = forms.BooleanField(label="Loud", help_text="With sound from the start.", required=False)


def style_guide() -> dict[str, Any]:
    """The context of the style guide's page."""
    now = timezone.now()
    wrong = ExampleForm({"name": "", "address": "nobody", "kind": "short"})
    wrong.is_valid()
    return {
        "form": ExampleForm(initial={"name": "Night Kitchen", "words": "Cooking after midnight."}),
        "wrong": wrong,
        "page": Paginator(range(1, 131), 25).page(2),
        "options": [("a", "First"), ("b", "Second"), ("c", "Third")],
        "times": [now, now - timedelta(minutes=5), now - timedelta(hours=3), now + timedelta(days=2)],
        "icons": ICONS,
        "kinds": ["", "ok", "warn", "live", "info", "accent"],
        "formats": ["9x16", "1x1"],
        "styles": [("pop", "ember"), ("karaoke", "ocean"), ("bold_box", "mono"), ("minimal", "forest")],
    }


def _icon_names() -> list[str]:
    import re
    from pathlib import Path

    from django.conf import settings

    text = (Path(settings.BASE_DIR) / "static/img/icons.svg").read_text()
    return re.findall(r'<symbol id="([a-z-]+)"', text)


ICONS = _icon_names()

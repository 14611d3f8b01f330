"""What the style guide shows: examples of every state, made up and marked as such."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.utils import timezone

COLOURS = (
    "accent", "accent-soft", "page", "surface", "sunken", "line", "text", "muted", "live", "ok", "warn", "info",
)  # fmt: skip
KINDS = ("", "ok", "warn", "live", "info", "accent")
TEMPLATES = (
    ("pop", "Viral Hook", ("#190a0c", "#5a1622", "#fff3ea", "#ff7a45", "#ffc04d")),
    ("karaoke", "Educational Explainer", ("#f6f1e6", "#e8d9bf", "#1c1914", "#c1400f", "#0d7268")),
    ("bold_box", "Product Showcase", ("#061041", "#1440c4", "#f3f6ff", "#ff7d92", "#5fb4ff")),
    ("minimal", "Storytelling", ("#06170f", "#0f4a36", "#f0fff6", "#45d88c", "#e2ef8a")),
    ("one_word", "Trending Challenge", ("#07070d", "#24135c", "#ffffff", "#a6fb1f", "#16d9f8")),
    ("reveal", "Quiet Facts", ("#140920", "#43176e", "#fbf4ff", "#ea7bf8", "#7d70ff")),
)
ROLES = ("background", "surface", "foreground", "accent", "secondary")


class ExampleForm(forms.Form):
    name = forms.CharField(label="Name", max_length=60, help_text="Shown to the team.")
    address = forms.EmailField(label="E-mail address", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("short", "Short"), ("long", "Long")])
    words = forms.CharField(
        label="Description", widget=forms.Textarea({"rows": 3}), max_length=200, required=False
    )
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    agree = forms.BooleanField(label="Tell me when it is ready", required=False)
    size = forms.ChoiceField(
        label="Size", widget=forms.RadioSelect, choices=[("s", "Small"), ("l", "Large")], required=False
    )
    loud = forms.BooleanField(label="Loud", help_text="With sound from the start.", required=False)


def style_guide() -> dict[str, Any]:
    """The context of the style guide's page."""
    now = timezone.now()
    past = (timedelta(0), timedelta(minutes=5), timedelta(hours=3), timedelta(days=-2))
    return {
        "form": ExampleForm(initial={"name": "Night Kitchen", "words": "Cooking after midnight."}),
        "page": Paginator(range(130), 25).page(2),
        "options": [("a", "First"), ("b", "Second"), ("c", "Third")],
        "times": [now - age for age in past],
        "icons": icon_names(),
        "colours": COLOURS,
        "kinds": KINDS,
        "formats": ["9x16", "1x1"],
        "templates": [
            {
                "style": style,
                "title": title,
                "hint": "One strong sentence about what it is good for.",
                "palette": dict(zip(ROLES, colours, strict=True)),
            }
            for style, title, colours in TEMPLATES
        ],
    }


def icon_names() -> list[str]:
    """Every symbol of the sprite, as it stands in the file."""
    text = (Path(settings.BASE_DIR) / "static/img/icons.svg").read_text()
    return re.findall(r'<symbol id="([a-z-]+)"', text)

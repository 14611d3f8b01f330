"""The moving picture of a template: the style sheet knows every look, in the colours that videos are made in."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from apps.creation import choices
from apps.creation.models import Template
from apps.creation.preview import Preview, preview_of
from apps.media.captions.drawing import Painter
from apps.media.graphics.palettes import PALETTES, text_on

SHEET = (Path(settings.BASE_DIR) / "static/css/preview.css").read_text(encoding="utf-8")


def test_palettes_of_the_style_sheet_are_those_of_the_graphics() -> None:
    found = {
        name: dict(re.findall(r"--p-([a-z-]+): (#[0-9a-f]{6});", body))
        for name, body in re.findall(r"\.palette-([a-z]+) \{([^}]*)\}", SHEET)
    }
    assert found == {
        palette.name: {
            "ground": palette.background, "surface": palette.surface, "ink": palette.foreground,
            "accent": palette.accent, "second": palette.secondary, "mark": Painter(palette).highlight,
            "on-mark": text_on(Painter(palette).highlight),
        }
        for palette in PALETTES.values()
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        *(f"captions-{style}" for style, _ in choices.CAPTION_STYLES),
        *(f"transition-{name}" for name, _ in choices.TRANSITIONS if name != "cut"),
        *(f"at-{position}" for position, _ in choices.POSITIONS),
        *(f"aspect-{name}" for name, _ in choices.FORMATS if name != "9x16"),
        "captions-none",
        "titled",
    ],
)
def test_every_look_has_its_class(name: str) -> None:
    assert re.search(rf"\.{name}\b", SHEET)


def test_classes_and_label_follow_the_template(templates: None) -> None:
    template = Template.objects.get(slug="viral-hook")
    template.spec["captions"] |= {"style": "pop", "position": "middle", "hook_overlay": True}
    template.spec["look"] |= {"transition": "cut"}
    preview = preview_of(template.parsed, format_name="1x1", palette="ember")
    assert preview == Preview("1x1", "ember", "pop", "middle", "cut", burnt_in=True, titled=True)
    assert preview.classes == "aspect-1x1 palette-ember captions-pop at-middle transition-cut titled"
    assert preview.label == "1:1, Ember, Pop captions, hard cut"

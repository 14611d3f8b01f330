"""Templates are data, and impossible ones are refused with a sentence."""

import copy

import pytest

from apps.creation.errors import CreationError
from apps.creation.services.templates import system_templates
from apps.creation.template_spec import read_spec

SHIPPED = {template["slug"]: template["spec"] for template in system_templates()}


@pytest.mark.spec("GEN-03")
def test_five_templates_are_shipped_with_their_lengths():
    lengths = {
        template["name"]: (template["spec"]["structure"]["min_s"], template["spec"]["structure"]["max_s"])
        for template in system_templates()
    }
    assert lengths == {
        "Viral Hook": (15, 30),
        "Educational Explainer": (30, 90),
        "Product Showcase": (20, 60),
        "Storytelling": (45, 120),
        "Trending Challenge": (10, 30),
    }


@pytest.mark.parametrize("slug", sorted(SHIPPED))
def test_a_shipped_template_is_valid_and_says_all_there_is_to_say(slug):
    assert read_spec(SHIPPED[slug]).to_json() == SHIPPED[slug]


def changed(part: str, **values: object) -> dict:
    spec = copy.deepcopy(SHIPPED["viral-hook"])
    spec[part].update(values)
    return spec


@pytest.mark.spec("GEN-02")
@pytest.mark.parametrize(
    ("spec", "place", "words"),
    [
        (changed("structure", min_s=30, max_s=15), "structure.max_s", "must be below the longest"),
        (changed("structure", min_s=30, max_s=30), "structure.max_s", "must be below the longest"),
        (
            changed("structure", min_scenes=9, max_scenes=3),
            "structure.max_scenes",
            "smallest number of scenes",
        ),
        (changed("structure", min_scenes=30, max_scenes=30), "structure.min_scenes", "do not fit into 30 s"),
        (changed("structure", max_s=100000), "structure.max_s", "less than or equal to 900"),
        (changed("structure", min_s=-3), "structure.min_s", "greater than or equal to 5"),
        (
            changed("structure", beats=[{"name": "a", "purpose": "", "share": 0.4}]),
            "structure.beats",
            "must add up to 100 %, not 40%",
        ),
        (changed("structure", beats=[]), "structure.beats", "at least 1 item"),
        (changed("look", palette="mud"), "look.palette", "There is no palette “mud”"),
        (changed("look", transition="explode"), "look.transition", "Input should be"),
        (changed("look", formats=[]), "look.formats", "at least 1 item"),
        (changed("captions", scale=9), "captions.scale", "less than or equal to 2"),
        (changed("captions", stile="pop"), "captions.stile", "Extra inputs are not permitted"),
        (changed("sound", speed=0), "sound.speed", "greater than or equal to 0.6"),
        (
            changed("platform", thumbnail_layout="mud"),
            "platform.thumbnail_layout",
            "There is no thumbnail layout “mud”",
        ),
        ({}, "structure", "Field required"),
    ],
)
def test_an_impossible_template_is_refused_beside_its_field(spec, place, words):
    with pytest.raises(CreationError) as caught:
        read_spec(spec)
    assert caught.value.field == place
    assert words in caught.value.message

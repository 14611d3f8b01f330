"""Recipes, palettes, figures, and which family is picked for a scene."""

import json

import pytest

from apps.media.graphics import (
    FAMILIES,
    PALETTES,
    Palette,
    Recipe,
    contrast,
    pick_family,
    pick_palette,
    readable,
    text_on,
)
from apps.media.graphics.figures import Figure, figure_in

MIDNIGHT = PALETTES["midnight"]


def test_recipe_comes_back_from_json_unchanged() -> None:
    recipe = Recipe("bokeh", 42, MIDNIGHT, ("Größe", "東京"), 0.75, 6.5)
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe


@pytest.mark.parametrize(("energy", "duration_s"), [(-0.1, 5.0), (1.1, 5.0), (0.5, 0.0), (0.5, 3601.0)])
def test_recipe_refuses_what_lies_out_of_range(energy: float, duration_s: float) -> None:
    with pytest.raises(ValueError, match="must lie between"):
        Recipe("bokeh", 1, MIDNIGHT, (), energy, duration_s)


def test_palette_takes_capitals_and_refuses_what_is_no_colour() -> None:
    assert Palette("own", "#0A0F24", "#1c2c6b", "#F4F7FF", "#56dcff", "#8a63ff").background == "#0a0f24"
    with pytest.raises(ValueError, match="accent of palette “own” must be like #1a2b3c"):
        Palette("own", "#0a0f24", "#1c2c6b", "#f4f7ff", "blue", "#8a63ff")


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_palette_can_be_read(palette: Palette) -> None:
    assert contrast(palette.foreground, palette.background) >= 7.0
    assert contrast(palette.foreground, palette.surface) >= 4.5
    assert contrast(palette.accent, palette.background) >= 3.0
    assert contrast(text_on(palette.accent), palette.accent) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#ffffff", "#000000"), 2) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_readable_changes_the_foreground_only_where_it_must() -> None:
    faint = Palette("own", "#f0f0f0", "#e0e0e0", "#dddddd", "#c1400f", "#0d7268")
    assert readable(faint) == Palette("own", "#f0f0f0", "#e0e0e0", "#0d0d12", "#c1400f", "#0d7268")
    assert readable(MIDNIGHT) is MIDNIGHT


def test_pick_palette_suits_all_words_where_it_can() -> None:
    warm_and_dark = {pick_palette(seed, "warm, cinematic").name for seed in range(60)}
    assert warm_and_dark == {"ember", "champagne"}
    assert {pick_palette(seed, "light").name for seed in range(60)} == {"paper", "blush", "arctic"}
    assert all(pick_palette(seed).is_dark for seed in range(60))
    assert pick_palette(3, "warm") == pick_palette(3, "warm")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("73%", "of", "teams"), Figure(73, 0, "", "%", "of teams", grouped=False)),
        (("$1.2", "million", "saved"), Figure(1.2, 1, "$", "", "million saved", grouped=False)),
        (("over", "1,200", "creators"), Figure(1200, 0, "", "", "creators", grouped=True)),
        (("growth", "3x"), Figure(3, 0, "", "x", "growth", grouped=False)),
        (("In", "2024"), Figure(2024, 0, "", "", "In", grouped=False)),
        (("A4", "paper"), None),
        (("12:30",), None),
        (("version", "1.2.3"), None),
        (("no", "number"), None),
        ((), None),
    ],
)
def test_figure_in_finds_numbers_that_mean_something(words: tuple[str, ...], expected: Figure | None) -> None:
    assert figure_in(words) == expected


def test_figure_reads_the_same_on_its_way_up() -> None:
    figure = figure_in(["€1,250.50 earned"])
    assert figure is not None
    assert (figure.shown(figure.value), figure.shown(17.0)) == ("€1,250.50", "€17.00")


def test_pick_family_shows_a_figure_where_there_is_one() -> None:
    assert pick_family(1, ("73%", "of", "teams")) == "figure"
    assert pick_family(1, ("73%", "of", "teams"), exclude=("figure",)) != "figure"


def test_pick_family_is_settled_by_its_arguments() -> None:
    first, again = ([pick_family(seed, ("focus",)) for seed in range(30)] for _ in range(2))
    assert first == again


@pytest.mark.spec("GEN-06")
def test_pick_family_never_repeats_the_scenes_before() -> None:
    shown: list[str] = []
    for seed in range(120):
        family = pick_family(seed, ("focus",), exclude=shown[-3:])
        assert family not in shown[-3:]
        shown.append(family)
    assert len(set(shown)) >= 10


def test_pick_family_prefers_what_suits_the_aesthetic() -> None:
    fitting = {name for name, family in FAMILIES.items() if "retro" in family.suits}
    assert {pick_family(seed, (), "retro") for seed in range(60)} == fitting


def test_pick_family_makes_type_of_words_that_can_be_drawn_only() -> None:
    latin = [pick_family(seed, ("focus",)) for seed in range(200)].count("big_word")
    assert 30 <= latin <= 70
    assert pick_family(5, ("focus",), "kinetic typography") == "big_word"
    assert pick_family(5, ("Donaudampfschifffahrt",), "kinetic typography") != "big_word"
    assert pick_family(5, ("𐎀𐎁𐎂",), "kinetic typography") != "big_word"


def test_pick_family_answers_even_where_all_are_excluded() -> None:
    assert FAMILIES[pick_family(1, (), exclude=tuple(FAMILIES))].needs == "nothing"

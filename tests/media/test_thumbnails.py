"""Thumbnails: always 1280 × 720 and small, three that differ, a title that can be read, corners left free."""

import io
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from apps.media.errors import NotMedia
from apps.media.graphics import PALETTES, Recipe
from apps.media.thumbnails import BADGE, LAYOUTS, MOST_BYTES, three_thumbnails, thumbnail
from apps.media.thumbnails.backdrop import Canvas, relative_luminance
from apps.media.thumbnails.layouts import LAYOUTS as DRAWN
from apps.media.thumbnails.layouts import Cover
from apps.media.thumbnails.typeset import fit, tokens

MIDNIGHT = PALETTES["midnight"]
RECIPE = Recipe("plexus", 3, MIDNIGHT)
TITLE = "How 3 tiny habits doubled my output"
TITLES = {
    "latin": TITLE,
    "arabic": "لماذا ننسى 90% مما نقرأ كل يوم",
    "japanese": "東京の朝に隠された5つの秘密を探る",
    "hebrew": "למה כולם מדברים על AI השנה",
    "hindi": "नई शुरुआत के 7 आसान तरीके",
    "russian": "Почему мы откладываем дела",
    "chinese": "为什么我们总是拖延重要的事情",
    "korean": "우리가 매일 잊어버리는 것들",
    "long": "the quick brown fox " * 60,
}


AWKWARD = (*TITLES.values(), "🔥🔥", "👨\u200d👩\u200d👧", "<b>Hi</b>", "\u202e", "a" * 400, "الـ", "７", "ﷺ")


def png(colour: int, size: tuple[int, int] = (320, 180)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (colour, colour, colour)).save(file, "PNG")
    return file.getvalue()


def noise(size: tuple[int, int] = (1280, 720)) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), np.uint8)
    return cv2.imencode(".png", pixels)[1].tobytes()


def opened(jpeg: bytes) -> npt.NDArray[np.int16]:
    image = Image.open(io.BytesIO(jpeg))
    assert (image.format, image.size, image.mode) == ("JPEG", (1280, 720), "RGB")
    return np.asarray(image).astype(np.int16)


def flat(grey: float) -> Canvas:
    return np.full((3, 720, 1280), grey, np.float32)


anything = st.one_of(
    st.text(max_size=120),
    st.text(st.characters(codec="utf-8"), min_size=200, max_size=2000),
    st.lists(st.sampled_from(AWKWARD), max_size=4).map(" ".join),
)


@pytest.mark.spec("P-A22")
@given(
    title=anything,
    layout=st.sampled_from(LAYOUTS),
    palette=st.sampled_from(sorted(PALETTES)),
    brand=st.sampled_from([None, "Morning Show", "صباح الخير"]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
def test_thumbnail_has_its_size_whatever_the_title(
    title: str, layout: str, palette: str, brand: str | None
) -> None:
    made = thumbnail(png(90), title, PALETTES[palette], layout, brand_name=brand)
    assert opened(made).shape == (720, 1280, 3)
    assert len(made) < MOST_BYTES == 2_000_000


@pytest.mark.spec("P-A22")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_thumbnail_stays_small_over_the_worst_picture(layout: str) -> None:
    assert len(thumbnail(noise(), TITLE, MIDNIGHT, layout)) < MOST_BYTES


@pytest.mark.parametrize("size", [(1080, 1920), (4000, 500), (33, 900), (1, 1)])
def test_picture_of_any_shape_fills_the_frame(size: tuple[int, int]) -> None:
    shown = opened(thumbnail(png(200, size), "", MIDNIGHT, "card"))
    assert shown[100:300].min() > 60


@pytest.mark.spec("P-A21")
@pytest.mark.parametrize(
    ("backgrounds", "first_layout"),
    [
        ((), "bold"),
        ((RECIPE,), "split"),
        ((png(30), png(120)), "card"),
        ((png(30), png(120), png(220), RECIPE), "spotlight"),
    ],
    ids=["none", "one", "two", "four"],
)
def test_three_thumbnails_differ_clearly(backgrounds: tuple[bytes | Recipe, ...], first_layout: str) -> None:
    made = three_thumbnails(backgrounds, TITLE, MIDNIGHT, first_layout=first_layout)
    assert len(made) == 3
    shown = [opened(one) for one in made]
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert (np.abs(shown[one] - shown[other]).max(axis=2) > 24).mean() > 0.10


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("title", TITLES)
def test_corner_of_the_length_holds_no_letters(layout: str, title: str) -> None:
    """Over a plain picture that corner stays as even as without a title."""
    cover = Cover(flat(0.5), TITLES[title], MIDNIGHT, "en", "Morning Show")
    left, top, right, bottom = BADGE
    corner = np.rint(DRAWN[layout](cover)[:, top:bottom, left + 4 : right - 20].mean(axis=0) * 255)
    assert np.abs(np.diff(corner, axis=1)).max() <= 2
    assert np.abs(np.diff(corner, axis=0)).max() <= 3


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("grey", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("palette", ["midnight", "paper", "neon"])
def test_title_stands_out_from_every_picture(layout: str, grey: float, palette: str) -> None:
    """Around the letters, light and dark are at least 4.5 : 1 apart."""
    cover = Cover(flat(grey), "Focus", PALETTES[palette], "en", None)
    plain = Cover(flat(grey), "", PALETTES[palette], "en", None)
    made, without = DRAWN[layout](cover), DRAWN[layout](plain)
    drawn = np.abs(made - without).max(axis=0) > 0.08
    rows, columns = np.nonzero(drawn[130:])
    box = made[:, 130:][:, rows.min() : rows.max(), columns.min() : columns.max()]
    light = np.percentile(relative_luminance(box), [6, 94])
    assert (light[1] + 0.05) / (light[0] + 0.05) >= 4.5


@pytest.mark.parametrize("layout", ["bold", "split", "card"])
def test_right_to_left_titles_stand_on_the_right(layout: str) -> None:
    """Letters make edges: those of a Hebrew title lie on the right half, those of a Latin one on the left."""
    middles = []
    for title in (TITLES["hebrew"], TITLE):
        made = DRAWN[layout](Cover(flat(0.5), title, MIDNIGHT, "", None)).mean(axis=0)
        middles.append(np.nonzero(np.abs(np.diff(made, axis=0)) > 0.2)[1].mean())
    assert middles[0] > 740
    assert middles[1] < 540


def test_words_of_two_directions_keep_their_order() -> None:
    found = tokens("למה כולם Open AI השנה", "Montserrat", "he", capitals=False)
    setting = fit(found, 5000, 200, lines=1, largest=100, smallest=20)
    assert [token.text for token in setting.lines[0]] == ["השנה", "Open", "AI", "כולם", "למה"]
    found = tokens("We said שלום עולם twice", "Montserrat", "en", capitals=False)
    setting = fit(found, 5000, 200, lines=1, largest=100, smallest=20)
    assert [token.text for token in setting.lines[0]] == ["We", "said", "עולם", "שלום", "twice"]


@pytest.mark.parametrize(
    ("title", "key"),
    [
        (TITLE, "3"),
        ("Why cities are going car-free", "car-free"),
        ("Wow", None),
        ("ha ha", None),
        ("", None),
    ],
)
def test_key_word_is_the_figure_or_the_longest(title: str, key: str | None) -> None:
    found = tokens(title, "Montserrat", "en", capitals=False)
    assert next((token.text for token in found if token.key), None) == key


def test_japanese_breaks_between_phrases_and_never_before_small_kana() -> None:
    found = tokens("東京の朝に隠された5つの秘密を探る", "Montserrat", "ja", capitals=False)
    assert [token.text for token in found] == ["東京の", "朝に", "隠された", "5つの", "秘密を", "探る"]
    found = tokens("コーヒーショップ", "Montserrat", "ja", capitals=False)
    assert [token.text for token in found] == ["コー", "ヒー", "ショッ", "プ"]


def test_capitals_follow_the_language() -> None:
    def capitals(language: str) -> str:
        return "".join(token.text for token in tokens("istanbul ışık", "Anton", language, capitals=True))

    assert (capitals("tr"), capitals("en")) == ("İSTANBULIŞIK", "ISTANBULIŞIK")


def test_pictographs_and_unknown_letters_are_left_out() -> None:
    assert [token.text for token in tokens("🔥 Wow 𐎀𐎁 👨‍👩‍👧", "Anton", "en", capitals=True)] == ["WOW"]
    assert tokens("🔥🔥", "Anton", "en", capitals=True) == ()


def test_title_that_cannot_fit_ends_in_an_ellipsis() -> None:
    found = tokens("word " * 70, "Montserrat", "en", capitals=False)
    setting = fit(found, 600, 200, lines=4, largest=120, smallest=40)
    assert setting.pixels >= 40
    assert max(setting.widths()) <= 600
    assert setting.height <= 200
    assert setting.lines[-1][-1].text == "word…"


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("lines", [1, 3, 5])
def test_title_is_set_inside_its_box(title: str, lines: int) -> None:
    found = tokens(TITLES[title], "Montserrat", "", capitals=False)
    setting = fit(found, 620, 440, lines=lines, largest=140, smallest=30)
    assert 1 <= len(setting.lines) <= lines
    assert max(setting.widths()) <= 621
    assert setting.height <= 441


def test_watermark_stands_in_the_upper_right_corner() -> None:
    mark = Image.new("RGBA", (400, 100), (255, 0, 0, 255))
    file = io.BytesIO()
    mark.save(file, "PNG")
    shown = opened(thumbnail(png(0), TITLE, MIDNIGHT, "card", watermark=file.getvalue()))
    red = (shown[:, :, 0] > 150) & (shown[:, :, 1] < 90) & (shown[:, :, 2] < 90)
    rows, columns = np.nonzero(red)
    assert (columns.min() >= 1030, columns.max() <= 1245, rows.min() >= 28, rows.max() <= 130) == (True,) * 4


def test_recipe_of_words_lends_its_ground_only() -> None:
    with_words = Recipe("big_word", 3, MIDNIGHT, ("Momentum",))
    without = Recipe("big_word", 3, MIDNIGHT)
    assert thumbnail(with_words, TITLE, MIDNIGHT, "bold") == thumbnail(without, TITLE, MIDNIGHT, "bold")


@pytest.mark.parametrize("data", [b"", b"not a picture", noise()[:900]], ids=["empty", "text", "truncated"])
def test_unreadable_picture_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "background.png"
    path.write_bytes(data)
    for background in (data, path):
        with pytest.raises(NotMedia, match="cannot be read"):
            thumbnail(background, TITLE, MIDNIGHT, "bold")


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotMedia, match="cannot be read"):
        thumbnail(tmp_path / "gone.jpg", TITLE, MIDNIGHT, "bold")


def test_unknown_layout_is_refused() -> None:
    with pytest.raises(
        ValueError, match="no thumbnail layout “poster”; there are bold, split, card, spotlight"
    ):
        thumbnail(RECIPE, TITLE, MIDNIGHT, "poster")
    with pytest.raises(ValueError, match="no thumbnail layout “poster”"):
        three_thumbnails((), TITLE, MIDNIGHT, first_layout="poster")

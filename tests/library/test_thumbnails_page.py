"""Thumbnails of a video: drawn from a frame, a picture or colours, kept, put first, removed (LIB-06)."""

import io
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.library.designs import COLOURS, FRAME, PICTURE, PLAIN, Design, render, variations
from apps.library.errors import LibraryError
from apps.library.models import Asset, AssetKind, Video
from apps.library.provenance import Provenance
from apps.library.services import brand_of, keep_thumbnail
from apps.media.binaries import ffmpeg_path
from apps.media.thumbnails import MOST_BYTES, Filters, filtered
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory


def picture(colour: str = "#c04020", size: tuple[int, int] = (64, 36)) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "PNG")
    return data.getvalue()


def image_asset(team: Team, **more: Any) -> Asset:
    return AssetFactory(
        team=team, kind=AssetKind.IMAGE, content=picture(), suffix=".png", content_type="image/png", **more
    )


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds: red, then blue."""
    path: Path = tmp_path_factory.mktemp("film") / "film.mp4"
    inputs = [
        "-f",
        "lavfi",
        "-i",
        "color=red:s=160x90:d=1:r=10",
        "-f",
        "lavfi",
        "-i",
        "color=blue:s=160x90:d=1:r=10",
    ]
    joined = ["-filter_complex", "[0][1]concat=n=2", "-pix_fmt", "yuv420p", str(path)]
    subprocess.run([ffmpeg_path(), "-v", "error", *inputs, *joined], check=True)
    return path.read_bytes()


@pytest.fixture
def video(team: Team) -> Video:
    return VideoFactory(team=team, title="Why bread smells of home", duration_s=2)


def filmed(video: Video, film: bytes) -> Video:
    size = {"width": 160, "height": 90}
    kind = {"kind": AssetKind.RENDITION, "suffix": ".mp4", "content_type": "video/mp4"}
    AssetFactory(video=video, content=film, **kind, **size)
    return video


def where(video: Video, name: str = "thumbnails", *more: Any) -> str:
    return reverse(f"library:{name}", args=[video.team.slug, video.pk, *more])


def middle(data: bytes) -> tuple[int, ...]:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").getpixel((640, 100))  # type: ignore[return-value]


@pytest.mark.spec("LIB-06")
@pytest.mark.parametrize("layout", [PLAIN, "bold", "split"])
@pytest.mark.parametrize("source", [COLOURS, PICTURE])
def test_design_has_the_size_that_platforms_take(video: Video, source: str, layout: str) -> None:
    design = Design(source, picture_id=image_asset(video.team).pk, title="Words", layout=layout)
    data = render(video, design, brand=brand_of(video.team))
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("JPEG", (1280, 720))
    assert len(data) < MOST_BYTES


@pytest.mark.spec("LIB-06")
def test_frame_is_the_one_at_its_time(video: Video, film: bytes) -> None:
    filmed(video, film)
    brand = brand_of(video.team)
    early, late = (
        middle(render(video, Design(FRAME, at_s=at, layout=PLAIN), brand=brand)) for at in (0.2, 1.6)
    )
    assert early[0] > 150 > early[2]
    assert late[2] > 150 > late[0]


@pytest.mark.parametrize(
    ("filters", "changed"),
    [
        (Filters(), lambda before, after: before == after),
        (Filters(brightness=150), lambda before, after: after[0] > before[0]),
        (Filters(saturation=40), lambda before, after: after[0] - after[2] < before[0] - before[2]),
        (Filters(tone="grey"), lambda before, after: after[0] == after[1] == after[2]),
        (Filters(tone="cold"), lambda before, after: after[2] > before[2]),
        (Filters(contrast=40, blur=4), lambda before, after: after != before),
    ],
)
def test_filters_change_the_picture(filters: Filters, changed: Any) -> None:
    before, after = middle(filtered(picture(), Filters())), middle(filtered(picture(), filters))
    assert changed(before, after)


def test_variations_are_three_and_differ(video: Video, film: bytes) -> None:
    brand = brand_of(video.team)
    assert [one.source for one in variations(video, brand=brand)] == [COLOURS] * 3
    offered = variations(filmed(video, film), brand=brand)
    assert [(one.source, one.at_s) for one in offered] == [(FRAME, 0.4), (FRAME, 0.9), (FRAME, 1.4)]
    assert len({one.layout for one in offered}) == 3


@pytest.mark.spec("LIB-06")
def test_kept_thumbnail_is_the_first_with_the_right_of_its_picture(
    bob_client: Client, bob: Any, video: Video
) -> None:
    old = AssetFactory(video=video, kind=AssetKind.THUMBNAIL)
    right = Provenance(provider="upload", licence="licensed", receipt="no. 7")
    asset = image_asset(video.team, provenance_json=right.to_json())
    sent = {"source": PICTURE, "picture": asset.pk, "title": "Bread", "layout": "bold"}
    answer = bob_client.post(where(video), sent)
    assert (answer.status_code, answer["Location"]) == (302, where(video))
    first, second = video.assets.filter(kind=AssetKind.THUMBNAIL).order_by("position")
    assert (second, first.width, first.height) == (old, 1280, 720)
    assert (first.provenance.provider, first.provenance.licence, first.provenance.receipt) == (
        "by hand", "licensed", "no. 7",
    )  # fmt: skip
    again = bob_client.post(where(video), sent)
    assert (again.status_code, "exactly this thumbnail already" in again.content.decode()) == (422, True)
    assert "The thumbnail as it will be kept" in again.content.decode()
    assert video.assets.filter(kind=AssetKind.THUMBNAIL).count() == 2


def test_another_one_is_put_first_and_one_is_removed(bob_client: Client, video: Video) -> None:
    one, two = (AssetFactory(video=video, kind=AssetKind.THUMBNAIL, position=place) for place in range(2))
    bob_client.post(where(video, "make_cover", two.pk))
    kept = video.assets.filter(kind=AssetKind.THUMBNAIL).order_by("position")
    assert list(kept) == [two, one]
    bob_client.post(where(video, "remove_thumbnail", two.pk))
    assert list(kept.all()) == [one]


def test_preview_is_drawn_from_its_address_and_from_nothing_else(bob_client: Client, video: Video) -> None:
    foreign = image_asset(VideoFactory().team)
    good = bob_client.get(
        where(video, "thumbnail_preview") + "?" + urlencode({"source": COLOURS, "title": "Bread"})
    )
    assert (good.status_code, good["Content-Type"]) == (200, "image/jpeg")
    bad = {
        "source": PICTURE, "picture": foreign.pk,
    }  # fmt: skip
    refused = bob_client.get(where(video, "thumbnail_preview") + "?" + urlencode(bad))
    assert (refused.status_code, refused.content.decode()) == (422, "Choose one of your team's pictures.")
    assert bob_client.get(where(video, "thumbnail_preview") + "?blur=900").status_code == 422
    without_film = bob_client.get(where(video, "thumbnail_preview") + "?source=frame")
    assert (without_film.status_code, "has no picture yet" in without_film.content.decode()) == (422, True)


def test_uploaded_picture_is_the_teams_and_opens_in_the_editor(bob_client: Client, video: Video) -> None:
    file = SimpleUploadedFile("oven.png", picture(size=(400, 300)), content_type="image/png")
    answer = bob_client.post(where(video, "thumbnail_picture"), {"file": file, "licence": "own work"})
    asset = Asset.objects.get(kind=AssetKind.IMAGE, video=None)
    assert answer["Location"].startswith(f"{where(video)}?source=picture&picture={asset.pk}")
    refused = bob_client.post(
        where(video, "thumbnail_picture"),
        {"file": SimpleUploadedFile("x.png", b"words"), "licence": "own work"},
    )
    assert (refused.status_code, refused["Location"]) == (302, where(video))
    assert Asset.objects.filter(kind=AssetKind.IMAGE).count() == 1


def test_at_most_twelve_are_kept(video: Video, bob: Any) -> None:
    for number in range(12):
        AssetFactory(video=video, kind=AssetKind.THUMBNAIL, position=number)
    with pytest.raises(LibraryError, match="at most 12 thumbnails"):
        keep_thumbnail(video, Design(COLOURS, title="One more"), actor=bob)


def test_only_editors_of_the_team_design(
    client: Client, charlie_client: Client, victor_client: Client, video: Video
) -> None:
    asset = AssetFactory(video=video, kind=AssetKind.THUMBNAIL)
    for name, more in (("thumbnails", ()), ("thumbnail_picture", ()), ("remove_thumbnail", (asset.pk,))):
        assert client.post(where(video, name, *more)).status_code == 302
        assert charlie_client.post(where(video, name, *more)).status_code == 404
        assert victor_client.post(where(video, name, *more)).status_code == 403
    assert victor_client.get(where(video, "thumbnail_preview")).status_code == 403

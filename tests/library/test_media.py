"""The team's own images, clips and music: what is taken, what is refused, and what comes of it."""

import io
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.events.models import Event
from apps.library import pictures
from apps.library.errors import LibraryError, StorageFull
from apps.library.models import Asset, AssetKind, StoredFile
from apps.library.provenance import Provenance
from apps.library.services import Upload, brand_of, delete_asset, undelete_asset, upload_asset
from apps.media import bounds
from apps.media.binaries import ffmpeg_path
from apps.media.errors import NotMedia
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory

HTMX = {"HX-Request": "true"}
OWN = Provenance(provider="upload", licence="own work", credit="Bob Baker")
MEDIA_QUERIES = 8  # session, person, membership, teams of the shell, count, files, storage, deleted


def picture(
    size: tuple[int, int] = (64, 48), mode: str = "RGB", format: str = "PNG", **options: Any
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 99 if mode == "L" else (200, 40, 90, 120)[: len(mode)]).save(out, format, **options)
    return out.getvalue()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """film("mp4", seconds=1): a small video (or sound) made by FFmpeg."""
    folder = tmp_path_factory.mktemp("films")

    def make(suffix: str, *, seconds: float = 1, video: bool = True, audio: bool = True) -> bytes:
        path = folder / f"{seconds}-{video}-{audio}.{suffix}"
        if not path.exists():
            inputs = ["-f", "lavfi", "-i", "testsrc=size=96x64:rate=25"] if video else []
            inputs += ["-f", "lavfi", "-i", "sine=440"] if audio else []
            command = [
                ffmpeg_path(),
                "-v",
                "error",
                *inputs,
                "-t",
                str(seconds),
                "-pix_fmt",
                "yuv420p",
                str(path),
            ]
            subprocess.run(command if video else [*command[:-3], str(path)], check=True)
        return path.read_bytes()

    return make


def upload(
    team: Team, actor: User, content: bytes, kind: str, name: str = "my_file.dat", **more: Any
) -> Upload:
    return upload_asset(
        team=team,
        uploaded_file=SimpleUploadedFile(name, content),
        kind=kind,
        actor=actor,
        provenance=OWN,
        **more,
    )


# Images


def test_image_is_written_anew_upright_and_without_metadata(team: Team, bob: User) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x010E] = "where I live"
    content = picture((64, 48), format="JPEG", exif=exif) + b"<script>alert(1)</script>"
    asset = upload(team, bob, content, "image", "summer_picnic.jpg").asset
    assert (asset.kind, asset.title, asset.width, asset.height) == (AssetKind.IMAGE, "summer picnic", 48, 64)
    assert (asset.file.content_type, asset.suffix) == ("image/jpeg", "jpg")
    with asset.open() as file:
        stored = file.read()
    assert b"where I live" not in stored
    assert b"<script>" not in stored
    with Image.open(io.BytesIO(stored)) as image:
        assert (image.size, dict(image.getexif())) == ((48, 64), {})
    assert asset.provenance == OWN
    assert asset.poster is not None
    assert asset.poster.kind == AssetKind.POSTER


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (picture(mode="RGBA"), "image/png"),
        (picture(mode="L"), "image/jpeg"),
        (picture(format="WEBP"), "image/jpeg"),
        (picture(format="BMP"), "image/jpeg"),
        (picture(format="GIF"), "image/jpeg"),
        (picture(mode="P"), "image/jpeg"),
        (picture(mode="CMYK", format="JPEG"), "image/jpeg"),
    ],
)
def test_pictures_of_every_common_kind_are_taken(
    team: Team, bob: User, content: bytes, content_type: str
) -> None:
    assert upload(team, bob, content, "image").asset.file.content_type == content_type


def test_huge_image_is_made_smaller(team: Team, bob: User) -> None:
    asset = upload(team, bob, picture((5000, 100)), "image").asset
    assert (asset.width, asset.height) == (4096, 82)
    assert asset.poster is not None
    with asset.poster.open() as file, Image.open(file) as image:
        assert (image.format, image.size) == ("JPEG", (640, 13))


def animated() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"just words", "not a picture that can be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not a picture"),
        (picture()[:-40], "damaged or incomplete"),
        (picture((15, 200)), "too small"),
        (animated(), "animated picture"),
    ],
)
def test_what_is_no_still_picture_is_refused(team: Team, bob: User, content: bytes, sentence: str) -> None:
    with pytest.raises(LibraryError, match=sentence):
        upload(team, bob, content, "image", "holiday.jpg")
    assert (Asset.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_picture_with_too_many_pixels_is_refused_before_it_is_decoded(team: Team, bob: User) -> None:
    bomb = picture((9000, 9000), mode="L")
    assert len(bomb) < 100_000
    with pytest.raises(LibraryError, match="too many pixels"):
        upload(team, bob, bomb, "image")


# Clips and music


@pytest.mark.parametrize(
    ("suffix", "content_type"),
    [("mp4", "video/mp4"), ("mov", "video/quicktime"), ("mkv", "video/x-matroska")],
)
def test_clip_keeps_its_bytes_and_gets_a_still(
    team: Team, bob: User, film: Callable[..., bytes], suffix: str, content_type: str
) -> None:
    content = film(suffix)
    asset = upload(team, bob, content, "clip", f"waves.{suffix}").asset
    assert (asset.file.content_type, asset.width, asset.height) == (content_type, 96, 64)
    assert asset.duration_s == pytest.approx(1, abs=0.1)
    with asset.open() as file:
        assert file.read() == content
    assert asset.poster is not None
    with asset.poster.open() as file, Image.open(file) as image:
        assert (image.format, image.size) == ("JPEG", (96, 64))


@pytest.mark.parametrize(
    ("suffix", "content_type"), [("mp3", "audio/mpeg"), ("wav", "audio/wav"), ("m4a", "audio/mp4")]
)
def test_music_is_known_by_its_bytes_and_not_by_its_name(
    team: Team, bob: User, film: Callable[..., bytes], suffix: str, content_type: str
) -> None:
    asset = upload(team, bob, film(suffix, video=False), "music", "song.exe").asset
    assert (asset.kind, asset.file.content_type, asset.poster) == (AssetKind.MUSIC, content_type, None)
    assert asset.duration_s == pytest.approx(1, abs=0.1)


def test_wrong_kind_says_which_one_is_right(team: Team, bob: User, film: Callable[..., bytes]) -> None:
    sound, moving = film("mp3", video=False), film("mp4")
    for content, kind, sentence in (
        (sound, "clip", "no moving picture in this file. Upload it as music"),
        (picture(), "clip", "no moving picture in this file"),
        (moving, "music", "has a moving picture. Upload it as a clip"),
        (film("mp4", audio=False), "music", "no sound in this file"),
        (film("mp4", seconds=0.2), "clip", "too short"),
    ):
        with pytest.raises(LibraryError, match=sentence):
            upload(team, bob, content, kind)


@pytest.mark.parametrize("kind", ["clip", "music"])
def test_broken_media_is_refused_with_a_sentence(
    team: Team, bob: User, film: Callable[..., bytes], kind: str
) -> None:
    for content in (b"a text named like a film", film("mp4")[:2000], b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n"):
        with pytest.raises(NotMedia) as caught:
            upload(team, bob, content, kind, "film.mp4")
        assert len(caught.value.message) > 20
    assert Asset.objects.count() == 0


@pytest.mark.parametrize("kind", ["clip", "music"])
def test_media_that_takes_too_much_to_read_is_refused_with_a_sentence(
    team: Team, bob: User, film: Callable[..., bytes], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "LOOK", replace(bounds.LOOK, output_bytes=100))
    with pytest.raises(LibraryError, match="more time or memory") as caught:
        upload(team, bob, film("mp4"), kind, "film.mp4")
    assert (caught.value.field, Asset.objects.count()) == ("file", 0)


def test_large_photo_is_decoded_only_as_large_as_it_is_kept(tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(picture((9000, 6000), format="JPEG"))
    with Image.open(tmp_path / "photo") as photo:
        pictures._decode_no_larger(photo)
        assert photo.size == (4500, 3000)
    found = pictures.rewrite(tmp_path / "photo", tmp_path)
    assert (found.width, found.height) == (4096, 2731)


def test_size_is_limited_by_kind(team: Team, bob: User, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = {"image": 100, "clip": 10_000, "music": 10_000}
    with pytest.raises(LibraryError, match="too large") as caught:
        upload(team, bob, picture((400, 400), mode="RGBA"), "image")
    assert caught.value.field == "file"
    with pytest.raises(LibraryError, match="empty"):
        upload(team, bob, b"", "image")
    with pytest.raises(LibraryError, match="image, a clip or music"):
        upload(team, bob, b"x", "rendition")


def test_nothing_is_left_in_the_work_folder(team: Team, bob: User, settings: Any) -> None:
    upload(team, bob, picture(), "image")
    with pytest.raises(LibraryError):
        upload(team, bob, b"nonsense", "image")
    assert list(Path(settings.WORK_DIR).glob("upload-*")) == []


@pytest.mark.spec("LIB-09")
def test_duplicate_upload_is_recognised(team: Team, bob: User) -> None:
    first = upload(team, bob, picture(), "image", "logo.png")
    second = upload(team, bob, picture(), "image", "logo_copy.png")
    assert (first.known, second.known, second.asset) == (False, True, first.asset)
    assert (
        Asset.objects.filter(kind="image").count(),
        Event.objects.filter(type="media.uploaded").count(),
    ) == (1, 1)


def test_full_disk_while_receiving_keeps_nothing(
    team: Team, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    content = picture()
    monkeypatch.setattr(pictures.Image.Image, "save", full)
    with pytest.raises(StorageFull):
        upload(team, bob, content, "image")
    assert (Asset.objects.count(), StoredFile.objects.count()) == (0, 0)


# Deleting


def test_deleted_media_can_be_brought_back(team: Team, bob: User) -> None:
    asset = AssetFactory(team=team, title="Logo")
    delete_asset(asset, actor=bob)
    assert not Asset.objects.filter(pk=asset.pk).exists()
    undelete_asset(asset, actor=bob)
    assert Asset.objects.filter(pk=asset.pk).exists()
    assert list(AuditRecord.objects.order_by("number").values_list("action", "target_name")) == [
        ("media.delete", "Logo"),
        ("media.undelete", "Logo"),
    ]


def test_media_that_the_brand_or_a_video_uses_is_not_deleted(team: Team, bob: User) -> None:
    logo = AssetFactory(team=team)
    brand = brand_of(team)
    brand.watermark = logo
    brand.save()
    with pytest.raises(LibraryError, match="the brand's watermark"):
        delete_asset(logo, actor=bob)
    with pytest.raises(LibraryError, match="belongs to a video"):
        delete_asset(AssetFactory(video=VideoFactory(team=team)), actor=bob)


# Pages


@pytest.fixture
def here(team: Team) -> str:
    return reverse("library:media", args=[team.slug])


@pytest.mark.parametrize("name", ["media", "upload"])
def test_media_pages_are_only_for_the_team(
    client: Client, charlie_client: Client, team: Team, name: str
) -> None:
    where = reverse(f"library:{name}", args=[team.slug])
    assert (client.get(where).status_code, charlie_client.get(where).status_code) == (302, 404)


def test_viewers_see_media_and_change_nothing(victor_client: Client, team: Team, here: str) -> None:
    asset = AssetFactory(team=team)
    assert victor_client.get(here).status_code == 200
    for name, args in (("upload", []), ("delete_media", [asset.pk]), ("restore_media", [asset.pk])):
        assert victor_client.post(reverse(f"library:{name}", args=[team.slug, *args])).status_code == 403
    assert victor_client.get(reverse("library:upload", args=[team.slug])).status_code == 403


def test_media_list_shows_own_files_by_kind_and_name(victor_client: Client, team: Team, here: str) -> None:
    AssetFactory(title="Other team's")
    AssetFactory(video=VideoFactory(team=team), title="Of a video")
    logo = AssetFactory(team=team, title="Logo")
    waves = AssetFactory(team=team, kind=AssetKind.CLIP, title="Waves")
    song = AssetFactory(team=team, kind=AssetKind.MUSIC, title="Song of waves")

    def found(**asked: str) -> list[Asset]:
        return list(victor_client.get(here, asked).context["page"])

    assert found() == [song, waves, logo]
    assert found(kind="clip") == [waves]
    assert found(q="WAVES") == [song, waves]
    assert found(q="waves", kind="music") == [song]
    assert found(kind="nonsense") == [song, waves, logo]
    html = victor_client.get(here, headers=HTMX).content.decode()
    assert (html.lstrip().startswith('<div id="list"'), "<html" in html) == (True, False)
    assert "Nothing matches" in victor_client.get(here, {"q": "submarine"}).content.decode()


def test_media_list_takes_the_same_queries_for_one_and_for_three(
    victor_client: Client, team: Team, here: str, django_assert_num_queries: Any
) -> None:
    for count in (1, 3):
        while Asset.objects.filter(kind="image").count() < count:
            AssetFactory(team=team, poster=AssetFactory(team=team, kind=AssetKind.POSTER))
        with django_assert_num_queries(MEDIA_QUERIES):
            victor_client.get(here)


FORM = {"kind": "image", "title": "", "licence": "own work", "credit": "", "receipt": ""}


def test_upload_page_takes_a_file_with_its_licence(bob_client: Client, team: Team, here: str) -> None:
    where = reverse("library:upload", args=[team.slug])
    assert bob_client.get(where).status_code == 200
    form = FORM | {"licence": "licensed", "receipt": "https://shop.example/order/7", "credit": "Jo"}
    response = bob_client.post(where, form | {"file": SimpleUploadedFile("logo.png", picture())})
    assert (response.status_code, response["Location"]) == (302, here)
    origin = Asset.objects.get(kind="image").provenance
    assert (origin.provider, origin.licence, origin.receipt, origin.source_url, origin.credit) == (
        "upload", "licensed", "https://shop.example/order/7", "https://shop.example/order/7", "Jo",
    )  # fmt: skip
    again = bob_client.post(where, FORM | {"file": SimpleUploadedFile("x.png", picture())}, headers=HTMX)
    assert (again.status_code, again["HX-Redirect"]) == (204, here)
    assert "is already here" in bob_client.get(here).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"file": b""}, "file", "empty"),
        ({"file": b"just words"}, "file", "not a picture that can be read"),
        ({"kind": "clip"}, "kind", "no moving picture"),
        ({"kind": "rendition"}, "kind", "Select a valid choice"),
        ({"licence": "licensed"}, "receipt", "Say where the licence can be found."),
        ({"licence": "CC BY"}, "credit", "Say whom to name as the author."),
    ],
)
def test_upload_refuses_beside_the_field(
    bob_client: Client, team: Team, wrong: dict[str, Any], field: str, sentence: str
) -> None:
    form = FORM | wrong | {"file": SimpleUploadedFile("logo.png", wrong.get("file", picture()))}
    response = bob_client.post(reverse("library:upload", args=[team.slug]), form, headers=HTMX)
    assert response.status_code == 422
    assert sentence in response.context["form"].errors[field][0]
    assert sentence in response.content.decode()
    assert Asset.objects.count() == 0


def test_media_is_deleted_with_undo(bob_client: Client, team: Team, here: str) -> None:
    asset = AssetFactory(team=team, title="Logo")
    response = bob_client.post(reverse("library:delete_media", args=[team.slug, asset.pk]), headers=HTMX)
    toast = json.loads(response["HX-Trigger"])["toast"]
    assert (list(response.context["page"]), toast["message"]) == ([], "“Logo” was deleted.")
    assert bob_client.post(toast["undo"], headers=HTMX).status_code == 204
    assert list(bob_client.get(here).context["page"]) == [asset]
    plain = bob_client.post(reverse("library:delete_media", args=[team.slug, asset.pk]))
    assert (plain.status_code, plain["Location"]) == (302, here)


def test_media_in_use_says_so(bob_client: Client, team: Team) -> None:
    asset = AssetFactory(team=team)
    brand = brand_of(team)
    brand.watermark = asset
    brand.save()
    response = bob_client.post(reverse("library:delete_media", args=[team.slug, asset.pk]), headers=HTMX)
    assert response.status_code == 422
    assert "the brand's watermark" in json.loads(response["HX-Trigger"])["toast"]["message"]
    assert Asset.objects.filter(pk=asset.pk).exists()


# Brand


BRAND = {"palette": "ocean", "voice": "", "watermark_position": "bottom_left", "watermark_opacity": "60"}


def test_brand_is_for_those_who_manage_templates(
    client: Client, charlie_client: Client, victor_client: Client, team: Team
) -> None:
    where = reverse("library:brand", args=[team.slug])
    assert [one.get(where).status_code for one in (client, charlie_client, victor_client)] == [302, 404, 403]
    assert [one.post(where, BRAND).status_code for one in (client, charlie_client, victor_client)] == [
        302,
        404,
        403,
    ]


def test_brand_is_saved_and_recorded(bob_client: Client, bob: User, team: Team) -> None:
    where = reverse("library:brand", args=[team.slug])
    logo, intro = AssetFactory(team=team), AssetFactory(team=team, kind=AssetKind.CLIP)
    form = BRAND | {"watermark": str(logo.pk), "intro": str(intro.pk)}
    response = bob_client.post(where, form, headers=HTMX)
    assert response.status_code == 200
    assert response.content.decode().lstrip().startswith('<form id="brand"')
    brand = brand_of(team)
    assert (brand.palette, brand.watermark, brand.intro, brand.outro) == ("ocean", logo, intro, None)
    assert (brand.watermark_position, brand.watermark_opacity) == ("bottom_left", 0.6)
    line = AuditRecord.objects.get(action="brand.edit")
    assert (line.actor, line.before["palette"], line.after["palette"]) == (bob, "", "ocean")
    assert bob_client.post(where, form)["Location"] == where
    assert AuditRecord.objects.filter(action="brand.edit").count() == 1
    assert 'value="ocean" checked' in bob_client.get(where).content.decode()


def test_brand_refuses_what_is_not_there(bob_client: Client, team: Team) -> None:
    foreign, song = AssetFactory(), AssetFactory(team=team, kind=AssetKind.MUSIC)
    where = reverse("library:brand", args=[team.slug])
    for field, value in (
        ("palette", "mud"), ("watermark", foreign.pk), ("intro", song.pk), ("watermark_opacity", "5"),
        ("watermark_position", "middle"),
    ):  # fmt: skip
        response = bob_client.post(where, BRAND | {field: str(value)}, headers=HTMX)
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert brand_of(team).palette == ""

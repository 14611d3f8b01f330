"""A person's picture (ACC-09)."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from redis import Redis

from apps.accounts.errors import AccountError
from apps.accounts.models import User
from apps.accounts.pictures import square
from tests.conftest import signed_in

pytestmark = pytest.mark.spec("ACC-09")
CHANGE = "/accounts/profile/picture/"


@pytest.fixture(autouse=True)
def nothing_counted(valkey: Redis) -> None:
    """Uploads are counted in Valkey."""


def photo(size: tuple[int, int] = (400, 200), kind: str = "JPEG") -> bytes:
    """Left half red, right half blue, taken by a phone that lay on its side, with the place in it."""
    image = Image.new("RGB", size, "red")
    image.paste(Image.new("RGB", (size[0] // 2, size[1]), "blue"), (size[0] // 2, 0))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    image.save(buffer, kind, exif=exif)
    return buffer.getvalue()


def test_picture_is_cut_turned_shrunk_and_stripped() -> None:
    content = square(io.BytesIO(photo()))
    with Image.open(io.BytesIO(content)) as image:
        left, right = image.convert("RGB").getpixel((5, 128)), image.convert("RGB").getpixel((250, 128))
        assert (image.format, image.size, dict(image.getexif()), image.info.get("exif")) == (
            "WEBP",
            (256, 256),
            {},
            None,
        )
    assert (left[2] > 200, right[0] > 200) == (True, True)  # type: ignore[index]  # turned upright
    assert b"Secret Camera" not in content


@pytest.mark.parametrize(
    "bad", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", photo()[:200], b"%PDF-1.7"]
)
def test_what_is_no_picture_is_refused(bad: bytes) -> None:
    with pytest.raises(AccountError) as caught:
        square(io.BytesIO(bad))
    assert caught.value.field == "picture"


def upload(client: Client, content: bytes) -> None:
    client.post(CHANGE, {"picture": SimpleUploadedFile("../../me.php", content, "image/jpeg")})


def test_picture_is_seen_by_the_team_and_by_no_stranger(alice: User, bob: User, charlie: User) -> None:
    upload(signed_in(alice), photo())
    alice.refresh_from_db()
    assert alice.avatar.startswith(f"avatars/{alice.pk}/")
    codes = []
    for person in (alice, bob, charlie):
        answer = signed_in(person).get(alice.avatar_url)
        codes.append(answer.status_code)
        b"".join(answer)  # type: ignore[arg-type]  # reads and so closes the file
    assert (codes, Client().get(alice.avatar_url).status_code) == ([200, 200, 404], 302)
    assert f'src="{alice.avatar_url}"' in signed_in(alice).get("/accounts/profile/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_old_picture_goes_with_the_new_one(alice: User) -> None:
    client = signed_in(alice)
    upload(client, photo())
    alice.refresh_from_db()
    old = alice.avatar
    client.post(CHANGE, {"remove": "1"})
    alice.refresh_from_db()
    assert (alice.avatar, default_storage.exists(old)) == ("", False)


def test_wrong_file_changes_nothing_and_says_so(alice: User) -> None:
    client = signed_in(alice)
    upload(client, b"no picture")
    alice.refresh_from_db()
    assert alice.avatar == ""
    assert "This is not a picture" in client.get("/accounts/profile/").content.decode()

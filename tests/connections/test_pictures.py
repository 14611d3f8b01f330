"""Pictures of accounts are fetched once and kept small (CON-03)."""

from io import BytesIO

import pytest
from PIL import Image

from apps.connections.services import pictures
from tests.connections.factories import ConnectionFactory
from tests.core.http_loopback import status


@pytest.fixture
def shown(server, settings):
    """What is made of a picture at the platform."""
    settings.SANDBOX_URL = server.url  # the stand-in's address may be called

    def fetch(body: bytes, content_type: str = "image/png") -> bytes | None:
        url = server.on("GET", "/picture", status(200, body, Content_Type=content_type))
        return pictures.fetch(ConnectionFactory.build(picture_url=url, team=None))

    return fetch


def test_a_picture_becomes_a_small_square(shown):
    made = BytesIO()
    Image.new("RGBA", (400, 300), (200, 30, 90, 255)).save(made, "PNG")
    with Image.open(BytesIO(shown(made.getvalue()) or b"")) as image:
        assert (image.format, image.size) == ("JPEG", (128, 128))


@pytest.mark.parametrize("body", [b"", b"<svg onload=alert(1)>", b"GIF89a"])
def test_what_is_no_picture_is_left_out(shown, body):
    assert shown(body) is None


def test_without_an_address_there_is_none():
    assert pictures.fetch(ConnectionFactory.build(picture_url="", team=None)) is None
    assert pictures.fetch(ConnectionFactory.build(picture_url="javascript:alert(1)", team=None)) is None


def test_real_platforms_lead_to_no_private_address(server, settings):
    settings.PLATFORM_CLIENTS = {**settings.PLATFORM_CLIENTS, "youtube": ("id", "secret")}
    url = server.on("GET", "/picture", status(200, b"x"))
    assert pictures.fetch(ConnectionFactory.build(picture_url=url, team=None)) is None
    assert server.asked == []

"""Files for content delivery networks: signed addresses that end, answered by us (TRC-05)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.library import links
from apps.library.models import Asset, AssetKind
from apps.teams.models import Team
from tests.factories import AssetFactory

CDN = "https://media.example.com"


@pytest.fixture
def network(settings: Any) -> None:
    settings.MEDIA_CDN_URL, settings.MEDIA_CDN_KEY = f"{CDN}/", "a key"


@pytest.fixture
def film(team: Team) -> Asset:
    return AssetFactory(
        team=team, kind=AssetKind.CLIP, content=b"0123456789", suffix=".mp4", content_type="video/mp4"
    )


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def pulled(client: Client, address: str, **headers: str) -> Any:
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}", headers=headers)


@pytest.mark.spec("TRC-05")
def test_member_is_sent_to_the_network_and_the_network_gets_the_bytes(
    bob_client: Client, client: Client, team: Team, film: Asset, network: None
) -> None:
    answer = bob_client.get(reverse("library:file", args=[team.slug, film.pk]))
    assert (answer.status_code, answer["Location"].startswith(f"{CDN}/media/teams/")) == (302, True)
    whole = pulled(client, answer["Location"])
    assert (whole.status_code, body(whole), whole["Content-Type"]) == (200, b"0123456789", "video/mp4")
    assert whole["Cache-Control"].startswith("public, max-age=")
    part = pulled(client, answer["Location"], Range="bytes=2-4")
    assert (part.status_code, body(part)) == (206, b"234")


def test_door_stays_ours(
    charlie_client: Client, client: Client, team: Team, film: Asset, network: None
) -> None:
    address = reverse("library:file", args=[team.slug, film.pk])
    assert charlie_client.get(address).status_code == 404
    assert urlsplit(client.get(address)["Location"]).path == reverse("account_login")


def test_downloads_and_captions_come_from_us(
    bob_client: Client, team: Team, film: Asset, network: None
) -> None:
    words = AssetFactory(team=team, kind=AssetKind.CAPTION, suffix=".vtt", content_type="text/vtt")
    for asset, query in ((film, "?download=1"), (words, "")):
        assert bob_client.get(reverse("library:file", args=[team.slug, asset.pk]) + query).status_code == 200


def test_without_a_network_files_come_from_us(bob_client: Client, team: Team, film: Asset) -> None:
    assert bob_client.get(reverse("library:file", args=[team.slug, film.pk])).status_code == 200


@pytest.fixture
def noon() -> Iterator[Any]:
    with time_machine.travel("2026-03-09T12:10:00Z", tick=False) as clock:
        yield clock


@pytest.mark.spec("TRC-05")
def test_link_ends(client: Client, film: Asset, network: None, noon: Any) -> None:
    address = links.address_of(film.file, timezone.now())
    assert address == links.address_of(film.file, timezone.now() + timedelta(minutes=40))  # one for each hour
    assert pulled(client, address).status_code == 200
    noon.move_to("2026-03-09T14:59:59Z")
    assert pulled(client, address).status_code == 200
    noon.move_to("2026-03-09T15:00:00Z")
    assert pulled(client, address).status_code == 404


def test_link_cannot_be_stretched_or_used_for_another_file(
    client: Client, film: Asset, network: None
) -> None:
    other = AssetFactory(team=film.team, content=b"secret")
    parts = urlsplit(links.address_of(film.file, timezone.now()))
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    later = str(int(query["expires"]) + 3600)
    wrong = [
        (film.file.path, {**query, "expires": later}),
        (
            film.file.path,
            {**query, "token": query["token"][:-1] + ("A" if query["token"][-1] != "A" else "B")},
        ),
        (film.file.path, {"expires": query["expires"]}),
        (film.file.path, {**query, "expires": "x"}),
        (film.file.path, {**query, "expires": "²"}),
        (other.file.path, query),
        ("../../etc/passwd", query),
    ]
    assert {client.get(f"/media/{path}", values).status_code for path, values in wrong} == {404}


def test_another_key_signs_another_link(film: Asset, network: None, settings: Any) -> None:
    expires = links.expiry(timezone.now())
    before = links.token(film.file.path, expires)
    settings.MEDIA_CDN_KEY = "another"
    assert links.token(film.file.path, expires) != before

"""The address of a file: rights, ranges, names, and memory that does not grow with it."""

import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.test import AsyncClient, Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.core.ranges import Span, Unsatisfiable, asked_span
from apps.library.models import Asset, AssetKind
from apps.library.provenance import Provenance
from apps.library.services import delete_video, store_file
from apps.library.serving import download_name
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory

CONTENT = bytes(range(256)) * 8


@pytest.fixture
def asset(team: Team) -> Asset:
    return AssetFactory(
        video=VideoFactory(team=team, title="Bread at dawn"),
        kind=AssetKind.RENDITION,
        format="9x16",
        content=CONTENT,
        suffix=".mp4",
        content_type="video/mp4",
    )


def address(asset: Asset) -> str:
    return reverse("library:file", args=[asset.team.slug, asset.pk])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_file_is_only_for_the_team(client: Client, charlie_client: Client, asset: Asset) -> None:
    assert client.get(address(asset)).status_code == 302
    assert charlie_client.get(address(asset)).status_code == 404


def test_file_of_another_team_is_not_found_in_the_own_one(victor_client: Client, team: Team) -> None:
    other = AssetFactory()
    assert victor_client.get(reverse("library:file", args=[team.slug, other.pk])).status_code == 404


def test_file_of_a_deleted_video_is_not_found(victor_client: Client, asset: Asset) -> None:
    assert asset.video is not None
    delete_video(asset.video, actor=None)
    assert victor_client.get(address(asset)).status_code == 404


def test_file_whose_bytes_are_gone_is_not_found(victor_client: Client, asset: Asset) -> None:
    default_storage.delete(asset.file.path)
    assert victor_client.get(address(asset)).status_code == 404


def test_whole_file_comes_with_its_facts(victor_client: Client, asset: Asset) -> None:
    response = victor_client.get(address(asset))
    assert (response.status_code, body(response)) == (200, CONTENT)
    expected = {
        "Content-Type": "video/mp4",
        "Content-Length": "2048",
        "Content-Disposition": 'inline; filename="bread-at-dawn-9x16.mp4"',
        "Accept-Ranges": "bytes",
        "ETag": f'"{asset.file.sha256}"',
        "Cache-Control": "private, max-age=3600",
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: response[name] for name in expected} == expected


def test_head_says_the_same_without_a_body(victor_client: Client, asset: Asset) -> None:
    response = victor_client.head(address(asset), headers={"Range": "bytes=0-9"})
    assert (response.status_code, response["Content-Length"], body(response)) == (206, "10", b"")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, 2047),
        ("bytes=2000-999999", 2000, 2047),
        ("bytes=-1", 2047, 2047),
        ("bytes=-9999", 0, 2047),
    ],
)
def test_range_gives_exactly_those_bytes(
    victor_client: Client, asset: Asset, asked: str, first: int, last: int
) -> None:
    response = victor_client.get(address(asset), headers={"Range": asked})
    assert (response.status_code, body(response)) == (206, CONTENT[first : last + 1])
    assert response["Content-Range"] == f"bytes {first}-{last}/2048"
    assert response["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", ["bytes=2048-", "bytes=9999-10000", "bytes=-0"])
def test_range_outside_of_the_file_is_416(victor_client: Client, asset: Asset, asked: str) -> None:
    response = victor_client.get(address(asset), headers={"Range": asked})
    assert (response.status_code, response["Content-Range"], body(response)) == (416, "bytes */2048", b"")


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "lines=1-2", "bytes=a-b", "bytes=-", "bytes=0-1,5-6", "nonsense"]
)
def test_range_that_is_not_understood_gives_the_whole_file(
    victor_client: Client, asset: Asset, asked: str
) -> None:
    response = victor_client.get(address(asset), headers={"Range": asked})
    assert (response.status_code, body(response)) == (200, CONTENT)


def test_range_of_another_version_gives_the_whole_file(victor_client: Client, asset: Asset) -> None:
    headers = {"Range": "bytes=0-9", "If-Range": f'"{asset.file.sha256}"'}
    assert victor_client.get(address(asset), headers=headers).status_code == 206
    response = victor_client.get(address(asset), headers=headers | {"If-Range": '"older"'})
    assert (response.status_code, body(response)) == (200, CONTENT)
    dated = victor_client.get(address(asset), headers=headers | {"If-Range": "Wed, 21 Oct 2026 07:28:00 GMT"})
    assert dated.status_code == 200


def test_known_version_is_not_sent_again(victor_client: Client, asset: Asset) -> None:
    response = victor_client.get(address(asset), headers={"If-None-Match": f'"x", "{asset.file.sha256}"'})
    assert (response.status_code, response.content) == (304, b"")


@given(size=st.integers(0, 50), first=st.integers(0, 60), last=st.integers(0, 60))
def test_span_is_what_the_rfc_says(size: int, first: int, last: int) -> None:
    header = f"bytes={first}-{last}"
    if last < first:
        assert asked_span(header, size) is None
    elif first >= size:
        with pytest.raises(Unsatisfiable):
            asked_span(header, size)
    else:
        assert asked_span(header, size) == Span(first, min(last, size - 1))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Bread: the “best” of/2026?", "bread-the-best-of2026-9x16.mp4"),
        ("خبز الصباح", "خبز-الصباح-9x16.mp4"),
        ('"; rm -rf / \r\nSet-Cookie: a=b', "rm-rf-set-cookie-ab-9x16.mp4"),
        ("../../etc/passwd", "etcpasswd-9x16.mp4"),
        ("…", "rendition-9x16.mp4"),
    ],
)
def test_download_has_a_safe_name_for_people(asset: Asset, title: str, name: str) -> None:
    assert asset.video is not None
    asset.video.title = title
    assert download_name(asset) == name


def test_download_is_an_attachment(victor_client: Client, asset: Asset) -> None:
    response = victor_client.get(address(asset) + "?download=1")
    assert response["Content-Disposition"] == 'attachment; filename="bread-at-dawn-9x16.mp4"'


@pytest.mark.parametrize(
    "content_type", ["application/octet-stream", "text/html", "image/svg+xml", "application/json"]
)
def test_what_a_browser_might_run_is_always_an_attachment(
    victor_client: Client, team: Team, content_type: str
) -> None:
    asset = AssetFactory(team=team, content_type=content_type)
    assert victor_client.get(address(asset))["Content-Disposition"].startswith("attachment")


async def test_large_file_is_streamed_in_constant_memory_under_asgi(
    victor: Any, team: Team, tmp_path: Path, transactional_db: None
) -> None:
    size = 64 * 2**20
    path = tmp_path / "large.mp4"
    with path.open("wb") as file:
        file.truncate(size - 4)
        file.seek(0, os.SEEK_END)
        file.write(b"last")
    from asgiref.sync import sync_to_async

    asset = await sync_to_async(store_file)(
        team=team, path=path, kind="rendition", provenance=Provenance(provider="upload"), move=True
    )
    client = AsyncClient()
    await client.aforce_login(victor)
    response = await client.get(address(asset), headers={"Range": f"bytes=1-{size - 1}"})
    assert response.status_code == 206
    received, end = 0, b""
    tracemalloc.start()
    async for block in response.streaming_content:
        received += len(block)
        end = (end + bytes(block))[-4:]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    await sync_to_async(response.close)()
    await sync_to_async(connections.close_all)()  # those of the thread in which views run
    assert (received, end) == (size - 1, b"last")
    assert peak < 8 * 2**20

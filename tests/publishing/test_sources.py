"""The bytes of a stored file from any place, whichever storage has them."""

from collections.abc import Iterator

import pytest

from apps.library.models import Asset
from apps.publishing import sources
from tests.factories import AssetFactory

pytestmark = pytest.mark.django_db

CONTENT = bytes(range(256)) * 20


class Ranged:
    """A storage that gives ranges in blocks of a hundred bytes, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def read_range(self, name: str, first: int, length: int, *, block_bytes: int) -> Iterator[bytes]:
        self.asked.append((first, length))
        for place in range(first, first + length, 100):
            yield CONTENT[place : min(place + 100, first + length)]


@pytest.fixture
def asset() -> Asset:
    stored: Asset = AssetFactory(content=CONTENT)
    return stored


@pytest.mark.parametrize("is_ranged", [False, True])
def test_every_place_is_read_as_it_is(asset: Asset, is_ranged: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if is_ranged:
        monkeypatch.setattr(sources, "default_storage", Ranged())
    with sources.open_stream(asset.file) as stream:
        assert stream.read() == CONTENT
        for place in (0, 4321, len(CONTENT) - 3):
            assert stream.seek(place) == place
            assert (stream.read(7), stream.tell()) == (
                CONTENT[place : place + 7],
                min(place + 7, len(CONTENT)),
            )
        assert stream.seek(0, 2) == len(CONTENT)
        assert stream.read(1) == b""


def test_bucket_is_asked_once_until_the_place_jumps(asset: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = Ranged()
    monkeypatch.setattr(sources, "default_storage", storage)
    monkeypatch.setattr(sources, "BLOCK_BYTES", 64)
    with sources.open_stream(asset.file) as stream:
        read = b"".join(iter(lambda: stream.read(50), b""))
        stream.seek(5000)
        stream.read(10)
    assert read == CONTENT
    assert storage.asked == [(0, len(CONTENT)), (5000, len(CONTENT) - 5000)]

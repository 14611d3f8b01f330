"""Files go out a piece at a time, whatever their size (PUB-02)."""

import io
import tracemalloc

import pytest

from apps.connections.adapters import Progress, Stage
from apps.connections.platforms.uploading import PIECE, TELL_EVERY, part, teller, time_for
from apps.connections.platforms.youtube import session
from apps.connections.platforms.youtube.publisher import YouTubePublisher
from tests.connections.conftest import an_upload
from tests.core.http_loopback import Handler


class Endless(io.RawIOBase):
    """A file of any size that lies nowhere."""

    def __init__(self) -> None:
        self.place, self.largest = 0, 0

    def seek(self, place: int, whence: int = 0) -> int:
        self.place = place
        return place

    def read(self, size: int = -1) -> bytes:
        assert size >= 0
        self.place, self.largest = self.place + size, max(self.largest, size)
        return bytes(size)


def test_pieces_are_small_and_begin_where_they_should():
    source = Endless()
    assert sum(len(piece) for piece in part(source, 1000, 3 * PIECE + 7)) == 3 * PIECE + 7
    assert (source.place, source.largest) == (1000 + 3 * PIECE + 7, PIECE)


def test_a_file_that_is_too_short_does_not_look_whole():
    with pytest.raises(EOFError, match="shorter"):
        list(part(io.BytesIO(b"abc"), 1, 3))


def test_a_long_request_is_told_of_on_the_way():
    told: list[Progress] = []
    progress = Progress(Stage.TRANSFER, offset=TELL_EVERY)
    size = 4 * TELL_EVERY
    for _ in part(Endless(), TELL_EVERY, 3 * TELL_EVERY, teller(progress, size, TELL_EVERY, told.append)):
        pass
    assert [(one.share, one.offset) for one in told] == [(share, TELL_EVERY) for share in (0.5, 0.75, 1.0)]


def test_a_longer_upload_may_take_longer():
    assert (time_for(0), time_for(125_000_000)) == (60.0, 1060.0)


def swallow(handler: Handler) -> None:
    """What arrived is what `Content-Range` says; the last chunk makes the video."""
    span, total = handler.headers["content-range"].removeprefix("bytes ").split("/")
    end = int(span.split("-")[1]) + 1
    if end == int(total):
        handler.send(200, b'{"id": "vid1"}')
    else:
        handler.send(308, b"", {"Range": f"bytes=0-{end - 1}"})


def test_memory_does_not_grow_with_the_file(server, call, monkeypatch):
    """64 MB in chunks of 4 MB; the loopback server, in this process too, keeps one chunk at a time."""
    for name in ("CHUNK", "LARGEST"):
        monkeypatch.setattr(session, name, 4 * 1024 * 1024)
    server.on("PUT", "/session", swallow)
    progress = Progress(Stage.TRANSFER, session={"url": f"{server.url}/session"})
    tracemalloc.start()
    try:
        done = YouTubePublisher().send(
            call(), an_upload(size=64 * 1024 * 1024), progress, Endless(), lambda _: server.asked.clear()
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert done.external_id == "vid1"
    assert peak < 20_000_000

"""Pages and files at addresses that a person typed."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator

import pytest

from apps.core import http

from .http_loopback import (
    Loopback,
    cut_short,
    endless,
    html,
    nothing,
    redirect,
    running,
    slow_drip,
    status,
)


@pytest.fixture
def server(settings) -> Iterator[Loopback]:
    with running() as loopback:
        settings.OUTSIDE_ALLOW_PRIVATE = [loopback.netloc]
        yield loopback


def test_fetch_returns_the_page_its_type_and_address(server):
    url = server.on("GET", "/article/", html("<p>Grüße</p>"))
    page = http.fetch(f"{url}?page=2", allowed_types=("text/html",))
    assert (page.text, page.content_type, page.url) == ("<p>Grüße</p>", "text/html", f"{url}?page=2")
    assert (server.asked[0].path, server.asked[0].query) == ("/article/", {"page": ["2"]})


def test_fetch_reads_the_declared_charset(server):
    url = server.on(
        "GET", "/", status(200, "Grüße".encode("latin-1"), Content_Type="text/html; charset=iso-8859-1")
    )
    assert http.fetch(url).text == "Grüße"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_fetch_follows_redirects(code, server):
    url = server.on("GET", "/old", redirect("/new?x=1", code))
    server.on("GET", "/new", html("new"))
    page = http.fetch(url)
    assert (page.text, page.url) == ("new", f"{server.url}/new?x=1")


def test_fetch_breaks_a_redirect_loop(server):
    url = server.on("GET", "/a", redirect("/b"))
    server.on("GET", "/b", redirect("/a"))
    with pytest.raises(http.Rejected, match="in a circle"):
        http.fetch(url)
    assert [asked.path for asked in server.asked] == ["/a", "/b"]


def test_fetch_gives_up_after_five_redirects(server):
    for step in range(9):
        server.on("GET", f"/{step}", redirect(f"/{step + 1}"))
    with pytest.raises(http.Rejected, match="more than 5 redirects"):
        http.fetch(f"{server.url}/0")
    assert len(server.asked) == 6
    server.on("GET", "/5", html("fifth"))
    assert http.fetch(f"{server.url}/0").text == "fifth"


def test_fetch_shows_headers_only_to_the_host_they_are_for(server, settings):
    with running() as other:
        settings.OUTSIDE_ALLOW_PRIVATE = [server.netloc, other.netloc]
        url = server.on("GET", "/", redirect(f"{other.url}/there"))
        other.on("GET", "/there", html("there"))
        http.fetch(url, headers={"Authorization": "Bearer abc"})
        assert server.asked[0].headers["authorization"] == "Bearer abc"
        assert "authorization" not in other.asked[0].headers


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://example.com/", "http://user:pw@example.com/"]
)
def test_fetch_refuses_a_redirect_out_of_the_web(location, server):
    url = server.on("GET", "/", redirect(location))
    with pytest.raises(http.AddressRefused):
        http.fetch(url)


@pytest.mark.parametrize(
    ("content_type", "allowed"),
    [("application/pdf", ("text/html", "text/plain")), ("image/png", ("video/*",)), ("", ("text/html",))],
)
def test_fetch_refuses_another_type_without_reading_it(content_type, allowed, server):
    url = server.on("GET", "/", endless(b"x" * 1000, content_type))
    with pytest.raises(http.WrongType) as caught:
        http.fetch(url, allowed_types=allowed, max_bytes=1000)
    assert caught.value.content_type == content_type


def test_fetch_accepts_a_family_of_types(server):
    url = server.on("GET", "/", status(200, b"....", Content_Type="video/mp4"))
    assert http.fetch(url, allowed_types=("video/*",)).content == b"...."


def test_fetch_stops_reading_a_huge_page(server):
    url = server.on("GET", "/", endless(b"<p>word</p>" * 500))
    with pytest.raises(http.TooLarge, match="larger than 1 MB"):
        http.fetch(url, max_bytes=1_000_000)


def test_fetch_stops_a_slow_drip(server):
    url = server.on("GET", "/", slow_drip)
    with pytest.raises(http.Unavailable, match="took too long"):
        http.fetch(url, timeout_s=0.4)


@pytest.mark.parametrize("fault", [nothing, cut_short])
def test_fetch_of_a_broken_answer_is_unavailable(fault, server):
    url = server.on("GET", "/", fault)
    with pytest.raises(http.Unavailable, match="broke off"):
        http.fetch(url)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (401, http.AuthExpired),
        (403, http.Rejected),
        (404, http.Rejected),
        (304, http.Rejected),
        (429, http.RateLimited),
        (500, http.Unavailable),
    ],
)
def test_fetch_of_a_failed_page_is_an_error(code, kind, server):
    url = server.on("GET", "/", status(code, b"no"))
    with pytest.raises(kind):
        http.fetch(url)


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_fetch_unpacks_what_is_packed(encoding, pack, server):
    text = "<p>word</p>" * 30_000
    url = server.on(
        "GET", "/", status(200, pack(text.encode()), Content_Encoding=encoding, Content_Type="text/html")
    )
    assert http.fetch(url).text == text


def test_fetch_cuts_a_compression_bomb(server):
    bomb = gzip.compress(b"0" * 80_000_000)
    url = server.on("GET", "/", status(200, bomb, Content_Encoding="gzip"))
    with pytest.raises(http.TooLarge):
        http.fetch(url, max_bytes=1_000_000)


@pytest.mark.parametrize(
    ("encoding", "body", "sentence"),
    [
        ("br", b"\x0b\x02\x80", "does not read"),
        ("gzip", b"not gzip", "cannot be unpacked"),
        ("gzip", gzip.compress(b"x" * 9999, mtime=0)[:-9], "its end is missing"),
    ],
)
def test_fetch_refuses_packing_it_cannot_read(encoding, body, sentence, server):
    url = server.on("GET", "/", status(200, body, Content_Encoding=encoding))
    with pytest.raises(http.Rejected, match=sentence):
        http.fetch(url)


def test_download_writes_the_file_and_its_checksum(server, tmp_path):
    body = bytes(range(256)) * 4000
    url = server.on("GET", "/clip", status(200, body, Content_Type="video/mp4"))
    got = http.download(url, tmp_path / "clip.mp4", max_bytes=2_000_000, allowed_types=("video/*",))
    assert got == http.Download(
        tmp_path / "clip.mp4", len(body), hashlib.sha256(body).hexdigest(), "video/mp4", url
    )
    assert (tmp_path / "clip.mp4").read_bytes() == body


@pytest.mark.parametrize("fault", [cut_short, slow_drip, endless(b"x" * 10_000)])
def test_download_leaves_nothing_behind_when_it_fails(fault, server, tmp_path):
    url = server.on("GET", "/clip", fault)
    with pytest.raises(http.OutsideError):
        http.download(url, tmp_path / "clip.mp4", max_bytes=100_000, timeout_s=0.4)
    assert list(tmp_path.iterdir()) == []

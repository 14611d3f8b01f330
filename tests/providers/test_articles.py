"""The article behind a link, whatever the link leads to."""

from collections.abc import Iterator
from datetime import date

import pytest

from apps.core import http
from apps.core.errors import UserError
from apps.providers.articles import Article, fetch_article
from tests.core.http_loopback import Loopback, endless, html, nothing, redirect, running, slow_drip, status

PARAGRAPHS = [
    "The harbour of Ålesund was rebuilt in stone after the fire of 1904, which left ten thousand people homeless.",
    "Within three years, more than three hundred houses stood again, many of them in the Art Nouveau style of the day.",
    "Architects came from all over Norway, and most of them had studied in Berlin before they returned to build.",
    "Today the town draws visitors who walk its streets and climb the four hundred and eighteen steps to the lookout.",
]
PAGE = f"""<!doctype html><html lang="en"><head><title>A town of stone | The Fjord Post</title>
<meta property="og:site_name" content="The Fjord Post"><meta property="og:title" content="A town of stone">
<meta property="article:published_time" content="2025-03-09T08:00:00Z"></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a> Subscribe now for our newsletter</nav>
<article><h1>A town of stone</h1>{"".join(f"<p>{p}</p>" for p in PARAGRAPHS)}</article>
<aside>Advertisement: buy shoes</aside><div class="comments"><p>First! I hate this town.</p></div>
<script>track("visitor")</script>
<footer>© The Fjord Post. All rights reserved. Cookie settings.</footer></body></html>"""


@pytest.fixture
def server(settings) -> Iterator[Loopback]:
    with running() as loopback:
        settings.OUTSIDE_ALLOW_PRIVATE = [loopback.netloc]
        yield loopback


@pytest.mark.spec("GEN-01")
def test_fetch_article_returns_the_article_alone(server):
    url = server.on("GET", "/stone", html(PAGE))
    article = fetch_article(f"  {url} ")
    body = article.text.removeprefix("A town of stone\n")
    assert body.split("\n") == PARAGRAPHS
    assert article == Article("A town of stone", article.text, "en", url, "The Fjord Post", date(2025, 3, 9))


def test_fetch_article_reads_plain_text(server):
    text = "\n\n".join(PARAGRAPHS)
    url = server.on("GET", "/a.txt", status(200, text.encode(), Content_Type="text/plain; charset=utf-8"))
    assert fetch_article(url) == Article("", text, "en", url, "127.0.0.1")


def test_fetch_article_reads_arabic_in_its_own_charset(server):
    sentence = "كان الميناء هادئا قبل وصول أول عبارة في الصباح الباكر من ذلك اليوم. " * 8
    page = f"<html><head><meta charset=windows-1256></head><body><article><p>{sentence}</p></article></body></html>"
    url = server.on(
        "GET", "/", status(200, page.encode("windows-1256"), Content_Type="text/html; charset=windows-1256")
    )
    article = fetch_article(url)
    assert (article.text, article.language) == (sentence.strip(), "ar")


def test_fetch_article_takes_the_address_at_the_end_of_redirects(server):
    url = server.on("GET", "/short", redirect("/stone"))
    server.on("GET", "/stone", html(PAGE))
    assert fetch_article(url).url == f"{server.url}/stone"


REFUSALS = [
    (endless(b"%PDF-1.7 ", "application/pdf"), "PDF"),
    (status(200, b"\x89PNG", Content_Type="image/png"), "an image file"),
    (status(200, b"....", Content_Type="video/mp4"), "a video file"),
    (status(200, b"PK..", Content_Type="application/zip"), "does not lead to a web page"),
    (endless(b"<p>word</p>" * 100), "too large"),
    (html("<html><body><div id=app></div><script>render()</script></body></html>"), "No article was found"),
    (html(""), "No article was found"),
    (html("<p>" * 100_000), "too large"),
    (html("<p>" * 2_000), "No article was found"),
    (status(200, bytes(range(256)) * 40, Content_Type="text/html"), "No article was found"),
    (redirect("/page"), "in a circle"),
    (redirect("http://169.254.169.254/latest/meta-data/"), "private address"),
    (redirect("file:///etc/passwd"), "http:// or https://"),
    (status(401), "wants a sign-in"),
    (status(402), "wants a sign-in"),
    (status(403), "wants a sign-in"),
    (status(404), "no page at that address"),
    (status(410), "no page at that address"),
    (nothing, "broke off"),
]


@pytest.mark.parametrize(("answer", "sentence"), REFUSALS, ids=[sentence for _, sentence in REFUSALS])
def test_fetch_article_says_beside_the_field_what_is_wrong(answer, sentence, server):
    url = server.on("GET", "/page", answer)
    with pytest.raises(UserError, match=sentence) as caught:
        fetch_article(url)
    assert caught.value.field == "source_url"


@pytest.mark.parametrize(
    ("answer", "kind"), [(status(429, Retry_After="9"), http.RateLimited), (status(500), http.Unavailable)]
)
def test_a_fault_that_may_pass_is_left_to_the_job_to_try_again(answer, kind, server):
    url = server.on("GET", "/page", answer)
    with pytest.raises(kind) as caught:
        fetch_article(url)
    assert caught.value.retryable


def test_fetch_article_gives_up_on_a_slow_page(server, monkeypatch):
    monkeypatch.setattr("apps.providers.articles.TIMEOUT_S", 0.4)
    url = server.on("GET", "/page", slow_drip)
    with pytest.raises(UserError, match="took too long"):
        fetch_article(url)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "Enter the address"),
        ("   ", "Enter the address"),
        ("http://127.0.0.1:9/x", "private address"),
        ("http://[::1]/", "private address"),
        ("localhost/x", "private address"),
        ("ftp://example.com/x", "http:// or https://"),
        ("not an address", "cannot be reached|not a web address|address that cannot be called"),
        ("no-such-host.invalid/x", "cannot be reached"),
    ],
)
def test_fetch_article_refuses_bad_addresses(url, sentence):
    with pytest.raises(UserError, match=sentence) as caught:
        fetch_article(url)
    assert caught.value.field == "source_url"

"""Unsplash against a real server with the documented bodies (PRV-01)."""

import pytest

from apps.core import http
from apps.providers.capabilities import VisualRequest
from apps.providers.errors import NotCovered
from apps.providers.unsplash.provider import check
from apps.providers.unsplash.search import UnsplashVisual
from tests.core.http_loopback import cut_short, html, nothing, status
from tests.providers.conftest import SECRET

SEARCH = ("GET", "/search/photos")
MARKS = "utm_source=showrunner&utm_medium=referral"


def request(**more) -> VisualRequest:
    values = {"language": "en", "orientation": "portrait", "duration_s": 4.0, **more}
    return VisualRequest("A quiet harbour", ("harbour", "dawn", "boats", "sea"), **values)


def photo(server, number: int, location: str = "") -> dict:
    """A row of a search as documented; its file and the address of its use are served."""
    raw = server.on(
        "GET", f"/files/{number}", status(200, f"photo {number}".encode(), Content_Type="image/jpeg")
    )
    told = server.on("GET", f"/photos/{number}/download", status(200, {"url": raw}))
    page = f"https://unsplash.com/photos/{number}"
    return {
        "id": str(number), "width": 4000, "height": 6000, "color": "#262626", "alt_description": "boats",
        "urls": {"raw": f"{raw}?ixid=M3w&ixlib=rb-4", "regular": f"{raw}?w=1080", "thumb": f"{raw}?w=200"},
        "links": {"html": page, "download_location": location or f"{told}?ixid=M3w"},
        "user": {"name": "Ann", "username": "ann", "links": {"html": "https://unsplash.com/@ann"}},
    }  # fmt: skip


@pytest.fixture
def look(server, keyed):
    """Ask with these photos to be found."""

    def ask(*photos: dict, **more):
        server.on(*SEARCH, status(200, {"total": len(photos), "total_pages": 1, "results": list(photos)}))
        return UnsplashVisual().run(request(**more), keyed()).answer

    return ask


@pytest.mark.spec("PRV-01", "GEN-06")
def test_a_photo_is_fetched_with_credit_licence_and_marked_source(server, look):
    visual = look(photo(server, 7))
    assert visual.path.read_bytes() == b"photo 7"
    assert (visual.kind, visual.credit, visual.source_url) == (
        "still",
        "Ann / Unsplash",
        f"https://unsplash.com/photos/7?{MARKS}",
    )
    assert visual.licence.startswith("Unsplash licence")
    search = server.asked[0]
    assert (search.headers["authorization"], search.headers["accept-version"]) == (
        f"Client-ID {SECRET}",
        "v1",
    )
    assert search.query == {
        "query": ["harbour dawn boats"],
        "per_page": ["20"],
        "orientation": ["portrait"],
        "content_filter": ["high"],
    }


def test_its_use_is_told_and_the_file_comes_from_the_address_handed_out(server, look):
    look(photo(server, 7))
    told, file = server.asked[1:]
    assert (told.path, told.query) == ("/photos/7/download", {"ixid": ["M3w"]})
    assert told.headers["authorization"] == f"Client-ID {SECRET}"
    assert (file.path, file.query["ixid"], file.query["w"]) == ("/files/7", ["M3w"], ["2160"])
    assert "authorization" not in file.headers


def test_a_use_that_cannot_be_told_is_none(server, look, tmp_path):
    found = photo(server, 7)
    server.on("GET", "/photos/7/download", status(500))
    with pytest.raises(http.Unavailable):
        look(found)
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_shown_to_nobody_else(server, look):
    look(photo(server, 7, location="https://elsewhere.example/photos/7/download?ixid=x"))
    assert (server.asked[1].path, server.asked[1].query) == ("/photos/7/download", {"ixid": ["x"]})


def test_what_is_used_already_is_avoided_and_seeds_choose(server, look):
    photos = [photo(server, number) for number in range(1, 9)]
    used = f"https://unsplash.com/photos/1?{MARKS}"
    assert look(*photos, avoid=(used,)).source_url == f"https://unsplash.com/photos/2?{MARKS}"
    found = {look(*photos, seed=seed).source_url for seed in range(10)}
    assert found == {f"https://unsplash.com/photos/{number}?{MARKS}" for number in range(1, 6)}


def test_fewer_words_are_tried_before_giving_up(server, look):
    with pytest.raises(NotCovered, match="nothing for “harbour dawn boats”"):
        look()
    assert [asked.query["query"] for asked in server.asked] == [["harbour dawn boats"], ["harbour"]]


def test_a_square_is_asked_for_by_their_word(server, look):
    look(photo(server, 7), orientation="square")
    assert server.asked[0].query["orientation"] == ["squarish"]


LIMITED = status(403, b"Rate Limit Exceeded", Content_Type="text/plain")
FAULTS = [
    (status(401, {"errors": ["OAuth error: The access token is invalid"]}), http.AuthExpired),
    (status(403, {"errors": ["Missing permissions"]}), http.Rejected),
    (LIMITED, http.RateLimited),
    (status(429, {"errors": ["Too many"]}, Retry_After="60"), http.RateLimited),
    (status(500), http.Unavailable),
    (status(503), http.Unavailable),
    (html("<html>"), http.Unavailable),
    (status(200, {"results": "?"}), http.Unavailable),
    (status(200, {"results": [{"id": "x"}]}), http.Unavailable),
    (nothing, http.Unavailable),
    (cut_short, http.Unavailable),
]


@pytest.mark.parametrize(("answer", "kind"), FAULTS)
def test_each_fault_becomes_its_error(answer, kind, server, keyed):
    server.on(*SEARCH, answer)
    with pytest.raises(http.OutsideError) as caught:
        UnsplashVisual().run(request(), keyed())
    assert type(caught.value) is kind
    assert SECRET not in f"{caught.value} {caught.value.detail}"


@pytest.mark.parametrize(("answer", "wait_s"), [(LIMITED, 900), (FAULTS[3][0], 60)])
def test_the_wait_of_a_limit_is_passed_on(answer, wait_s, server, keyed):
    server.on(*SEARCH, answer)
    with pytest.raises(http.RateLimited) as caught:
        UnsplashVisual().run(request(), keyed())
    assert caught.value.retry_after_s == wait_s


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(status(404), http.Rejected), (html("<html>"), http.WrongType), (cut_short, http.WrongType)],
)
def test_a_file_that_cannot_be_fetched_leaves_nothing(answer, kind, server, look, tmp_path):
    found = photo(server, 7)
    server.on("GET", "/files/7", answer)
    with pytest.raises(kind):
        look(found)
    assert list(tmp_path.iterdir()) == []


def test_check_asks_for_one_photo(server, keyed):
    server.on("GET", "/photos", status(200, [], X_Ratelimit_Remaining="4999"))
    assert check(keyed().credentials).sentence == "The key works. 4,999 calls are left this hour."
    assert server.asked[0].query == {"per_page": ["1"]}


def test_check_of_a_wrong_key_fails(server, keyed):
    server.on("GET", "/photos", status(401, {"errors": ["OAuth error: The access token is invalid"]}))
    with pytest.raises(http.AuthExpired):
        check(keyed().credentials)

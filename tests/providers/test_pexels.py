"""Pexels against a real server with the documented bodies (PRV-01)."""

import pytest

from apps.core import http
from apps.providers.capabilities import VisualRequest
from apps.providers.errors import NotCovered
from apps.providers.pexels.provider import check
from apps.providers.pexels.search import PexelsVisual, VideoFile, best_file
from tests.core.http_loopback import cut_short, html, nothing, redirect, status
from tests.providers.conftest import SECRET


def request(**more) -> VisualRequest:
    values = {"language": "en", "orientation": "portrait", "duration_s": 4.0, **more}
    return VisualRequest("A quiet harbour", ("harbour", "dawn", "boats", "sea"), **values)


def clip(
    server, number: int, *, seconds: float = 10, width: int = 1080, height: int = 1920, name: str = "Ann"
) -> dict:
    link = server.on(
        "GET", f"/files/{number}.mp4", status(200, f"clip {number}".encode(), Content_Type="video/mp4")
    )
    page = f"https://www.pexels.com/video/{number}/"
    user = {"id": 1, "name": name, "url": "https://www.pexels.com/@ann"}
    small = {"width": width // 4, "height": height // 4, "link": f"{link}?sd"}
    large = {"width": width, "height": height, "link": link, "fps": 25.0}
    return {
        "id": number, "width": width, "height": height, "duration": seconds, "url": page, "user": user,
        "image": "https://images.pexels.com/x.jpg",
        "video_files": [
            {"id": 1, "quality": "hd", "file_type": "video/mp4", **large},
            {"id": 2, "quality": "sd", "file_type": "video/mp4", **small},
            {"id": 3, "quality": "hls", "file_type": "application/x-mpegURL", "width": None, "link": link},
        ],
        "video_pictures": [],
    }  # fmt: skip


def photo(server, number: int) -> dict:
    link = server.on(
        "GET", f"/files/{number}.jpg", status(200, f"photo {number}".encode(), Content_Type="image/jpeg")
    )
    page = f"https://www.pexels.com/photo/{number}/"
    return {
        "id": number, "width": 4000, "height": 6000, "url": page, "photographer": "Bob", "alt": "",
        "photographer_url": "https://www.pexels.com/@bob", "src": {"original": link, "tiny": link},
    }  # fmt: skip


@pytest.fixture
def look(server, keyed):
    """Ask with these clips and photos to be found."""

    def ask(clips=(), photos=(), **more):
        page = {"page": 1, "per_page": 20, "total_results": 1}
        server.on("GET", "/videos/search", status(200, {**page, "videos": list(clips)}))
        server.on("GET", "/v1/search", status(200, {**page, "photos": list(photos)}))
        return PexelsVisual().run(request(**more), keyed()).answer

    return ask


@pytest.mark.spec("PRV-01", "GEN-06")
def test_a_clip_is_fetched_with_credit_licence_and_source(server, look):
    visual = look([clip(server, 7)], [photo(server, 8)])
    assert visual.path.read_bytes() == b"clip 7"
    assert (visual.kind, visual.credit, visual.source_url) == (
        "clip",
        "Ann / Pexels",
        "https://www.pexels.com/video/7/",
    )
    assert visual.licence.startswith("Pexels licence")
    asked = server.asked[0]
    assert asked.headers["authorization"] == SECRET
    assert asked.query == {
        "query": ["harbour dawn boats"],
        "per_page": ["20"],
        "orientation": ["portrait"],
        "locale": ["en-US"],
    }
    assert "authorization" not in server.asked[-1].headers


def test_a_clip_that_is_too_short_gives_way_to_a_photo(server, look):
    visual = look([clip(server, 7, seconds=3)], [photo(server, 8)])
    assert (visual.kind, visual.credit, visual.path.read_bytes()) == ("still", "Bob / Pexels", b"photo 8")


def test_what_is_used_already_is_avoided_and_seeds_choose(server, look):
    clips = [clip(server, number) for number in range(1, 9)]
    assert (
        look(clips, avoid=("https://www.pexels.com/video/1/",)).source_url
        == "https://www.pexels.com/video/2/"
    )
    found = {look(clips, seed=seed).source_url for seed in range(10)}
    assert found == {f"https://www.pexels.com/video/{number}/" for number in range(1, 6)}


def test_fewer_words_are_tried_before_giving_up(server, look):
    with pytest.raises(NotCovered, match="nothing for “harbour dawn boats”"):
        look()
    assert [asked.query["query"] for asked in server.asked] == [["harbour dawn boats"]] * 2 + [
        ["harbour"]
    ] * 2


@pytest.mark.parametrize(("language", "locale"), [("de-AT", ["de-DE"]), ("ar", None)])
def test_the_search_is_in_the_language_where_they_have_it(language, locale, server, look):
    look([clip(server, 1)], language=language)
    assert server.asked[0].query.get("locale") == locale


FILES = [
    VideoFile(link="uhd", file_type="video/mp4", width=2160, height=3840),
    VideoFile(link="hd", file_type="video/mp4", width=1080, height=1920),
    VideoFile(link="sd", file_type="video/mp4", width=540, height=960),
    VideoFile(link="wide", file_type="video/mp4", width=1920, height=1080),
    VideoFile(link="stream", file_type="application/x-mpegURL"),
]


@pytest.mark.parametrize(
    ("orientation", "files", "link"),
    [
        ("portrait", FILES, "hd"),
        ("landscape", FILES, "wide"),
        ("portrait", FILES[2:4], "sd"),
        ("portrait", FILES[3:], "wide"),
        ("square", FILES[:3], "hd"),
    ],
)
def test_the_best_file_is_the_smallest_that_is_large_enough(orientation, files, link):
    best = best_file(files, request(orientation=orientation))
    assert best is not None
    assert best.link == link


def test_a_clip_with_only_streams_has_no_file():
    assert best_file(FILES[4:], request()) is None


FAULTS = [
    (status(401, {"error": "Unauthorized"}), http.AuthExpired),
    (status(403), http.Rejected),
    (status(429, {"error": "rate limited"}, Retry_After="60"), http.RateLimited),
    (status(500), http.Unavailable),
    (html("<html>"), http.Unavailable),
    (status(200, {"photos": "?"}), http.Unavailable),
    (status(200, {"videos": [{"id": "x"}]}), http.Unavailable),
    (nothing, http.Unavailable),
    (cut_short, http.Unavailable),
]


@pytest.mark.parametrize(("answer", "kind"), FAULTS)
def test_each_fault_becomes_its_error(answer, kind, server, keyed):
    server.on("GET", "/videos/search", answer)
    with pytest.raises(http.OutsideError) as caught:
        PexelsVisual().run(request(), keyed())
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (status(404), http.Rejected),
        (html("<html>"), http.WrongType),
        (redirect("http://10.0.0.1/x.mp4"), http.AddressRefused),
        (cut_short, http.WrongType),
    ],
)
def test_a_file_that_cannot_be_fetched_leaves_nothing(answer, kind, server, look, tmp_path):
    found = clip(server, 7)
    server.on("GET", "/files/7.mp4", answer)
    with pytest.raises(kind):
        look([found])
    assert list(tmp_path.iterdir()) == []


def test_check_asks_for_one_photo(server, keyed):
    server.on("GET", "/v1/curated", status(200, {"photos": []}, X_Ratelimit_Remaining="19684"))
    assert check(keyed().credentials).sentence == "The key works. 19,684 calls are left this month."
    assert server.asked[0].query == {"per_page": ["1"]}


def test_check_of_a_wrong_key_fails(server, keyed):
    server.on("GET", "/v1/curated", status(401, {"error": "Unauthorized"}))
    with pytest.raises(http.AuthExpired):
        check(keyed().credentials)

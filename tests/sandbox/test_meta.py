"""Meta's stand-in, walked by hand: tokens, Instagram containers, rupload, page reels and videos."""

import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.utils import timezone

from apps.sandbox.models import Account
from apps.sandbox.registry import stand_ins
from tests.sandbox.clients import BACK, address, consent, mp4
from tests.sandbox.live import Sandbox

V = "v26.0"
CLIENT = {"client_id": "sandbox-facebook", "client_secret": "sandbox-secret"}


class Graph:
    """A person, their page and its Instagram account, and calls with the page's token."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.person = sandbox.account("meta", "Mara")
        self.page = self.person.children.get()
        self.gram = self.page.children.get()
        self.user_token = sandbox.tokens(self.person).access_token
        self.url = f"{sandbox.url}/meta/graph/{V}"
        pages = httpx.get(f"{self.url}/me/accounts", params={"access_token": self.user_token}).json()
        self.token = pages["data"][0]["access_token"]

    def __call__(self, method: str, path: str, **params: Any) -> httpx.Response:
        token = params.pop("access_token", self.token)
        return httpx.request(
            method, f"{self.url}/{path}", params={**params, "access_token": token}, timeout=10
        )

    def bytes(self, url: str, content: bytes, offset: int, size: int) -> httpx.Response:
        headers = {"Authorization": f"OAuth {self.token}", "offset": str(offset), "file_size": str(size)}
        return httpx.post(url, content=content, headers=headers, timeout=10)


@pytest.fixture
def graph(sandbox: Sandbox) -> Graph:
    return Graph(sandbox)


def code_of(answer: httpx.Response) -> tuple[int, int]:
    error = answer.json()["error"]
    return error["code"], error.get("error_subcode", 0)


@pytest.mark.spec("SBX-01", "SBX-02")
def test_code_short_token_long_token_page_token(sandbox: Sandbox) -> None:
    url = address(
        f"{sandbox.url}/meta/www/{V}/dialog/oauth",
        client_id="sandbox-facebook",
        redirect_uri=BACK,
        state="s",
        scope="pages_show_list,pages_manage_posts",
        response_type="code",
    )
    person = sandbox.account("meta", "Mara")
    base = f"{sandbox.url}/meta/graph/{V}"
    code = consent(url, person)["code"]
    asked = {**CLIENT, "redirect_uri": BACK, "code": code}
    short = httpx.get(f"{base}/oauth/access_token", params=asked).json()
    again = httpx.get(f"{base}/oauth/access_token", params=asked)
    exchange = {**CLIENT, "grant_type": "fb_exchange_token", "fb_exchange_token": short["access_token"]}
    long = httpx.get(f"{base}/oauth/access_token", params=exchange).json()
    debug = {"input_token": long["access_token"], "access_token": "sandbox-facebook|sandbox-secret"}
    found = httpx.get(f"{base}/debug_token", params=debug).json()["data"]
    fields = "id,name,access_token,tasks,instagram_business_account{id,username}"
    pages = httpx.get(
        f"{base}/me/accounts", params={"fields": fields, "access_token": long["access_token"]}
    ).json()
    page = pages["data"][0]
    bare = httpx.get(
        f"{base}/{page['id']}",
        params={"fields": "instagram_business_account", "access_token": long["access_token"]},
    ).json()
    page_debug = httpx.get(
        f"{base}/debug_token", params={**debug, "input_token": page["access_token"]}
    ).json()["data"]
    assert (short["expires_in"], long["expires_in"], again.status_code) == (5_400, 5_184_000, 400)
    assert (found["is_valid"], found["type"], found["scopes"]) == (
        True,
        "USER",
        ["pages_show_list", "pages_manage_posts"],
    )
    assert set(page) == {"id", "name", "access_token", "tasks", "instagram_business_account"}
    assert set(page["instagram_business_account"]) == {"id", "username"}
    assert bare["instagram_business_account"] == {"id": page["instagram_business_account"]["id"]}
    assert (page_debug["type"], page_debug["expires_at"], page_debug["profile_id"]) == ("PAGE", 0, page["id"])


def test_removed_application_s_tokens_are_worth_nothing(graph: Graph) -> None:
    permissions = graph("GET", "me/permissions").json()["data"]
    assert {"permission": "pages_show_list", "status": "granted"} in permissions
    assert graph("DELETE", "me/permissions", access_token=graph.user_token).json() == {"success": True}
    refused = graph("GET", "me", fields="id")
    assert (refused.status_code, code_of(refused)) == (400, (190, 458))


@pytest.mark.spec("SBX-02")
def test_expired_unknown_and_lacking_tokens(sandbox: Sandbox, graph: Graph) -> None:
    sandbox.fail("meta", "token_expired", times=1)
    expired = graph("GET", "me")
    unknown = graph("GET", "me", access_token="nonsense")
    poor = sandbox.tokens(graph.person, scopes=("pages_show_list",)).access_token
    lacking = graph("POST", f"{graph.page.external_id}/video_reels", upload_phase="start", access_token=poor)
    wrong = graph("GET", "me", appsecret_proof="0" * 64, access_token=graph.user_token)
    assert [(one.status_code, code_of(one)) for one in (expired, unknown, lacking, wrong)] == [
        (401, (190, 463)),
        (400, (190, 0)),
        (403, (10, 0)),
        (400, (100, 0)),
    ]


def container(graph: Graph, **more: str) -> httpx.Response:
    said = {"media_type": "REELS", "upload_type": "resumable", "caption": "Bread", **more}
    return graph("POST", f"{graph.gram.external_id}/media", **said)


@pytest.mark.spec("SBX-01", "SBX-02", "SBX-03")
def test_reel_by_resumable_upload(sandbox: Sandbox, graph: Graph, settings: Any) -> None:
    settings.SANDBOX_PROCESSING_S = 30.0
    film = mp4(size=400_000)
    made = container(graph).json()
    begun = graph("GET", made["id"], fields="status_code,status,video_status").json()
    first = graph.bytes(made["uri"], film[:250_000], 0, len(film))
    offset = httpx.get(made["uri"], headers={"Authorization": f"OAuth {graph.token}"}).json()
    rest = graph.bytes(made["uri"], film[250_000:], 250_000, len(film))
    early = graph("POST", f"{graph.gram.external_id}/media_publish", creation_id=made["id"])
    working = graph("GET", made["id"], fields="status_code").json()["status_code"]
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        finished = graph("GET", made["id"], fields="status_code").json()["status_code"]
        published = graph("POST", f"{graph.gram.external_id}/media_publish", creation_id=made["id"]).json()
        after = graph("GET", made["id"], fields="status_code").json()["status_code"]
        again = graph("POST", f"{graph.gram.external_id}/media_publish", creation_id=made["id"])
        fields = "permalink,shortcode,media_type,media_product_type,timestamp,caption"
        media = graph("GET", published["id"], fields=fields).json()
        quota = graph(
            "GET", f"{graph.gram.external_id}/content_publishing_limit", fields="quota_usage,config"
        ).json()
        listed = graph("GET", f"{graph.gram.external_id}/media", fields="id,caption").json()["data"]
        watched = httpx.get(media["permalink"])
    assert begun["status_code"] == "IN_PROGRESS"
    assert (first.status_code, first.json()["debug_info"]["type"]) == (400, "PartialRequestError")
    assert offset == {"offset": 250_000}
    assert rest.json() == {"success": True, "message": "Upload successful."}
    assert (code_of(early), working) == ((9007, 2207027), "IN_PROGRESS")
    assert (finished, after, code_of(again)) == ("FINISHED", "PUBLISHED", (100, 2207008))
    assert (media["media_type"], media["media_product_type"], media["caption"]) == ("VIDEO", "REELS", "Bread")
    assert quota["data"] == [{"quota_usage": 1, "config": {"quota_total": 50, "quota_duration": 86_400}}]
    assert listed == [{"id": published["id"], "caption": "Bread"}]
    assert sandbox.videos(graph.gram)[0].sha256 == hashlib.sha256(film).hexdigest()
    assert (watched.status_code, "Bread" in watched.text) == (200, True)


def test_bytes_at_a_wrong_offset_are_refused(graph: Graph) -> None:
    uri = container(graph).json()["uri"]
    answer = graph.bytes(uri, bytes(100), 50, 200)
    assert (answer.status_code, answer.json()["debug_info"]["type"]) == (400, "OffsetInvalidError")


def test_container_of_a_bad_file_is_an_error(graph: Graph) -> None:
    for film in (b"not a film", mp4(duration_s=1.0)):
        made = container(graph).json()
        graph.bytes(made["uri"], film, 0, len(film))
        assert graph("GET", made["id"], fields="status_code,status").json() == {
            "id": made["id"],
            "status_code": "ERROR",
            "status": "Error: Media upload has failed with error code 2207026",
        }


def test_container_lives_a_day(graph: Graph) -> None:
    made = container(graph).json()
    graph.bytes(made["uri"], mp4(), 0, len(mp4()))
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        found = graph("GET", made["id"], fields="status_code").json()["status_code"]
        refused = graph("POST", f"{graph.gram.external_id}/media_publish", creation_id=made["id"])
    assert (found, code_of(refused)) == ("EXPIRED", (100, 2207008))


def test_video_url_that_instagram_cannot_reach_is_an_error(graph: Graph) -> None:
    """A stand-in on this machine does not fetch from this machine, as Instagram could not either."""
    made = container(graph, upload_type="", video_url="http://127.0.0.1:9/film.mp4").json()
    found = graph("GET", made["id"], fields="status_code,status").json()
    assert (found["status_code"], found["status"][-7:]) == ("ERROR", "2207052")


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"caption": "a" * 2201}, (100, 2207010)),
        ({"caption": "#a " * 31}, (100, 2207040)),
        ({"media_type": "FILM"}, (100, 2207023)),
        ({"upload_type": ""}, (100, 0)),
    ],
)
def test_container_that_instagram_refuses(
    graph: Graph, more: dict[str, str], refused: tuple[int, int]
) -> None:
    assert code_of(container(graph, **more)) == refused


@pytest.mark.spec("SBX-02")
def test_fifty_publications_a_day(graph: Graph) -> None:
    for number in range(50):
        graph.gram.videos.create(
            external_id=f"9{number}", published_at=timezone.now(), processed_at=timezone.now()
        )
    made = container(graph).json()
    graph.bytes(made["uri"], mp4(), 0, len(mp4()))
    answer = graph("POST", f"{graph.gram.external_id}/media_publish", creation_id=made["id"])
    assert (answer.status_code, code_of(answer)) == (403, (9, 2207042))


def reel(graph: Graph, film: bytes, **finish: str) -> tuple[str, httpx.Response]:
    edge = f"{graph.page.external_id}/video_reels"
    begun = graph("POST", edge, upload_phase="start").json()
    graph.bytes(begun["upload_url"], film, 0, len(film))
    said = {"video_state": "PUBLISHED", "description": "Bread", "title": "How", **finish}
    return begun["video_id"], graph("POST", edge, upload_phase="finish", video_id=begun["video_id"], **said)


@pytest.mark.spec("SBX-01", "SBX-02")
def test_page_reel(sandbox: Sandbox, graph: Graph) -> None:
    edge = f"{graph.page.external_id}/video_reels"
    begun = graph("POST", edge, upload_phase="start").json()
    early = graph("POST", edge, upload_phase="finish", video_id=begun["video_id"], video_state="PUBLISHED")
    before = graph("GET", begun["video_id"], fields="status").json()["status"]
    video_id, done = reel(graph, mp4())
    twice = graph("POST", edge, upload_phase="finish", video_id=video_id, video_state="PUBLISHED")
    fields = "status,permalink_url,length,post_id,description,published"
    found = graph("GET", video_id, fields=fields).json()
    listed = graph("GET", edge, fields="id,description").json()["data"]
    assert (code_of(early), before["uploading_phase"]["status"]) == ((6000, 1363130), "in_progress")
    assert (done.json()["success"], code_of(twice)) == (True, (100, 1363128))
    assert found["status"]["video_status"] == "ready"
    assert found["status"]["publishing_phase"]["publish_status"] == "published"
    assert (found["description"], found["published"]) == ("Bread", True)
    assert listed == [{"id": video_id, "description": "Bread"}]
    assert httpx.get(found["permalink_url"]).status_code == 200


def test_scheduled_reel_is_public_at_its_time_by_itself(graph: Graph) -> None:
    at = timezone.now() + timedelta(hours=1)
    now = str(int(timezone.now().timestamp()))
    refused = reel(graph, mp4(), video_state="SCHEDULED", scheduled_publish_time=now)[1]
    video_id, _ = reel(graph, mp4(), video_state="SCHEDULED", scheduled_publish_time=str(int(at.timestamp())))
    before = graph("GET", video_id, fields="published,status").json()
    with time_machine.travel(at + timedelta(seconds=1)):
        after = graph("GET", video_id, fields="published,status").json()
    assert code_of(refused) == (100, 1366028)
    assert [one["published"] for one in (before, after)] == [False, True]
    assert [one["status"]["publishing_phase"]["publish_status"] for one in (before, after)] == [
        "scheduled",
        "published",
    ]


def test_reel_longer_than_ninety_seconds_is_an_error(graph: Graph) -> None:
    video_id, _ = reel(graph, mp4(duration_s=91))
    status = graph("GET", video_id, fields="status").json()["status"]
    assert (status["video_status"], status["processing_phase"]["status"]) == ("error", "error")


def test_thirty_reels_a_day(graph: Graph) -> None:
    for number in range(30):
        graph.page.videos.create(external_id=f"8{number}", kind="reel")
    answer = graph("POST", f"{graph.page.external_id}/video_reels", upload_phase="start")
    assert (answer.status_code, code_of(answer)) == (403, (341, 1363047))


@pytest.mark.spec("SBX-01")
def test_page_video_by_the_resumable_upload_api(sandbox: Sandbox, graph: Graph) -> None:
    film = mp4(size=300_000)
    said = {"file_name": "film.mp4", "file_length": str(len(film)), "file_type": "video/mp4"}
    session = graph("POST", "sandbox-facebook/uploads", access_token=graph.user_token, **said).json()["id"]
    head = {"Authorization": f"OAuth {graph.user_token}"}
    sandbox.fail("meta", "broken_upload", amount=100_000, reason="503", times=1)
    url = f"{graph.url}/{session}"
    broken = httpx.post(url, content=film, headers={**head, "file_offset": "0"})
    at = httpx.get(url, headers=head).json()["file_offset"]
    handle = httpx.post(url, content=film[at:], headers={**head, "file_offset": str(at)}).json()["h"]
    edge = f"{graph.page.external_id}/videos"
    made = graph("POST", edge, fbuploader_video_file_chunk=handle, title="Bread", description="How").json()
    again = graph("POST", edge, fbuploader_video_file_chunk=handle)
    found = graph("GET", made["id"], fields="title,description,length,published").json()
    assert (broken.status_code, at) == (503, 100_000)
    assert found == {
        "id": made["id"],
        "title": "Bread",
        "description": "How",
        "length": 12.0,
        "published": True,
    }
    assert code_of(again) == (100, 1363019)
    assert sandbox.videos(graph.page)[0].sha256 == hashlib.sha256(film).hexdigest()


def test_page_video_in_the_older_phases(sandbox: Sandbox, graph: Graph) -> None:
    film = mp4(size=5_000_000)
    edge = f"{graph.page.external_id}/videos"
    begun = graph("POST", edge, upload_phase="start", file_size=str(len(film))).json()
    start, end = int(begun["start_offset"]), int(begun["end_offset"])
    while start < end:
        sent = httpx.post(
            f"{graph.url}/{edge}",
            data={
                "upload_phase": "transfer",
                "upload_session_id": begun["upload_session_id"],
                "start_offset": str(start),
                "access_token": graph.token,
            },
            files={"video_file_chunk": ("chunk", film[start:end])},
        ).json()
        start, end = int(sent["start_offset"]), int(sent["end_offset"])
    finish = {"upload_phase": "finish", "upload_session_id": begun["upload_session_id"], "title": "Bread"}
    assert graph("POST", edge, **finish).json() == {"success": True}
    assert graph("GET", begun["video_id"], fields="title").json()["title"] == "Bread"
    assert sandbox.videos(graph.page)[0].sha256 == hashlib.sha256(film).hexdigest()


def test_words_thumbnail_comments_and_removal_of_a_page_s_video(sandbox: Sandbox, graph: Graph) -> None:
    video_id, _ = reel(graph, mp4())
    assert graph("POST", video_id, description="Better").json() == {"success": True}
    picture = {"source": ("a.jpg", b"\xff\xd8\xff" + bytes(50), "image/jpeg")}
    url = f"{graph.url}/{video_id}/thumbnails"
    assert httpx.post(url, data={"access_token": graph.token}, files=picture).json() == {"success": True}
    comment = graph("POST", f"{video_id}/comments", message="First").json()["id"]
    reply = graph("POST", f"{comment}/comments", message="Second").json()["id"]
    hidden = graph("POST", comment, is_hidden="true").json()
    shown = graph("GET", f"{video_id}/comments", fields="message,is_hidden,comments{message}").json()["data"]
    assert (graph("GET", video_id, fields="description").json()["description"], hidden) == (
        "Better",
        {"success": True},
    )
    assert len(graph("GET", f"{video_id}/thumbnails").json()["data"]) == 1
    assert shown == [
        {
            "id": comment,
            "message": "First",
            "is_hidden": True,
            "comments": {"data": [{"id": reply, "message": "Second"}]},
        }
    ]
    assert graph("DELETE", video_id).json() == {"success": True}
    gone = graph("GET", video_id, fields="id")
    assert (gone.status_code, code_of(gone)) == (400, (100, 33))


def test_comments_of_instagram_have_words_of_their_own(graph: Graph) -> None:
    made = container(graph).json()
    graph.bytes(made["uri"], mp4(), 0, len(mp4()))
    media = graph("POST", f"{graph.gram.external_id}/media_publish", creation_id=made["id"]).json()["id"]
    comment = graph("POST", f"{media}/comments", message="First").json()["id"]
    graph("POST", f"{comment}/replies", message="Second")
    graph("POST", comment, hide="true")
    found = graph("GET", f"{media}/comments", fields="text,username,hidden,replies{text}").json()["data"][0]
    assert (found["text"], found["username"], found["hidden"]) == ("First", graph.gram.name, True)
    assert [one["text"] for one in found["replies"]["data"]] == ["Second"]
    assert graph("DELETE", comment).json() == {"success": True}
    assert graph("GET", f"{media}/comments").json()["data"] == []


def test_another_s_things_are_not_there(sandbox: Sandbox, graph: Graph) -> None:
    other = Graph(sandbox)
    video_id, _ = reel(other, mp4())
    for path in (video_id, other.page.external_id, other.gram.external_id):
        assert code_of(graph("GET", path)) == (100, 33)
    assert code_of(graph("POST", f"{other.page.external_id}/video_reels", upload_phase="start")) == (100, 33)


@pytest.mark.spec("SBX-02")
def test_usage_stands_in_the_head(sandbox: Sandbox, graph: Graph) -> None:
    answer = graph("GET", "me")
    sandbox.fail("meta", "rate_limited", amount=300, times=1)
    refused = graph("GET", "me")
    assert answer.headers["x-app-usage"] == '{"call_count": 0, "total_cputime": 0, "total_time": 0}'
    assert graph.page.external_id in answer.headers["x-business-use-case-usage"]
    assert (refused.status_code, code_of(refused)) == (403, (4, 0))
    assert '"estimated_time_to_regain_access": 5' in refused.headers["x-business-use-case-usage"]


def test_fields_that_do_not_exist_are_refused(graph: Graph) -> None:
    answers = [graph("GET", "me", fields=fields) for fields in ("nonsense", "id{", "id}")]
    assert [code_of(one) for one in answers] == [(100, 0)] * 3


def test_sample_people(sandbox: Sandbox) -> None:
    found = stand_ins()["meta"].samples()
    again = stand_ins()["meta"].samples()
    assert found == again
    assert [one.children.count() for one in found] == [2, 1, 0]
    assert Account.objects.filter(kind="instagram").count() == 1

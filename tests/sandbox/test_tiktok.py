"""TikTok's stand-in: OAuth with rotation, chunks by the transfer guide, the states of a post."""

import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.utils import timezone

from apps.sandbox.models import Account
from tests.sandbox.clients import BACK, VERIFIER, Api, address, challenge, consent, mp4
from tests.sandbox.live import Sandbox

PUBLISH = "v2/post/publish"
MB = 1_000_000
CLIENT = {"client_key": "sandbox-tiktok", "client_secret": "sandbox-secret"}
INFO = {"title": "Bread #baking", "privacy_level": "PUBLIC_TO_EVERYONE", "disable_duet": False}


@pytest.fixture
def creator(sandbox: Sandbox) -> Account:
    return sandbox.account("tiktok")


@pytest.fixture
def api(sandbox: Sandbox, creator: Account) -> Api:
    return Api(f"{sandbox.url}/tiktok", sandbox.tokens(creator).access_token)


def init(api: Api, size: int, chunk: int = 0, count: int = 1, **info: Any) -> httpx.Response:
    source = {
        "source": "FILE_UPLOAD",
        "video_size": size,
        "chunk_size": chunk or size,
        "total_chunk_count": count,
    }
    return api("POST", f"{PUBLISH}/video/init/", json={"post_info": {**INFO, **info}, "source_info": source})


def put(url: str, content: bytes, span: str, content_type: str = "video/mp4") -> httpx.Response:
    return httpx.put(
        url, content=content, headers={"Content-Type": content_type, "Content-Range": f"bytes {span}"}
    )


def state(api: Api, publish_id: str) -> dict[str, Any]:
    return dict(api("POST", f"{PUBLISH}/status/fetch/", json={"publish_id": publish_id}).json()["data"])


def posted(api: Api, film: bytes, **info: Any) -> str:
    opened = init(api, len(film), **info).json()["data"]
    assert put(opened["upload_url"], film, f"0-{len(film) - 1}/{len(film)}").status_code == 201
    return str(opened["publish_id"])


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.spec("SBX-01", "SBX-02")
def test_consent_hexadecimal_challenge_and_rotation(sandbox: Sandbox, creator: Account) -> None:
    url = address(
        f"{sandbox.url}/tiktok/v2/auth/authorize/",
        client_key="sandbox-tiktok",
        scope="user.info.basic,video.publish",
        response_type="code",
        redirect_uri=BACK,
        state="s",
        code_challenge=challenge(hexadecimal=True),
        code_challenge_method="S256",
    )
    form = {**CLIENT, "grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    token_url = f"{sandbox.url}/tiktok/v2/oauth/token/"
    first = httpx.post(token_url, data={**form, "code": consent(url, creator)["code"]}).json()
    again = {**CLIENT, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = httpx.post(token_url, data=again).json()
    used = httpx.post(token_url, data=again)
    assert (first["open_id"], first["scope"], first["expires_in"]) == (
        creator.external_id,
        "user.info.basic,video.publish",
        86_400,
    )
    assert second["refresh_token"] != first["refresh_token"]
    assert (used.status_code, used.json()["error"]) == (400, "invalid_grant")
    revoked = httpx.post(
        f"{sandbox.url}/tiktok/v2/oauth/revoke/", data={**CLIENT, "token": second["access_token"]}
    )
    user = Api(f"{sandbox.url}/tiktok", second["access_token"])("GET", "v2/user/info/?fields=open_id")
    assert (revoked.status_code, code_of(user)) == (200, (401, "access_token_invalid"))


def test_base64_challenge_is_refused(sandbox: Sandbox) -> None:
    """TikTok wants hexadecimal; what Google takes fails here as it does there."""
    url = address(
        f"{sandbox.url}/tiktok/v2/auth/authorize/",
        client_key="sandbox-tiktok",
        scope="user.info.basic",
        response_type="code",
        redirect_uri=BACK,
        code_challenge=challenge(),
        code_challenge_method="S256",
    )
    form = {**CLIENT, "grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    answer = httpx.post(f"{sandbox.url}/tiktok/v2/oauth/token/", data={**form, "code": consent(url)["code"]})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.spec("SBX-01", "SBX-02", "SBX-03")
def test_direct_post_in_chunks(sandbox: Sandbox, creator: Account, api: Api) -> None:
    """The remainder rides in the last chunk, as the transfer guide's example has it."""
    film = mp4(size=13 * MB)
    info = api("POST", f"{PUBLISH}/creator_info/query/").json()["data"]
    opened = init(api, len(film), 5 * MB, 2).json()["data"]
    url, end = opened["upload_url"], len(film) - 1
    first = put(url, film[: 5 * MB], f"0-{5 * MB - 1}/{len(film)}")
    between = state(api, opened["publish_id"])
    last = put(url, film[5 * MB :], f"{5 * MB}-{end}/{len(film)}")
    done = state(api, opened["publish_id"])
    video = sandbox.videos(creator)[0]
    assert info["privacy_level_options"] == ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
    assert (first.status_code, last.status_code) == (206, 201)
    assert between == {"status": "PROCESSING_UPLOAD", "uploaded_bytes": 5 * MB}
    assert done == {
        "status": "PUBLISH_COMPLETE",
        "uploaded_bytes": len(film),
        "publicaly_available_post_id": [int(video.external_id)],
    }
    assert (video.text, video.sha256) == ("Bread #baking", hashlib.sha256(film).hexdigest())


@pytest.mark.parametrize(
    ("size", "chunk", "count"),
    [
        (13 * MB, 5 * MB, 3),  # rounded up
        (13 * MB, 4 * MB, 3),  # chunks below 5 MB
        (200 * MB, 65 * MB, 3),  # chunks above 64 MB
        (4 * MB, 5 * MB, 1),  # a small video is one chunk of its own size
        (70 * MB, 70 * MB, 1),  # more than 64 MB in one chunk
        (4001 * MB, 64 * MB, 62),  # more than 4 GB
        (10 * MB, 0, 1),
    ],
)
def test_chunks_that_break_the_rules_are_refused(api: Api, size: int, chunk: int, count: int) -> None:
    source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk, "total_chunk_count": count}
    answer = api("POST", f"{PUBLISH}/video/init/", json={"post_info": INFO, "source_info": source})
    assert code_of(answer) == (400, "invalid_param")


def test_chunks_come_in_order_and_whole(api: Api) -> None:
    size = 12 * MB
    url = init(api, size, 5 * MB, 2).json()["data"]["upload_url"]
    late = put(url, bytes(7 * MB), f"{5 * MB}-{size - 1}/{size}")
    short = put(url, bytes(4 * MB), f"0-{4 * MB - 1}/{size}")
    kind = put(url, bytes(5 * MB), f"0-{5 * MB - 1}/{size}", "application/json")
    assert [code_of(one) for one in (late, short, kind)] == [
        (416, "invalid_range"),
        (416, "invalid_range"),
        (400, "invalid_param"),
    ]
    assert put(url, bytes(5 * MB), f"0-{5 * MB - 1}/{size}").status_code == 206


def test_upload_address_is_good_for_an_hour(api: Api) -> None:
    url = init(api, 1000).json()["data"]["upload_url"]
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert code_of(put(url, bytes(1000), "0-999/1000")) == (403, "upload_url_expired")


def test_upload_that_broke_off_begins_its_chunk_again(sandbox: Sandbox, creator: Account, api: Api) -> None:
    film = mp4(size=MB)
    opened = init(api, MB).json()["data"]
    sandbox.fail("tiktok", "broken_upload", amount=500_000, reason="503", times=1)
    span = f"0-{MB - 1}/{MB}"
    assert [put(opened["upload_url"], film, span).status_code for _ in range(2)] == [503, 201]
    assert sandbox.videos(creator)[0].sha256 == hashlib.sha256(film).hexdigest()


def test_private_post_has_no_id(api: Api) -> None:
    publish_id = posted(api, mp4(), privacy_level="SELF_ONLY")
    assert state(api, publish_id)["status"] == "PUBLISH_COMPLETE"
    assert "publicaly_available_post_id" not in state(api, publish_id)


def test_draft_goes_to_the_inbox_and_only_five_may_wait(api: Api, sandbox: Sandbox) -> None:
    source = {
        "source": "FILE_UPLOAD",
        "video_size": len(mp4()),
        "chunk_size": len(mp4()),
        "total_chunk_count": 1,
    }

    def draft() -> httpx.Response:
        return api("POST", f"{PUBLISH}/inbox/video/init/", json={"source_info": source})

    for _ in range(5):
        opened = draft().json()["data"]
        put(opened["upload_url"], mp4(), f"0-{len(mp4()) - 1}/{len(mp4())}")
    assert state(api, opened["publish_id"])["status"] == "SEND_TO_USER_INBOX"
    assert code_of(draft()) == (403, "spam_risk_too_many_pending_share")


@pytest.mark.spec("SBX-02")
def test_six_posts_a_minute_unless_limits_are_lifted(sandbox: Sandbox, api: Api) -> None:
    answers = [init(api, 1000).status_code for _ in range(7)]
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        later = init(api, 1000).status_code
    sandbox.fail("tiktok", "limits_lifted")
    lifted = [init(api, 1000).status_code for _ in range(7)]
    assert (answers, later, lifted) == ([200] * 6 + [429], 200, [200] * 7)


@pytest.mark.parametrize(
    ("facts", "film", "reason"),
    [
        ({}, b"no film at all", "file_format_check_failed"),
        ({"longest_s": 60}, mp4(duration_s=61), "duration_check_failed"),
        ({}, mp4(width=200, height=400), "picture_size_check_failed"),
    ],
)
def test_file_is_judged(sandbox: Sandbox, facts: dict[str, int], film: bytes, reason: str) -> None:
    creator = sandbox.account("tiktok", **facts)
    api = Api(f"{sandbox.url}/tiktok", sandbox.tokens(creator).access_token)
    assert state(api, posted(api, film)) == {
        "status": "FAILED",
        "fail_reason": reason,
        "uploaded_bytes": len(film),
    }


def test_what_a_creator_may_not_choose_is_refused(sandbox: Sandbox, api: Api) -> None:
    unknown = init(api, 1000, privacy_level="FOLLOWER_OF_CREATOR")
    long = init(api, 1000, title="😀" * 1101)  # two UTF-16 units each
    sandbox.fail("tiktok", "unaudited")
    public = init(api, 1000)
    private = init(api, 1000, privacy_level="SELF_ONLY")
    assert [code_of(unknown), code_of(long), code_of(public)] == [
        (403, "privacy_level_option_mismatch"),
        (400, "invalid_param"),
        (403, "unaudited_client_can_only_post_to_private_accounts"),
    ]
    assert private.status_code == 200


def test_fifteen_posts_a_day(sandbox: Sandbox, creator: Account, api: Api) -> None:
    for number in range(15):
        creator.videos.create(external_id=f"v{number}", kind="direct")
    assert code_of(init(api, 1000)) == (403, "spam_risk_too_many_posts")


def test_post_may_be_cancelled_while_its_bytes_come(api: Api) -> None:
    opened = init(api, 1000).json()["data"]
    said = {"publish_id": opened["publish_id"]}
    assert api("POST", f"{PUBLISH}/cancel/", json=said).status_code == 200
    assert state(api, opened["publish_id"]) == {"status": "FAILED", "fail_reason": "publish_cancelled"}
    assert put(opened["upload_url"], bytes(1000), "0-999/1000").status_code == 404


def test_status_of_nothing_and_of_another_s(sandbox: Sandbox, api: Api) -> None:
    other = Api(api.base, sandbox.tokens(sandbox.account("tiktok", "Other")).access_token)
    publish_id = init(other, 1000).json()["data"]["publish_id"]
    answers = [
        api("POST", f"{PUBLISH}/status/fetch/", json={"publish_id": one})
        for one in ("v_pub~1", publish_id, "")
    ]
    assert [code_of(one) for one in answers] == [
        (400, "invalid_publish_id"),
        (400, "token_not_authorized_for_specified_publish_id"),
        (400, "invalid_publish_id"),
    ]


@pytest.mark.spec("SBX-03")
def test_person_and_their_public_videos(sandbox: Sandbox, creator: Account, api: Api) -> None:
    posted(api, mp4(), title="One")
    posted(api, mp4(), title="Two")
    posted(api, mp4(), title="Secret", privacy_level="SELF_ONLY")
    user = api("GET", "v2/user/info/?fields=open_id,display_name,username,follower_count,video_count").json()
    fields = "fields=id,title,share_url,view_count,create_time"
    first = api("POST", f"v2/video/list/?{fields}", json={"max_count": 1}).json()["data"]
    rest = api("POST", f"v2/video/list/?{fields}", json={"max_count": 1, "cursor": first["cursor"]}).json()[
        "data"
    ]
    ids = [first["videos"][0]["id"], rest["videos"][0]["id"]]
    asked = api("POST", f"v2/video/query/?{fields}", json={"filters": {"video_ids": ids}}).json()["data"]
    assert user["data"]["user"]["display_name"] == creator.name
    assert user["data"]["user"]["video_count"] == 2
    assert [first["videos"][0]["title"], rest["videos"][0]["title"]] == ["Two", "One"]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert {one["id"] for one in asked["videos"]} == set(ids)
    assert httpx.get(first["videos"][0]["share_url"]).status_code == 200


def test_scopes_are_asked_for(sandbox: Sandbox, creator: Account) -> None:
    tokens = sandbox.tokens(creator, scopes=("user.info.basic",))
    api = Api(f"{sandbox.url}/tiktok", tokens.access_token)
    refused = [
        api("GET", "v2/user/info/?fields=open_id,follower_count"),
        api("POST", f"{PUBLISH}/creator_info/query/"),
        init(api, 1000),
    ]
    assert [code_of(one) for one in refused] == [(401, "scope_not_authorized")] * 3

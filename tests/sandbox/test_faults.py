"""What can be made to go wrong at a stand-in, as a client meets it (SBX-02)."""

import time
from typing import Any

import httpx
import pytest

from apps.core import http
from apps.sandbox import files
from apps.sandbox.models import Fault, LoggedCall, Upload
from tests.sandbox.clients import Api, mp4, reason
from tests.sandbox.live import Sandbox
from tests.sandbox.test_youtube_uploads import PIECE, begin, put

MINE = "youtube/v3/channels?part=id&mine=true"
pytestmark = pytest.mark.spec("SBX-02")


@pytest.fixture
def channel(sandbox: Sandbox) -> Any:
    return sandbox.account("google")


@pytest.fixture
def api(sandbox: Sandbox, channel: Any) -> Api:
    return Api(f"{sandbox.url}/google", sandbox.tokens(channel).access_token)


@pytest.mark.parametrize(
    ("kind", "how", "status", "why"),
    [
        ("rate_limited", {}, 429, "rateLimitExceeded"),
        ("rate_limited", {"amount": 7}, 429, "rateLimitExceeded"),
        ("unavailable", {}, 503, "backendError"),
        ("unavailable", {"amount": 500}, 500, "backendError"),
        ("quota_gone", {}, 403, "quotaExceeded"),
        ("token_expired", {}, 401, "authError"),
        ("token_revoked", {}, 401, "authError"),
    ],
)
def test_call_fails(
    sandbox: Sandbox, api: Api, kind: str, how: dict[str, int], status: int, why: str
) -> None:
    sandbox.fail("google", kind, **how)
    answer = api("GET", MINE)
    assert (answer.status_code, reason(answer)) == (status, why)
    assert answer.headers.get("retry-after") == (str(how["amount"]) if status == 429 and how else None)


def test_fault_happens_as_often_as_it_was_asked_for(sandbox: Sandbox, api: Api) -> None:
    sandbox.fail("google", "unavailable", times=2)
    assert [api("GET", MINE).status_code for _ in range(3)] == [503, 503, 200]


def test_fault_goes_on_until_it_is_switched_off(sandbox: Sandbox, api: Api) -> None:
    sandbox.fail("google", "unavailable")
    assert [api("GET", MINE).status_code for _ in range(3)] == [503, 503, 503]
    sandbox.mend("google")
    assert api("GET", MINE).status_code == 200
    assert not Fault.objects.exists()


def test_fault_may_hold_for_one_account_or_one_operation(sandbox: Sandbox, channel: Any, api: Api) -> None:
    other = Api(api.base, sandbox.tokens(sandbox.account("google", "Another")).access_token)
    fault = sandbox.fail("google", "unavailable", account=channel, operation="channels.list")
    videos = "youtube/v3/videos?part=id&id=x"
    assert (api("GET", MINE).status_code, other("GET", MINE).status_code) == (503, 200)
    assert api("GET", videos).status_code == 200
    fault.delete()
    sandbox.fail("tiktok", "unavailable")
    assert api("GET", MINE).status_code == 200


def test_expired_token_is_mended_by_a_refresh_and_a_revoked_one_is_not(
    sandbox: Sandbox, channel: Any
) -> None:
    outcomes = []
    for kind in ("token_expired", "token_revoked"):
        tokens = sandbox.tokens(channel)
        sandbox.fail("google", kind, times=1)
        api = Api(f"{sandbox.url}/google", tokens.access_token)
        form = {
            "client_id": "sandbox-youtube",
            "client_secret": "sandbox-secret",
            "grant_type": "refresh_token",
            "refresh_token": tokens.refresh_token,
        }
        outcomes.append(
            (api("GET", MINE).status_code, httpx.post(f"{api.base}/token", data=form).status_code)
        )
    assert outcomes == [(401, 200), (401, 400)]


def test_slow_answer_comes_late(sandbox: Sandbox, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    sandbox.fail("google", "slow", amount=3, times=1)
    assert api("GET", MINE).status_code == 200
    assert 3 in waited


def test_lost_answer_comes_after_its_effect(sandbox: Sandbox, channel: Any, api: Api) -> None:
    session = begin(api, len(mp4())).headers["location"]
    sandbox.fail("google", "answer_lost", operation="videos.insert.bytes", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        api("PUT", session, content=mp4())
    assert len(sandbox.videos(channel)) == 1
    asked = put(api, session, b"", f"*/{len(mp4())}")
    assert (asked.status_code, asked.json()["id"]) == (200, sandbox.videos(channel)[0].external_id)


def test_lost_answer_is_an_unknown_outcome_to_our_own_client(sandbox: Sandbox, api: Api) -> None:
    sandbox.fail("google", "answer_lost", times=1)
    headers = {"Authorization": f"Bearer {api.token}"}
    with http.Client(api.base, headers=headers, guard=False) as client, pytest.raises(http.OutcomeUnknown):
        client.post("youtube/v3/playlists?part=snippet", json={"snippet": {"title": "x"}})


@pytest.mark.parametrize("answer", ["", "503"])
def test_upload_breaks_off_and_goes_on_from_what_was_kept(
    sandbox: Sandbox, channel: Any, api: Api, answer: str
) -> None:
    film = mp4(size=4 * PIECE)
    session = begin(api, len(film)).headers["location"]
    sandbox.fail("google", "broken_upload", amount=2 * PIECE + 5, reason=answer, times=1)
    if answer:
        assert api("PUT", session, content=film).status_code == 503
    else:
        with pytest.raises(httpx.TransportError):
            api("PUT", session, content=film)
    asked = put(api, session, b"", f"*/{len(film)}")
    assert (asked.status_code, asked.headers["range"]) == (308, f"bytes=0-{2 * PIECE - 1}")
    rest = put(api, session, film[2 * PIECE :], f"{2 * PIECE}-{len(film) - 1}/{len(film)}")
    assert rest.status_code == 200
    assert files.path(sandbox.videos(channel)[0].file).read_bytes() == film


def test_upload_that_ends_before_the_byte_does_not_break(sandbox: Sandbox, api: Api) -> None:
    sandbox.fail("google", "broken_upload", amount=10_000_000, times=1)
    assert api("PUT", begin(api, len(mp4())).headers["location"], content=mp4()).status_code == 200
    assert Fault.objects.get().remaining == 1


def test_sender_who_goes_away_leaves_what_had_come(sandbox: Sandbox, api: Api) -> None:
    """Without any fault: the connection ends before the bytes that were announced."""
    film = mp4(size=3 * PIECE)
    session = begin(api, len(film)).headers["location"]

    def half() -> Any:
        yield film[: PIECE + 100]
        raise ConnectionError("the cable was pulled")

    with pytest.raises(ConnectionError):
        api("PUT", session, content=half(), headers={"Content-Length": str(len(film))})
    deadline = time.monotonic() + 5
    while Upload.objects.get().received == 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    asked = put(api, session, b"", f"*/{len(film)}")
    assert asked.headers["range"] == f"bytes=0-{PIECE - 1}"


def test_processing_never_ends(sandbox: Sandbox, api: Api) -> None:
    sandbox.fail("google", "stuck", times=1)
    made = api("PUT", begin(api, len(mp4())).headers["location"], content=mp4()).json()
    found = api("GET", f"youtube/v3/videos?part=processingDetails,status&id={made['id']}").json()["items"][0]
    assert found["processingDetails"]["processingStatus"] == "processing"
    assert found["status"]["uploadStatus"] == "uploaded"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("copyright", {"uploadStatus": "rejected", "rejectionReason": "copyright"}),
        ("codec", {"uploadStatus": "failed", "failureReason": "codec"}),
    ],
)
def test_platform_rejects_after_the_upload(
    sandbox: Sandbox, api: Api, word: str, status: dict[str, str]
) -> None:
    sandbox.fail("google", "rejected", reason=word, times=1)
    made = api("PUT", begin(api, len(mp4())).headers["location"], content=mp4()).json()
    found = api("GET", f"youtube/v3/videos?part=status&id={made['id']}").json()["items"][0]["status"]
    assert {name: found[name] for name in status} == status


def test_log_of_calls_holds_no_token_and_no_secret_of_an_address(sandbox: Sandbox, api: Api) -> None:
    session = begin(api, len(mp4())).headers["location"]
    sandbox.fail("google", "unavailable", operation="channels.list", times=1)
    api("PUT", session, content=mp4())
    api("GET", f"{MINE}&access_token={api.token}")
    rows = list(
        LoggedCall.objects.order_by("created_at").values_list("operation", "status", "fault", "path", "code")
    )
    assert [row[:3] for row in rows] == [
        ("videos.insert", 200, ""),
        ("videos.insert.bytes", 200, ""),
        ("channels.list", 503, "unavailable"),
    ]
    upload_id = session.partition("upload_id=")[2]
    assert not any(secret in str(row) for row in rows for secret in (api.token, upload_id))


def test_address_that_the_stand_in_does_not_have_is_logged_too(sandbox: Sandbox, api: Api) -> None:
    assert api("GET", "youtube/v3/nothing").status_code == 404
    assert sandbox.calls("google") == ["unknown 404"]

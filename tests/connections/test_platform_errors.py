"""Each platform's own word for a failure becomes one error with one plain sentence: a row each (PUB-02, CON-07)."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from apps.connections.platforms.meanings import Meaning
from apps.connections.platforms.meta import errors as meta
from apps.connections.platforms.restream import errors as restream
from apps.connections.platforms.teams import errors as teams
from apps.connections.platforms.tiktok import errors as tiktok
from apps.connections.platforms.twitch import errors as twitch
from apps.connections.platforms.youtube import errors as youtube
from apps.connections.platforms.zoom import errors as zoom
from apps.core import http


def answer(status: int, body: Any, *, idempotent: bool = True, **headers: str) -> http.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return http.Response(status, named, content, "http://x", "It", idempotent, ("a-secret-token",))


def holds(error: http.OutsideError | None, meaning: Meaning, code: str, service: str = "It") -> None:
    assert error is not None
    assert (type(error), error.code) == (meaning.kind, code)
    assert meaning.told_of(service) in error.message
    assert error.retry_after_s == meaning.wait_s


def test_platform_is_named_before_the_sentence_or_is_its_subject() -> None:
    sentences = ("the file is too large.", "{} asks to slow down.")
    told = [Meaning(http.Rejected, sentence).told_of("YouTube") for sentence in sentences]
    assert told == ["YouTube: the file is too large.", "YouTube asks to slow down."]


def google(reason: str, code: int = 403) -> dict[str, Any]:
    rows = [{"domain": "youtube.quota", "reason": reason, "message": "as it says"}]
    return {"error": {"code": code, "message": "as it says", "errors": rows, "status": "X"}}


@pytest.mark.parametrize("reason", youtube.REASONS)
def test_youtube_means(reason):
    holds(youtube.classify(answer(403, google(reason))), youtube.REASONS[reason], reason)


@pytest.mark.parametrize("status", youtube.STATUSES)
def test_youtube_says_by_its_status(status):
    holds(youtube.classify(answer(status, {})), youtube.STATUSES[status], str(status))


def test_youtubes_fates_are_sentences():
    assert all(sentence.endswith(".") for sentence in youtube.FATES.values())


def tiktoks(code: str) -> dict[str, Any]:
    return {"data": {}, "error": {"code": code, "message": "as it says", "log_id": "1"}}


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("code", tiktok.CODES)
def test_tiktok_means_whatever_the_status(code, status):
    holds(tiktok.classify(answer(status, tiktoks(code))), tiktok.CODES[code], code)


@pytest.mark.parametrize("status", tiktok.UPLOAD_STATUSES)
def test_tiktoks_upload_address_means(status):
    holds(tiktok.classify_upload(answer(status, b"")), tiktok.UPLOAD_STATUSES[status], str(status))


@pytest.mark.parametrize("reason", tiktok.FATES)
def test_tiktoks_failed_posts_say_why(reason):
    """What failed there and may be sent again is a refusal all the same: the post did not come about."""
    meaning, error = tiktok.FATES[reason], tiktok.fate(reason)
    is_passing = meaning.kind is http.Unavailable
    holds(error, replace(meaning, kind=http.Rejected) if is_passing else meaning, reason, "TikTok")
    assert error.retryable == (is_passing or meaning.kind.retryable)


def test_tiktoks_good_answers_are_none():
    assert tiktok.classify(answer(200, tiktoks("ok"))) is None
    assert tiktok.classify(answer(200, {"access_token": "x"})) is None


def test_what_tiktok_never_said_before_is_a_refusal():
    error = tiktok.classify(answer(200, tiktoks("brand_new")))
    assert (type(error), error.code if error else "") == (http.Rejected, "brand_new")
    assert isinstance(tiktok.fate("brand_new"), http.Rejected)


def graphs(code: int, subcode: int | None = None, **more: Any) -> dict[str, Any]:
    error = {"message": "as it says", "type": "OAuthException", "code": code, **more}
    return {"error": {**error, "error_subcode": subcode} if subcode else error}


@pytest.mark.parametrize("code", meta.CODES)
def test_meta_means_by_code(code):
    holds(meta.classify(answer(400, graphs(int(code)))), meta.CODES[code], code)


@pytest.mark.parametrize("subcode", meta.SUBCODES)
def test_meta_means_by_subcode_first(subcode):
    holds(meta.classify(answer(400, graphs(100, int(subcode)))), meta.SUBCODES[subcode], subcode)


@pytest.mark.parametrize("code", [200, 210, 299])
def test_meta_wants_a_permission(code):
    assert isinstance(meta.classify(answer(403, graphs(code))), http.AuthExpired)


def test_metas_missing_page_right_hides_in_its_words():
    body = {"error": {"message": "(#100) No permission to publish the video", "code": 100}}
    assert isinstance(meta.classify(answer(403, body)), http.AuthExpired)


def test_metas_unknown_error_goes_by_its_own_word():
    assert isinstance(meta.classify(answer(400, graphs(77777, is_transient=True))), http.Unavailable)
    assert isinstance(meta.classify(answer(400, graphs(77777))), http.Rejected)


@pytest.mark.parametrize(("retriable", "kind"), [(True, http.Unavailable), (False, http.Rejected)])
def test_metas_upload_host_says_whether_to_try_again(retriable, kind):
    told = {"debug_info": {"retriable": retriable, "type": "ProcessingFailedError", "message": "as it says"}}
    error = meta.classify(answer(200, told))
    assert (type(error), error.code if error else "") == (kind, "ProcessingFailedError")


def test_a_container_that_failed_says_why():
    error = meta.fate("Error: Media upload has failed with error code 2207026")
    assert (type(error), error.code) == (http.Rejected, "2207026")
    assert "Export it as MP4" in error.message


@pytest.mark.parametrize("status", [status for status in twitch.STATUSES if status != 429])
def test_twitch_means(status):
    holds(twitch.classify(answer(status, {"message": "as it says"})), twitch.STATUSES[status], str(status))


def test_twitch_says_when_to_go_on():
    error = twitch.classify(answer(429, {}, Ratelimit_Reset="99999999999"))
    assert isinstance(error, http.RateLimited)
    assert error.retry_after_s is not None
    assert error.retry_after_s > 1000


def test_twitchs_dead_refresh_token_wants_a_person():
    assert isinstance(twitch.classify(answer(400, {"message": "Invalid refresh token"})), http.AuthExpired)


@pytest.mark.parametrize("status", restream.STATUSES)
def test_restream_means(status):
    holds(restream.classify(answer(status, {})), restream.STATUSES[status], str(status))


@pytest.mark.parametrize("name", restream.NAMES)
def test_restream_means_by_name(name):
    body = {"error": {"statusCode": 400, "message": "as it says", "name": name}}
    holds(restream.classify(answer(400, body)), restream.NAMES[name], name)


@pytest.mark.parametrize("code", zoom.CODES)
def test_zoom_means_by_code(code):
    holds(zoom.classify(answer(400, {"code": int(code), "message": "as it says"})), zoom.CODES[code], code)


@pytest.mark.parametrize("name", zoom.NAMES)
def test_zooms_token_address_means_by_name(name):
    holds(zoom.classify(answer(400, {"error": name, "reason": "as it says"})), zoom.NAMES[name], name)


@pytest.mark.parametrize("status", zoom.STATUSES)
def test_zoom_means_by_status(status):
    holds(zoom.classify(answer(status, {})), zoom.STATUSES[status], str(status))


def test_zoom_slows_down_whatever_its_code_is():
    assert isinstance(zoom.classify(answer(429, {"code": 300, "message": "daily limit"})), http.RateLimited)


@pytest.mark.parametrize("number", teams.CODES)
@pytest.mark.parametrize("listed", [True, False])
def test_microsofts_sign_in_means_by_number(number, listed):
    body = {"error": "invalid_grant", "error_description": f"AADSTS{number}: as it says. Trace ID: 1"}
    body |= {"error_codes": [int(number)]} if listed else {}
    holds(teams.classify(answer(400, body)), teams.CODES[number], number)


@pytest.mark.parametrize("name", teams.NAMES)
def test_microsoft_means_by_name_where_the_number_is_new(name):
    body = {"error": name, "error_description": "AADSTS123456789: as it says", "error_codes": [123456789]}
    graphs_way = {"error": {"code": name, "message": "as it says"}}
    for said in (body, graphs_way):
        holds(teams.classify(answer(400, said)), teams.NAMES[name], name)


@pytest.mark.parametrize("status", teams.STATUSES)
def test_microsoft_means_by_status(status):
    holds(teams.classify(answer(status, {})), teams.STATUSES[status], str(status))


CLASSIFIERS = [
    youtube.classify,
    tiktok.classify,
    tiktok.classify_upload,
    meta.classify,
    twitch.classify,
    restream.classify,
    zoom.classify,
    teams.classify,
]


@pytest.mark.parametrize("classify", CLASSIFIERS)
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"x"', b'{"error": 5}'])
def test_a_fault_after_a_call_that_changes_something_leaves_it_open(classify, body):
    assert isinstance(classify(answer(503, body)), http.Unavailable)
    assert isinstance(classify(answer(500, body, idempotent=False)), http.OutcomeUnknown)


@pytest.mark.parametrize("classify", CLASSIFIERS)
def test_what_a_platform_asks_to_wait_counts(classify):
    error = classify(answer(503, {}, Retry_After="77"))
    assert error is not None
    assert error.retry_after_s == 77


@pytest.mark.parametrize(
    ("classify", "body"),
    [
        (youtube.classify, {"error": {"errors": [{"reason": "forbidden", "message": "for a-secret-token"}]}}),
        (tiktok.classify, {"error": {"code": "invalid_param", "message": "for a-secret-token"}}),
        (meta.classify, {"error": {"code": 100, "message": "for a-secret-token"}}),
        (twitch.classify, {"message": "for a-secret-token"}),
        (restream.classify, {"error": {"name": "x", "message": "for a-secret-token"}}),
        (zoom.classify, {"code": 3001, "message": "for a-secret-token"}),
        (teams.classify, {"error": {"code": "x", "message": "for a-secret-token"}}),
    ],
)
def test_no_secret_comes_back_in_an_error(classify, body):
    error = classify(answer(404, body))
    assert "a-secret-token" not in str(vars(error))

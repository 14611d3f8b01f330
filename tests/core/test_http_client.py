"""Calls to one service: every answer that the outside gives, against a real server."""

import logging
from collections.abc import Iterator
from email.utils import formatdate

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.core import http
from apps.core.correlation import correlated

from .http_loopback import (
    Loopback,
    cut_short,
    nothing,
    redirect,
    running,
    silent_for,
    slow_drip,
    slow_head,
    status,
)

KEY = "sk-very-secret-0123456789"


@pytest.fixture(scope="module")
def shared() -> Iterator[Loopback]:
    with running() as loopback:
        yield loopback


@pytest.fixture
def server(shared, settings) -> Loopback:
    settings.OUTSIDE_ALLOW_PRIVATE = [shared.netloc]
    shared.routes.clear()
    shared.asked.clear()
    return shared


@pytest.fixture
def client(server) -> Iterator[http.Client]:
    with http.Client(
        server.url, headers={"Authorization": f"Bearer {KEY}"}, secrets=(KEY,), service="Acme", timeout_s=2
    ) as client:
        yield client


def test_post_sends_json_and_returns_the_answer(server, client):
    server.on("POST", "/v1/speak", status(200, {"ok": True}))
    answer = client.post("/v1/speak", json={"text": "héllo"}, params={"format": "wav"})
    asked = server.asked[0]
    assert (answer.status, answer.json()) == (200, {"ok": True})
    assert (asked.method, asked.query, asked.json()) == ("POST", {"format": ["wav"]}, {"text": "héllo"})
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["user-agent"].startswith("Showrunner/")


@pytest.mark.spec("OPS-02")
def test_the_correlation_id_goes_along(server, client):
    server.on("GET", "/", status(200, {}))
    with correlated("abcdef0123456789"):
        client.get("/")
    assert server.asked[0].headers["x-request-id"] == "abcdef0123456789"


ANSWERS = [
    (400, http.Rejected, False),
    (401, http.AuthExpired, False),
    (402, http.QuotaExceeded, False),
    (403, http.Rejected, False),
    (404, http.Rejected, False),
    (408, http.Unavailable, True),
    (409, http.Rejected, False),
    (413, http.Rejected, False),
    (422, http.Rejected, False),
    (429, http.RateLimited, True),
    (500, http.Unavailable, True),
    (502, http.Unavailable, True),
    (503, http.Unavailable, True),
    (504, http.Unavailable, True),
    (529, http.Unavailable, True),
]


@pytest.mark.parametrize(("code", "kind", "retryable"), ANSWERS)
def test_each_status_becomes_its_own_error(code, kind, retryable, server, client):
    server.on("GET", "/x", status(code, {"error": {"code": "why", "message": "because"}}))
    with pytest.raises(http.OutsideError) as caught:
        client.get("/x")
    error = caught.value
    assert type(error) is kind
    assert (error.retryable, error.status, error.code, error.detail) == (retryable, code, "why", "because")
    assert str(error).startswith("Acme ")
    assert str(error).endswith("It said: because")


@pytest.mark.parametrize("code", [502, 504])
def test_a_gateway_fault_after_a_call_that_changes_something_is_an_unknown_outcome(code, server, client):
    server.on("POST", "/pay", status(code))
    with pytest.raises(http.OutcomeUnknown) as caught:
        client.post("/pay", json={})
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("body", "code", "detail"),
    [
        ({"error": {"type": "rate_limit_error", "message": "slow down"}}, "rate_limit_error", "slow down"),
        ({"error": "plain words"}, "", "plain words"),
        ({"detail": {"status": "quota_exceeded", "message": "no credits"}}, "quota_exceeded", "no credits"),
        (
            {"detail": [{"loc": ["body"], "msg": "field required", "type": "missing"}]},
            "missing",
            "field required",
        ),
        ({"errors": ["OAuth error"]}, "", "OAuth error"),
        ({"object": "error", "message": "bad model"}, "", "bad model"),
        (["odd"], "", ""),
        (b"<html>Bad gateway</html>", "", ""),
        (b"", "", ""),
        ({"error": {"message": "x" * 900}}, "", "x" * 300),
    ],
)
def test_what_the_service_said_is_read_in_every_usual_shape(body, code, detail, server, client):
    server.on("GET", "/x", status(400, body))
    with pytest.raises(http.Rejected) as caught:
        client.get("/x")
    assert (caught.value.code, caught.value.detail) == (code, detail)


@pytest.mark.spec("JOB-02")
@pytest.mark.parametrize("code", [429, 503])
def test_retry_after_in_seconds_is_passed_on(code, server, client):
    server.on("GET", "/x", status(code, None, Retry_After="17"))
    with pytest.raises(http.OutsideError) as caught:
        client.get("/x")
    assert caught.value.retry_after_s == 17


def test_retry_after_as_a_date_is_the_time_until_then():
    now = 1_700_000_000.0
    assert http.retry_after_s({"retry-after": formatdate(now + 90, usegmt=True)}, now) == 90
    assert http.retry_after_s({"retry-after": formatdate(now - 90, usegmt=True)}, now) == 0


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "99999999999"}, 604800),
        ({"retry-after-ms": "nan"}, None),
    ],
)
def test_retry_after_of_any_form_is_read_or_ignored(headers, wait):
    assert http.retry_after_s(headers, 0.0) == wait


@given(st.text(max_size=60))
def test_retry_after_never_raises_and_stays_in_bounds(value):
    wait = http.retry_after_s({"retry-after": value})
    assert wait is None or 0 <= wait <= 604800


@pytest.mark.parametrize("fault", [nothing, cut_short, silent_for(1.5), slow_drip, slow_head])
def test_no_whole_answer_to_a_reading_call_is_unavailable(fault, server, client):
    server.on("GET", "/x", fault)
    with pytest.raises(http.Unavailable) as caught:
        client.get("/x", timeout_s=0.4)
    assert caught.value.retryable


@pytest.mark.parametrize("fault", [nothing, cut_short, silent_for(1.5), slow_drip])
def test_no_whole_answer_to_a_changing_call_is_an_unknown_outcome(fault, server, client):
    server.on("POST", "/x", fault)
    with pytest.raises(http.OutcomeUnknown) as caught:
        client.post("/x", json={}, timeout_s=0.4)
    assert not caught.value.retryable


def test_a_changing_call_declared_harmless_is_only_unavailable(server, client):
    server.on("POST", "/x", nothing)
    with pytest.raises(http.Unavailable):
        client.post("/x", json={}, idempotent=True)


def test_a_changing_call_that_never_left_is_unavailable(settings):
    with running() as gone:
        settings.OUTSIDE_ALLOW_PRIVATE = [gone.netloc]
        url = gone.url
    with (
        http.Client(url, service="Acme") as client,
        pytest.raises(http.Unavailable, match="cannot be reached"),
    ):
        client.post("/x", json={})


def test_an_unknown_name_is_unavailable(server):
    with (
        http.Client("http://no-such-host.invalid") as client,
        pytest.raises(http.Unavailable, match="cannot be reached"),
    ):
        client.get("/")


@pytest.mark.parametrize(("method", "kind"), [("GET", http.Unavailable), ("POST", http.OutcomeUnknown)])
@pytest.mark.parametrize("body", [b"<html>welcome</html>", b"", b"{'a': 1}", b"\xff\xfe"])
def test_nonsense_instead_of_json_is_an_error_of_the_family(method, kind, body, server, client):
    server.on(method, "/x", status(200, body))
    answer = client.request(method, "/x")
    with pytest.raises(kind, match="cannot be read"):
        answer.json()


def test_json_of_another_shape_is_an_error_of_the_family(server, client):
    server.on("GET", "/x", status(200, [1, 2]))
    with pytest.raises(http.Unavailable, match="wrong shape"):
        client.get("/x").json_object()


def test_an_answer_over_the_limit_is_refused(server, client):
    server.on("GET", "/x", status(200, b"x" * 5000))
    assert len(client.get("/x", max_bytes=5000).content) == 5000
    with pytest.raises(http.TooLarge, match="larger than 4 kB"):
        client.get("/x", max_bytes=4999)


def test_a_redirect_is_returned_not_followed(server, client):
    server.on("GET", "/x", redirect("/y"))
    assert client.get("/x").status == 302
    assert [asked.path for asked in server.asked] == ["/x"]


def test_classify_may_refine_a_failed_answer(server):
    def classify(response: http.Response) -> http.OutsideError | None:
        return http.QuotaExceeded("No credit left.") if b"insufficient_quota" in response.content else None

    server.on("GET", "/x", status(429, {"error": {"code": "insufficient_quota"}}), status(429, {}))
    with http.Client(server.url, classify=classify) as client:
        with pytest.raises(http.QuotaExceeded):
            client.get("/x")
        with pytest.raises(http.RateLimited):
            client.get("/x")


def test_no_secret_shows_in_errors_or_logs(server, client, caplog):
    caplog.set_level(logging.DEBUG)
    server.on("GET", f"/bot{KEY}/me", status(400, {"error": f"bad key {KEY} and Bearer abcdefgh12345"}))
    with pytest.raises(http.Rejected) as caught:
        client.get(f"/bot{KEY}/me", params={"api_key": KEY})
    shown = f"{caught.value} {caught.value.detail} {caught.value!r} {caplog.text}"
    assert KEY not in shown
    assert "abcdefgh12345" not in shown
    assert "bad key [hidden]" in str(caught.value)
    assert "GET 127.0.0.1" in caplog.text


def test_no_secret_shows_when_the_call_itself_fails(server, client):
    server.on("GET", f"/bot{KEY}", nothing)
    with pytest.raises(http.Unavailable) as caught:
        client.get(f"/bot{KEY}", params={"key": KEY})
    assert KEY not in f"{caught.value} {caught.value.detail}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("GET /x?key=abc&size=3", "GET /x?key=[hidden]&size=3"),
        ("https://h/?access_token=a.b-c", "https://h/?access_token=[hidden]"),
        ("Authorization: Bearer eyJhbGciOi.x.y", "Authorization: Bearer [hidden]"),
        ("p%40ss and p@ss", "[hidden] and [hidden]"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_redact_hides_what_looks_secret(text, redacted):
    assert http.redact(text, ["p@ss", ""]) == redacted


@pytest.mark.django_db(transaction=True)
def test_a_call_inside_a_transaction_is_refused(server, client):
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
        client.get("/x")
    assert server.asked == []


@pytest.mark.django_db
def test_the_transaction_of_the_test_itself_does_not_count(server, client):
    server.on("GET", "/x", status(200, {}))
    assert client.get("/x").status == 200
    with transaction.atomic(), pytest.raises(RuntimeError):
        client.get("/x")


@pytest.mark.spec("SEC-08")
@pytest.mark.parametrize("before", [250, 285, 299])
def test_secret_at_the_cut_of_a_long_error_is_hidden_whole(settings, before):
    secret = "-".join(("planted", "secret", "0123456789"))
    with running() as loopback:
        settings.OUTSIDE_ALLOW_PRIVATE = [loopback.netloc]
        loopback.on("GET", "/", status(400, {"error": {"message": "x" * before + secret, "code": secret}}))
        loopback.on("GET", "/odd", status(200, ("y" * before + secret).encode()))
        with http.Client(loopback.url, secrets=(secret,)) as client:
            with pytest.raises(http.Rejected) as refused:
                client.get("/")
            with pytest.raises(http.Unavailable) as odd:
                client.get("/odd").json()
    for error in (refused.value, odd.value):
        assert "planted" not in f"{error.message} {error.detail} {error.code}"

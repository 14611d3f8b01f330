"""Limits: never more than allowed in any window, however many ask at once, and said clearly (SEC-04)."""

import json
import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from apps.core import limits, local_limits, queue
from apps.core.limits import Verdict, by_address, by_person, forget, hit, limited
from tests.concurrency import at_once


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Valkey does not answer: nobody listens at port 1."""
    monkeypatch.setattr(queue, "connection", lambda: Redis.from_url("redis://127.0.0.1:1/0"))


@pytest.mark.spec("SEC-04")
def test_hit_allows_as_many_as_the_limit_and_tells_how_long_to_wait(valkey: Redis) -> None:
    found = [hit("test.try", "alice", 3, 60, now_s=1000.0 + second) for second in (0, 10, 20, 30, 59.5)]
    assert found == [
        Verdict(True, 3, 2, 0.0),
        Verdict(True, 3, 1, 0.0),
        Verdict(True, 3, 0, 0.0),
        Verdict(False, 3, 0, 30.0),
        Verdict(False, 3, 0, 0.5),
    ]
    assert hit("test.try", "alice", 3, 60, now_s=1060.0).allowed


def test_hit_counts_each_name_and_key_apart(valkey: Redis) -> None:
    asked = [("a", "x"), ("a", "y"), ("b", "x"), ("a", "x")]
    assert [hit(name, key, 1, 60).allowed for name, key in asked] == [True, True, True, False]


def test_forget_begins_anew(valkey: Redis) -> None:
    hit("test.try", "alice", 1, 60)
    forget("test.try", "alice")
    assert hit("test.try", "alice", 1, 60).allowed


def test_costly_try_counts_more_and_one_above_the_limit_never_fits(valkey: Redis) -> None:
    found = [hit("test.try", "k", 5, 60, cost=cost, now_s=10.0) for cost in (3, 3, 2, 9)]
    assert [verdict.allowed for verdict in found] == [True, False, True, False]
    assert hit("test.try", "empty", 5, 60, cost=9, now_s=10.0).retry_after_s == 60


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gaps=st.lists(st.floats(0, 5), min_size=1, max_size=30),
    limit=st.integers(1, 5),
    window_s=st.floats(0.5, 8),
)
def test_no_window_ever_holds_more_than_the_limit_and_waiting_as_told_lets_in(
    valkey: Redis, gaps: list[float], limit: int, window_s: float
) -> None:
    valkey.flushdb()
    now, allowed = 1000.0, []
    for gap in gaps:
        now += gap
        verdict = hit("test.try", "k", limit, window_s, now_s=now)
        if verdict.allowed:
            allowed.append(now)
            continue
        assert 0 < verdict.retry_after_s <= window_s + 1e-3
        now += verdict.retry_after_s + 1e-5
        assert hit("test.try", "k", limit, window_s, now_s=now).allowed
        allowed.append(now)
    for end in allowed:
        assert sum(end - window_s + 1e-4 < moment <= end for moment in allowed) <= limit


@pytest.mark.spec("SEC-04")
def test_limit_holds_when_many_try_at_once(valkey: Redis) -> None:
    found = at_once(12, lambda: hit("test.try", "k", 5, 60).allowed)
    assert sorted(found) == [False] * 7 + [True] * 5


def test_valkey_keeps_no_address_and_nothing_for_ever(valkey: Redis) -> None:
    hit("test.try", "alice@example.com", 5, 60)
    (key,) = valkey.keys("*")
    assert b"alice" not in key
    assert 0 < valkey.pttl(key) <= 60_000


def test_where_valkey_is_gone_this_process_counts(gone: None) -> None:
    forget("test.try", "k")
    found = [hit("test.try", "k", 2, 60) for _ in range(3)]
    assert [(one.allowed, one.remaining, one.known) for one in found] == [
        (True, 1, False),
        (True, 0, False),
        (False, 0, False),
    ]
    assert 59 < found[-1].retry_after_s <= 60
    assert hit("test.try", "other", 5, 60, cost=9).retry_after_s == 60
    forget("test.try", "k")
    assert hit("test.try", "k", 2, 60).allowed


def test_what_must_not_go_uncounted_is_refused_where_valkey_is_gone(gone: None) -> None:
    assert hit("test.try", "k", 5, 60, fail_open=False) == Verdict(False, 5, 0, 5.0, known=False)


def test_process_that_counts_by_itself_remembers_only_so_many(
    gone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_limits, "MOST_KEYS", 3)
    local_limits._allowed.clear()
    for number in range(10):
        hit("test.try", f"k{number}", 5, 60)
    assert len(local_limits._allowed) <= 3


@pytest.mark.parametrize(
    ("seconds", "text", "header"),
    [
        (0.2, "1 second", "1"),
        (41, "41 seconds", "41"),
        (90, "2 minutes", "90"),
        (3600, "60 minutes", "3600"),
        (7000.5, "2 hours", "7001"),
    ],
)
def test_wait_is_said_in_words_and_whole_seconds(seconds: float, text: str, header: str) -> None:
    verdict = Verdict(False, 1, 0, seconds)
    assert (verdict.wait_text, verdict.retry_after_header) == (text, header)


@limited("test.page", limit=1, window_s=60)
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


def asked(method: str = "post", **headers: Any) -> HttpRequest:
    request = getattr(RequestFactory(), method)("/teams/new/", headers=headers)
    request.htmx = HtmxDetails(request)
    return request


@pytest.mark.spec("SEC-04")
def test_limited_page_answers_429_with_retry_after_and_says_how_long(valkey: Redis) -> None:
    assert page(asked()).status_code == 200
    refused = page(asked())
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert re.search(r"Wait 60\sseconds and try again", refused.content.decode())


def test_limited_part_becomes_a_toast_and_changes_nothing(valkey: Redis) -> None:
    page(asked())
    refused = page(asked(HX_Request="true"))
    toast = json.loads(refused["HX-Trigger"])["toast"]
    assert (refused.status_code, refused["HX-Reswap"], refused.content) == (429, "none", b"")
    assert toast == {
        "message": "Too many tries. Nothing was changed; wait 60 seconds and try again.",
        "level": "warning",
    }


def test_reading_a_limited_page_is_not_counted(valkey: Redis) -> None:
    assert [page(asked("get")).status_code for _ in range(3)] == [200] * 3


@pytest.fixture
def proxied(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2:bbbb::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("2001:db8::1", "2001:db8:0:0:5::1", True),
        ("198.51.100.7", "198.51.100.8", False),
        ("nonsense", "more nonsense", True),
    ],
)
def test_addresses_count_as_what_one_customer_has(proxied: None, first: str, second: str, same: bool) -> None:
    keys = {by_address(asked(X_Forwarded_For=address)) for address in (first, second)}
    assert (len(keys) == 1) is same


def test_person_is_counted_wherever_they_are(alice: Any) -> None:
    request = asked()
    request.user = alice
    assert by_person(request) == str(alice.pk)


def test_names_of_limits_are_known() -> None:
    """`key_of` keeps the name readable, for operators who look into Valkey."""
    assert limits.key_of("accounts.signup", "x").startswith("limit:accounts.signup:")

"""Where a request came from, also behind proxies, and never by the caller's own word (AUD-01)."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.core.caller import CallerMiddleware, address_of, current_address


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "address"),
    [
        (0, "203.0.113.9", None, "203.0.113.9"),
        (0, "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (1, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "10.0.0.1", "198.51.100.1", "10.0.0.1"),
        (1, "10.0.0.1", None, None),
        (1, "10.0.0.1", "nonsense", None),
        (0, "2001:db8::1", None, "2001:db8::1"),
        (0, "", None, None),
    ],
)
def test_address_is_what_the_outermost_of_our_own_proxies_saw(
    settings: Any, trusted: int, peer: str, forwarded: str | None, address: str | None
) -> None:
    settings.TRUSTED_PROXIES = trusted
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    assert address_of(request) == address


def test_address_is_known_within_the_request_only() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(current_address() or "")

    answer = CallerMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR="203.0.113.9"))
    assert (answer.content, current_address()) == (b"203.0.113.9", None)


def test_address_is_forgotten_after_a_request_that_failed() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise ValueError

    with pytest.raises(ValueError):
        CallerMiddleware(view)(RequestFactory().get("/"))
    assert current_address() is None

"""What answers carry for the browser's sake, and what is said to requests that are too large (SEC-02, SEC-06)."""

import asyncio
import json
from typing import Any

import pytest
from django.test import Client
from redis import Redis

from apps.core.body_limit import BodyLimit
from apps.teams.models import Team


@pytest.mark.spec("SEC-02")
@pytest.mark.django_db
def test_every_answer_says_what_the_browser_may_do(client: Client) -> None:
    for path in ("/offline/", "/accounts/login/", "/nowhere/", "/healthz"):
        answer = client.get(path)
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"]
        assert "fullscreen=(self)" in answer["Permissions-Policy"]


@pytest.mark.spec("SEC-02")
def test_content_policy_allows_our_own_files_only(client: Client) -> None:
    said = client.get("/offline/")["Content-Security-Policy"]
    policy = dict(part.strip().partition(" ")[::2] for part in said.split(";"))
    nobody = {name for name, who in policy.items() if who == "'none'"}
    assert nobody == {"base-uri", "frame-ancestors", "frame-src", "object-src", "script-src-attr"}
    assert policy["script-src"].split()[0] == "'self'"
    assert "unsafe" not in said
    assert "http:" not in said


@pytest.mark.spec("SEC-02")
@pytest.mark.django_db
def test_pages_that_know_who_asks_are_not_kept_and_nothing_is_after_sign_out(alice_client: Client) -> None:
    assert alice_client.get("/studio/morning-show/")["Cache-Control"] == "private, no-store"
    assert alice_client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/styleguide/", "/dev/mail/"])
def test_pages_for_development_are_not_in_production(client: Client, settings: Any, path: str) -> None:
    settings.EMBEDDED = False
    assert client.get(path).status_code == 404


@pytest.mark.spec("SEC-02")
@pytest.mark.django_db
def test_form_of_ten_megabytes_is_refused_in_words(alice_client: Client, team: Team) -> None:
    data = {"name": "x" * 10_000_000}
    page = alice_client.post("/teams/new/", data)
    assert page.status_code == 413
    assert "The text of a form may have 5.0\xa0MB" in page.content.decode()
    part = alice_client.post("/teams/new/", data, headers={"HX-Request": "true"})
    assert part.status_code == 413
    assert "Nothing was saved" in json.loads(part["HX-Trigger"])["toast"]["message"]
    assert Team.objects.count() == 1


@pytest.mark.django_db
def test_form_of_thousands_of_fields_is_refused_in_words(alice_client: Client) -> None:
    page = alice_client.post("/teams/new/", {f"f{number}": "" for number in range(2500)})
    assert page.status_code == 413


def test_request_for_an_invented_host_is_refused_with_a_page(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["studio.example.com"]
    assert client.get("/offline/", headers={"Host": "evil.example"}).status_code == 400


def asked(size: int, *, announced: bool) -> list[Any]:
    """What BodyLimit answers, and how many bytes the application behind it read."""
    sent: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        read = 0
        while (message := await receive())["type"] == "http.request":
            read += len(message["body"])
            if not message["more_body"]:
                break
        sent.append((message["type"], read))

    parts = [
        {"type": "http.request", "body": b"x", "more_body": number < size} for number in range(1, size + 1)
    ]

    async def receive() -> Any:
        return parts.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-length", str(size).encode())] if announced else []
    asyncio.run(BodyLimit(application)({"type": "http", "headers": headers}, receive, send))
    return sent


@pytest.mark.spec("SEC-06")
def test_body_above_the_largest_upload_is_not_read(settings: Any) -> None:
    settings.LARGEST_BODY_BYTES = 5
    assert asked(5, announced=True) == [("http.request", 5)]
    refused = asked(6, announced=True)
    assert (refused[0]["status"], b"Nothing was saved" in refused[1]["body"]) == (413, True)
    assert asked(5, announced=False) == [("http.request", 5)]
    assert asked(9, announced=False) == [("http.disconnect", 5)]


@pytest.mark.spec("SEC-04")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "path", "data"),
    [
        ("account_signup", "/accounts/signup/", {"email": "x", "password1": "y", "display_name": "z"}),
        ("account_reset_password", "/accounts/password/reset/", {"email": "nobody@example.com"}),
    ],
)
def test_sign_up_and_reset_are_limited_for_each_address(
    client: Client, valkey: Redis, settings: Any, name: str, path: str, data: dict[str, str]
) -> None:
    settings.RATE_LIMITS = {name: (2, 3600)}
    found = [client.post(path, data) for _ in range(3)]
    assert [answer.status_code == 429 for answer in found] == [False, False, True]
    assert 3500 < int(found[2]["Retry-After"]) <= 3600
    assert client.get(path).status_code == 200


@pytest.mark.spec("SEC-04")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("teams.create", "/teams/new/"),
        ("library.upload", "/studio/morning-show/library/media/upload/"),
        ("creation.start", "/studio/morning-show/create/"),
        ("providers.check", "/studio/morning-show/providers/keys/add/pexels/"),
    ],
)
def test_making_things_is_limited_for_each_person(
    alice_client: Client, bob_client: Client, valkey: Redis, settings: Any, name: str, path: str
) -> None:
    settings.RATE_LIMITS = {name: (1, 600)}
    data = {"nothing": "of use"}
    first, second = (alice_client.post(path, data).status_code for _ in range(2))
    assert (first in (200, 422), second) == (True, 429)
    assert bob_client.post(path, data).status_code in (200, 422, 403)

"""Pages for what went wrong: each says what happened and what to do."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory

from apps.core import errors_views
from apps.core.correlation import correlated


def test_missing_page_says_why_and_leads_back(client: Client, alice_client: Client) -> None:
    for visitor, way in ((client, "Sign in"), (alice_client, "To the studio")):
        answer = visitor.get("/nowhere/")
        page = answer.content.decode()
        assert (answer.status_code, "There is nothing here" in page, way in page) == (404, True, True)


def test_forbidden_page_names_the_missing_right(victor_client: Client) -> None:
    answer = victor_client.get("/studio/morning-show/audit/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "does not include: See the audit record." in page
    assert 'href="/studio/morning-show/team/permissions/"' in page


def test_stale_form_says_that_nothing_was_saved(alice: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post("/teams/new/", {"name": "x"})
    assert (answer.status_code, "Nothing was saved" in answer.content.decode()) == (403, True)


def test_error_page_is_drawn_without_the_database_and_names_the_trail(db: None) -> None:
    request = RequestFactory().get("/")

    def refuse(*args: Any) -> Any:
        raise AssertionError("the error page asked the database")

    with connection.execute_wrapper(refuse), correlated("trail-1234"):
        answer = errors_views.server_error(request)
    assert (answer.status_code, "trail-1234" in answer.content.decode()) == (500, True)


@pytest.mark.parametrize("address", ["/offline/", "/service-worker.js", "/styleguide/"])
def test_page_needs_no_sign_in(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 200

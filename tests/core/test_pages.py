"""Lists in pages: counted only so far, however long they are."""

from typing import Any

import pytest
from django.test import RequestFactory

from apps.accounts.models import User
from apps.core import pages
from apps.core.pages import ordering, paginate
from tests.factories import UserFactory


def page_of(number: str, per_page: int = 2) -> tuple[list[str], dict[str, Any]]:
    request = RequestFactory().get("/", {"page": number} if number else {})
    page = paginate(request, User.objects.order_by("email"), per_page=per_page)
    facts = {
        "number": page.number,
        "from": page.start_index(),
        "to": page.end_index(),
        "of": page.paginator.count_text,
        "more": page.has_next(),
        "less": page.has_previous(),
    }
    return [user.email for user in page], facts


def make(count: int) -> list[str]:
    return [UserFactory(email=f"{number:03}@example.com").email for number in range(count)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "rows", "number", "more"),
    [
        ("", slice(0, 2), 1, True),
        ("2", slice(2, 4), 2, True),
        ("3", slice(4, 5), 3, False),
        ("4", slice(4, 5), 3, False),
        ("99999999999999999999", slice(4, 5), 3, False),
        ("0", slice(0, 2), 1, True),
        ("-1", slice(0, 2), 1, True),
        ("two", slice(0, 2), 1, True),
    ],
)
def test_page_is_what_was_asked_for_or_the_nearest(asked: str, rows: slice, number: int, more: bool) -> None:
    emails = make(5)
    found, facts = page_of(asked)
    assert found == emails[rows]
    assert facts == {
        "number": number,
        "from": rows.start + 1,
        "to": rows.stop,
        "of": "5",
        "more": more,
        "less": number > 1,
    }


@pytest.mark.django_db
def test_full_last_page_has_no_next() -> None:
    make(4)
    assert page_of("2")[1]["more"] is False


@pytest.mark.django_db
def test_empty_list_is_one_empty_page() -> None:
    assert page_of("3") == ([], {"number": 1, "from": 0, "to": 0, "of": "0", "more": False, "less": False})


@pytest.mark.django_db
def test_long_list_is_counted_only_so_far_and_still_has_all_its_pages(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(pages, "COUNTED", 3)
    emails = make(7)
    with django_assert_num_queries(2) as captured:
        found, facts = page_of("1")
    assert "LIMIT 4" in captured[0]["sql"]
    assert (found, facts["of"], facts["to"], facts["more"]) == (emails[:2], "3+", 2, True)
    assert page_of("3")[0] == emails[4:6]
    last, facts = page_of("4")
    assert (last, facts["more"], facts["from"], facts["to"]) == (emails[6:], False, 7, 7)
    assert page_of("1000")[0] == emails[6:]


@pytest.mark.parametrize(
    ("sort", "expected"), [("", "-made"), ("name", "title"), ("-name", "-title"), ("password", "-made")]
)
def test_ordering_takes_only_known_names(sort: str, expected: str) -> None:
    request = RequestFactory().get("/", {"sort": sort})
    assert ordering(request, {"name": "title"}, default="-made") == expected

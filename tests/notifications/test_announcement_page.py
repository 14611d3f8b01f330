"""The page of announcements, for operators only (NTF-07)."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.notifications.models import Announcement
from apps.teams.models import Team

pytestmark = pytest.mark.django_db
PAGE = "/operate/announcements/"
GOOD = {"title": "Maintenance", "body": "Back at seven.", "priority": "20", "team": ""}


@pytest.mark.spec("NTF-07")
def test_operator_announces_to_everybody_or_one_team(
    operator: User, operator_client: Client, team: Team
) -> None:
    for wish in (GOOD, {**GOOD, "team": str(team.pk), "title_de": "Wartung", "priority": "30"}):
        assert operator_client.post(PAGE, wish)["Location"] == PAGE
    made = Announcement.objects.order_by("created_at").values_list(
        "title", "title_de", "team", "priority", "author"
    )
    assert list(made) == [
        ("Maintenance", "", None, 20, operator.pk),
        ("Maintenance", "Wartung", team.pk, 30, operator.pk),
    ]
    assert "Back at seven." not in operator_client.get(PAGE).content.decode()  # the list is short
    assert operator_client.get(PAGE).content.decode().count("Maintenance") >= 2


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"body": ""}, {"priority": "40"}, {"team": "0192f3c2-a1b2-7c33-8000-000000000000"}],
)
def test_wrong_announcement_is_refused_beside_its_field(
    operator_client: Client, wrong: dict[str, str]
) -> None:
    answer = operator_client.post(PAGE, {**GOOD, **wrong})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(wrong))
    assert Announcement.objects.count() == 0


def test_page_exists_for_operators_only(
    client: Client, alice_client: Client, operator_client: Client
) -> None:
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
    assert (alice_client.get(PAGE).status_code, alice_client.post(PAGE, GOOD).status_code) == (404, 404)
    assert operator_client.get(PAGE).status_code == 200


def test_list_takes_as_many_queries_for_three_as_for_one(
    operator: User, operator_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def make() -> None:
        Announcement.objects.create(title="Hello", body="words", author=operator)

    make()
    operator_client.get(PAGE)
    with django_assert_max_num_queries(14) as few:
        operator_client.get(PAGE)
    make(), make()
    with django_assert_max_num_queries(14) as many:
        operator_client.get(PAGE)
    assert len(many) == len(few)

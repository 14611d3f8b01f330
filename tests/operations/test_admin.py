"""The admin site: every table, for operators with their second factor, without secrets, in few queries."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.core.adminsite import ReadOnlyAdmin, is_secret
from apps.providers.models import ProviderKey
from apps.teams.models import Team
from tests.conftest import signed_in, signed_in_with_factor
from tests.factories import PASSWORD, TeamFactory
from tests.guards.estate import estate, make_key
from tests.guards.tree import check

pytestmark = pytest.mark.django_db

NOT_SHOWN = {
    "accounts.Session": "the key of a row is what a browser is signed in with, and would stand in its address"
}
MOST = 12  # queries of a list; reading it takes no more however long it is


def tables() -> list[type[models.Model]]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def address(model: type[models.Model], page: str, *arguments: Any) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=arguments)


def questions(client: Client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.spec("OPS-08")
def test_every_table_of_ours_is_there_and_nothing_else_can_be_added() -> None:
    from tests.guards.test_models import ours

    created = {model for model in ours() if model._meta.auto_created}
    missing = {model._meta.label for model in set(ours()) - created - set(tables())}
    check(missing, NOT_SHOWN)
    assert [model for model in tables() if not isinstance(admin.site._registry[model], ReadOnlyAdmin)] == []


@pytest.mark.spec("OPS-08")
def test_every_list_and_row_opens_in_a_constant_number_of_queries(operator_client: Client) -> None:
    """One test for all tables: their rows are made once."""
    estate(TeamFactory())
    operator_client.get(reverse("admin:index"))
    few = {model: len(questions(operator_client, address(model, "changelist"))) for model in tables()}
    for _ in range(2):
        estate(TeamFactory())
    many = {model: len(questions(operator_client, address(model, "changelist"))) for model in tables()}
    grew = {model._meta.label: (few[model], many[model]) for model in tables() if many[model] > few[model]}
    assert grew == {}
    assert {model._meta.label: count for model, count in many.items() if count > MOST} == {}
    for model in tables():
        row = model._base_manager.first()
        if row is not None:
            assert len(questions(operator_client, address(model, "change", row.pk))) <= 60, model
        assert operator_client.get(address(model, "add")).status_code == 403, model


@pytest.mark.spec("OPS-08")
@pytest.mark.spec("SEC-08")
def test_secrets_are_neither_shown_nor_read(operator_client: Client, team: Team) -> None:
    key = make_key(team)
    for page in (address(ProviderKey, "changelist"), address(ProviderKey, "change", key.pk)):
        with CaptureQueriesContext(connection) as captured:
            answer = operator_client.get(page)
        assert b"sk-nothing-real" not in answer.content
        assert [q["sql"] for q in captured.captured_queries if '"secret"' in q["sql"]] == []
    shown = {
        f"{model._meta.label}.{name}"
        for model in tables()
        for name in admin.site._registry[model].get_fields(None, None)
        if is_secret(model._meta.get_field(name))
    }
    assert shown == set()


@pytest.mark.spec("AUD-01")
def test_what_is_changed_here_stands_in_the_audit_record(operator_client: Client, operator: User) -> None:
    team = TeamFactory(name="Before")
    sent = {"name": "After", "language": "en", "time_zone": "UTC"}
    assert operator_client.post(address(Team, "change", team.pk), sent).status_code == 302
    team.refresh_from_db()
    assert team.name == "After"
    line = AuditRecord.objects.get(action="admin.change")
    assert (line.actor_id, line.after["id"], line.after["type"]) == (
        operator.pk,
        str(team.pk),
        "Teams | team",
    )


@pytest.mark.spec("TEM-04")
def test_nobody_gives_themselves_rights_here(operator_client: Client, operator: User) -> None:
    sent = {"display_name": "Olga", "language": "en", "time_zone": "UTC", "theme": "dark", "is_active": ""}
    operator_client.post(address(User, "change", operator.pk), {**sent, "is_staff": ""})
    operator.refresh_from_db()
    assert (operator.display_name, operator.is_staff, operator.is_active) == ("Olga", True, True)


@pytest.mark.spec("AUD-01")
def test_record_is_for_looking_only(operator_client: Client, team: Team) -> None:
    estate(team)
    row = AuditRecord.objects.first()
    assert row is not None
    assert operator_client.post(address(AuditRecord, "change", row.pk), {"action": "x"}).status_code == 403
    assert operator_client.post(address(AuditRecord, "delete", row.pk), {"post": "yes"}).status_code == 403
    sent = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    operator_client.post(address(AuditRecord, "changelist"), sent)
    assert AuditRecord.objects.filter(pk=row.pk).exists()


@pytest.mark.spec("ACC-06")
def test_door_opens_for_operators_with_their_factor_only(client: Client, operator: User, alice: User) -> None:
    page = address(Team, "changelist")
    assert client.get(page, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    assert signed_in(alice).get(page, follow=True).status_code == 404
    assert signed_in_with_factor(alice).get(page, follow=True).status_code == 404
    half = signed_in(operator).get(page, follow=True)
    assert half.request["PATH_INFO"] == reverse("accounts:security")
    assert signed_in_with_factor(operator).get(page).status_code == 200


def test_password_is_changed_on_the_product_s_page_only(operator_client: Client, operator: User) -> None:
    """There it is told by mail, stands on record and signs other devices out; Django's own page does none of it."""
    words = {
        "old_password": PASSWORD,
        "new_password1": "eleven brass trumpets",
        "new_password2": "eleven brass trumpets",
    }
    answer = operator_client.post("/admin/password_change/", words)
    assert (answer.status_code, answer.get("Location")) == (302, "/accounts/password/change/")
    operator.refresh_from_db()
    assert operator.check_password(PASSWORD)

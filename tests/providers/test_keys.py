"""Keys are proved before they are kept, encrypted at rest, and gone when they are deleted (PRV-02, P-A05, P-C07)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.audit.models import AuditRecord
from apps.core import http, vault
from apps.core.rotation import reseal
from apps.events.models import Event
from apps.providers.errors import ProviderError
from apps.providers.jobs import purge_deleted_keys
from apps.providers.models import ProviderKey, hint_of
from apps.providers.services import (
    KeyWishes,
    add_key,
    change_key,
    check_key,
    delete_key,
    purge_deleted,
    restore_key,
    switch_key,
)
from tests.core.http_loopback import nothing, status
from tests.providers.conftest import SECRET

MODELS = ("GET", "/models")
GOOD = status(200, {"data": [{"id": "gpt-4.1-mini"}, {"id": "other"}]})

pytestmark = pytest.mark.django_db


def wishes(server, **more) -> KeyWishes:
    return KeyWishes(
        **{"secret": SECRET, "base_address": server.url, "options": {"model": "gpt-4.1-mini"}, **more}
    )


@pytest.fixture
def key(server, team, alice) -> ProviderKey:
    server.on(*MODELS, GOOD)
    return add_key(team=team, slug="openai_compatible", wishes=wishes(server), actor=alice)


@pytest.mark.spec("PRV-02")
def test_a_key_that_works_is_kept_with_what_the_check_found(server, key, team):
    assert server.asked[0].headers["authorization"] == f"Bearer {SECRET}"
    stored = ProviderKey.objects.get()
    assert (stored.team, stored.label, stored.secret, stored.hint) == (
        team,
        "OpenAI or compatible",
        SECRET,
        "3f9a",
    )
    assert (stored.masked, stored.state) == ("••••3f9a", "ready")
    assert stored.check_result == "The key works. gpt-4.1-mini is ready."
    assert stored.facts == {"models": ["gpt-4.1-mini", "other"]}
    assert stored.checked_at is not None


@pytest.mark.spec("PRV-02")
@pytest.mark.parametrize(
    ("answer", "kind"),
    [(status(401), http.AuthExpired), (status(500), http.Unavailable), (nothing, http.Unavailable)],
)
def test_a_key_that_does_not_work_is_not_kept(answer, kind, server, team, alice):
    server.on(*MODELS, answer)
    with pytest.raises(kind):
        add_key(team=team, slug="openai_compatible", wishes=wishes(server), actor=alice)
    assert not ProviderKey.objects.exists()


def test_a_required_secret_is_asked_for(team, alice):
    with pytest.raises(ProviderError, match="Enter the api key") as caught:
        add_key(team=team, slug="pexels", wishes=KeyWishes(), actor=alice)
    assert caught.value.field == "secret"


def test_only_known_options_are_kept(server, team, alice):
    server.on(*MODELS, GOOD)
    key = add_key(
        team=team,
        slug="openai_compatible",
        wishes=wishes(server, options={"model": "other", "is_admin": "1", "input_price": ""}),
        actor=alice,
    )
    assert key.options == {"model": "other"}


def raw_secret(key: ProviderKey) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM providers_providerkey WHERE id = %s", [key.pk])
        return str(cursor.fetchone()[0])


@pytest.mark.spec("P-A05", "P-C07")
def test_the_database_holds_no_plain_secret_also_across_rotation(key):
    first = raw_secret(key)
    assert SECRET not in first
    vault.add_data_key()
    assert ProviderKey.objects.get().secret == SECRET
    assert reseal(ProviderKey).rows == 1
    second = raw_secret(key)
    assert second != first
    assert SECRET not in second
    assert ProviderKey.objects.get().secret == SECRET


@pytest.mark.spec("P-A05")
@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(
    secret=st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=200
    )
)
def test_any_secret_is_encrypted_and_read_back(secret, team):
    key = ProviderKey.objects.create(team=team, provider="pexels", secret=secret, hint=hint_of(secret))
    raw = raw_secret(key)
    assert raw != secret
    assert len(secret) < 4 or secret not in raw
    assert ProviderKey.objects.get(pk=key.pk).secret == secret
    assert len(key.hint) * 4 <= len(secret)


@pytest.mark.spec("P-C07")
def test_no_row_of_any_table_holds_the_secret(key, alice):
    check_key(key=key, actor=alice)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s', [f"%{SECRET}%"])
            assert cursor.fetchone()[0] == 0, table
    assert AuditRecord.objects.filter(action__startswith="provider.key_").count() == 2
    assert SECRET not in repr(wishes_of(key))


def wishes_of(key: ProviderKey) -> KeyWishes:
    return KeyWishes(secret=key.secret)


def test_changing_keeps_the_secret_that_is_not_entered_again(server, key, alice):
    change_key(
        key=key, wishes=wishes(server, secret="", label="Ours", options={"model": "other"}), actor=alice
    )
    stored = ProviderKey.objects.get()
    assert (stored.secret, stored.label, stored.options) == (SECRET, "Ours", {"model": "other"})


def test_a_change_that_does_not_work_is_not_kept(server, key, alice):
    server.on(*MODELS, status(401))
    with pytest.raises(http.AuthExpired):
        change_key(key=key, wishes=wishes(server, secret="wrong-wrong-wrong"), actor=alice)
    assert ProviderKey.objects.get().secret == SECRET


def test_a_stored_secret_is_never_sent_to_another_address(server, key, alice):
    asked = len(server.asked)
    with pytest.raises(ProviderError, match="the address has changed") as caught:
        change_key(
            key=key, wishes=wishes(server, secret="", base_address="https://evil.example"), actor=alice
        )
    assert caught.value.field == "secret"
    assert len(server.asked) == asked


@pytest.mark.spec("PRV-02")
def test_checking_again_breaks_and_mends_the_key(server, key, alice):
    server.on(*MODELS, status(401, {"error": {"message": "revoked"}}))
    check_key(key=key, actor=alice)
    stored = ProviderKey.objects.get()
    assert stored.state == "broken"
    assert "revoked" in stored.check_result
    assert stored.last_error == stored.check_result
    server.on(*MODELS, GOOD)
    check_key(key=stored, actor=alice)
    stored.refresh_from_db()
    assert (stored.state, stored.last_error) == ("ready", "")


def test_a_check_during_an_outage_does_not_break_the_key(server, key, alice):
    server.on(*MODELS, status(503))
    check_key(key=key, actor=alice)
    assert ProviderKey.objects.get().state == "ready"


@pytest.mark.spec("PRV-02")
def test_a_key_is_switched_off_and_on(key, alice):
    switch_key(key=key, enabled=False, actor=alice)
    assert ProviderKey.objects.get().state == "off"
    switch_key(key=key, enabled=True, actor=alice)
    assert ProviderKey.objects.get().state == "ready"


@pytest.mark.spec("PRV-02")
def test_a_deleted_key_can_be_brought_back_until_it_is_wiped_out(key, alice, team):
    delete_key(key=key, actor=alice)
    assert not ProviderKey.objects.in_team(team).kept().exists()
    assert purge_deleted() == 0
    restore_key(key=key, actor=alice)
    assert ProviderKey.objects.in_team(team).kept().get() == key
    delete_key(key=key, actor=alice)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        purge_deleted_keys()
    assert not ProviderKey.objects.exists()


def test_every_change_is_recorded_and_told(key, alice):
    switch_key(key=key, enabled=False, actor=alice)
    delete_key(key=key, actor=alice)
    actions = list(AuditRecord.objects.order_by("number").values_list("action", flat=True))
    assert [action for action in actions if action.startswith("provider.")] == [
        "provider.key_add",
        "provider.key_switch",
        "provider.key_delete",
    ]
    states = list(
        Event.objects.filter(type="provider.key_changed").order_by("id").values_list("data__state", flat=True)
    )
    assert states == ["ready", "off", "deleted"]


@pytest.mark.parametrize(
    ("secret", "hint"), [("", ""), ("abc", ""), ("abcd", "d"), ("abcdefgh", "gh"), (SECRET, "3f9a")]
)
def test_a_hint_shows_at_most_a_quarter(secret, hint):
    assert hint_of(secret) == hint

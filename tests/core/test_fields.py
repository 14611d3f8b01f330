"""Secrets in the database: encrypted, bound to their row, readable across rotations, never found by searching."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, models, transaction
from django.db.models import CharField
from django.db.models.functions import Cast
from django.test import override_settings
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import vault
from apps.core.fields import EncryptedTextField, SecretUnreadable
from apps.core.ids import new_id
from apps.core.models import DataKey
from apps.core.rotation import reseal
from tests.concurrency import at_once

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
# What PostgreSQL can store as text, and people can have as a secret.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
SLOWLY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, type[models.Model]]]:
    """Two tables of their own: one whose ids we give, one whose ids the database gives."""
    with isolate_apps("apps.core"):

        class Safe(models.Model):
            id = models.UUIDField(primary_key=True, default=new_id)
            token = EncryptedTextField()
            spare = EncryptedTextField(null=True)

            class Meta:
                app_label = "core"

            def __str__(self) -> str:
                return str(self.pk)

        class Numbered(models.Model):
            token = EncryptedTextField()

            class Meta:
                app_label = "core"

            def __str__(self) -> str:
                return str(self.pk)

    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Safe)
            editor.create_model(Numbered)
        yield {"safe": Safe, "numbered": Numbered}
        with connection.schema_editor() as editor:
            editor.delete_model(Safe)
            editor.delete_model(Numbered)


@pytest.fixture
def safe(tables: dict[str, Any]) -> Any:
    return tables["safe"]


@pytest.fixture
def numbered(tables: dict[str, Any]) -> Any:
    return tables["numbered"]


def stored(row: models.Model, column: str = "token") -> str:
    rows = type(row)._base_manager.filter(pk=row.pk)
    return str(rows.values_list(Cast(column, CharField()), flat=True).get())


def put(row: models.Model, text: str, column: str = "token") -> None:
    """Write the column as somebody with the database's password would."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [text, row.pk])


@pytest.mark.spec("P-A05", "P-C07")
@pytest.mark.django_db
@SLOWLY
@given(text=TEXTS)
def test_stored_secret_never_holds_its_text_and_comes_back_as_it(safe: Any, text: str) -> None:
    row = safe.objects.create(token=text)
    raw = stored(row)
    assert (raw == text) is (text == "")  # which is no secret
    assert len(text) < 4 or text not in raw
    assert safe.objects.get(pk=row.pk).token == text


@pytest.mark.spec("P-A05", "P-C07", "SEC-01")
@pytest.mark.django_db
@SLOWLY
@given(texts=st.lists(TEXTS, min_size=1, max_size=5), batch=st.integers(1, 3))
def test_secrets_come_back_across_a_rotation_and_need_the_old_key_no_more(
    safe: Any, texts: list[str], batch: int
) -> None:
    safe.objects.all().delete()
    made = [safe.objects.create(token=text, spare=text[::-1]) for text in texts]
    before, old = [stored(row) for row in made], vault.newest_key_id()
    vault.add_data_key()
    assert [row.token for row in safe.objects.order_by("pk")] == texts
    assert (reseal(safe, batch=batch).rows, reseal(safe).rows) == (sum(map(bool, texts)), 0)
    DataKey.objects.filter(pk=old).delete()
    vault.forget_unwrapped()
    rows = list(safe.objects.order_by("pk"))
    assert [(row.token, row.spare) for row in rows] == [(text, text[::-1]) for text in texts]
    assert set(before) & {stored(row) for row in rows} <= {""}


@pytest.mark.spec("SEC-01")
@pytest.mark.django_db
def test_secrets_from_before_there_were_data_keys_are_read_and_become_sealed(safe: Any) -> None:
    row = safe.objects.create(token="now", spare=None)
    with override_settings(SECRET_KEYS_FERNET=[NEW, OLD]):
        put(row, Fernet(OLD).encrypt(b"long ago").decode())
        assert safe.objects.get(pk=row.pk).token == "long ago"
        assert reseal(safe).rows == 1
    assert stored(row).startswith(f"r1.{vault.newest_key_id()}.")
    assert safe.objects.get(pk=row.pk).token == "long ago"


@pytest.mark.django_db
def test_older_secret_whose_key_is_gone_says_which_setting_it_misses(safe: Any) -> None:
    row = safe.objects.create(token="now")
    put(row, Fernet(OLD).encrypt(b"long ago").decode())
    for keys in ([OTHER], []):
        with (
            override_settings(SECRET_KEYS_FERNET=keys),
            pytest.raises(SecretUnreadable, match="no key of SECRET_KEYS_FERNET opens it"),
        ):
            _ = safe.objects.get(pk=row.pk).token


@pytest.mark.spec("SEC-01")
@pytest.mark.django_db
def test_secret_that_was_moved_to_another_row_or_field_opens_no_more(safe: Any) -> None:
    alices, mallorys = safe.objects.create(token="alice's", spare="x"), safe.objects.create(token="mallory's")
    put(mallorys, stored(alices))
    put(alices, stored(alices), "spare")
    with pytest.raises(SecretUnreadable, match=r"core\.safe\.token: .* belongs to another row"):
        _ = safe.objects.get(pk=mallorys.pk).token
    with pytest.raises(SecretUnreadable, match=r"core\.safe\.spare: .* belongs to another row"):
        _ = safe.objects.get(pk=alices.pk).spare


@pytest.mark.spec("SEC-01")
@pytest.mark.django_db
@SLOWLY
@given(data=st.data(), text=TEXTS)
def test_secret_of_which_any_character_was_changed_opens_no_more(safe: Any, data: Any, text: str) -> None:
    row = safe.objects.create(token=f"x{text}")
    raw = stored(row)
    at = data.draw(st.integers(0, len(raw) - 1))
    other = data.draw(st.sampled_from("abcxyzABCXYZ0189-_.=").filter(lambda c: c != raw[at]))
    put(row, raw[:at] + other + raw[at + 1 :])
    try:
        found = safe.objects.get(pk=row.pk).token
    except SecretUnreadable:
        return
    # Base64 has spare bits in its last letter; what they say is nothing.
    assert (found, raw[at + 1 :].strip("=")) == (f"x{text}", "")


@pytest.mark.parametrize(
    "nonsense", ["hush", "r1.", "r1.x.y", "r1.99999999.AAAA", "f1.1", "gAAAAx", "r2.1.AAAA"]
)
@pytest.mark.django_db
def test_what_is_no_sealed_secret_is_said_and_not_shown(safe: Any, nonsense: str) -> None:
    row = safe.objects.create(token="a")
    put(row, nonsense)
    with pytest.raises(SecretUnreadable) as caught:
        _ = safe.objects.get(pk=row.pk).token
    assert nonsense not in str(caught.value)


@pytest.mark.django_db
def test_row_whose_id_the_database_gives_is_bound_to_it_too(numbered: Any) -> None:
    first, second = (numbered.objects.create(token=text) for text in ("first", "second"))
    assert [row.token for row in numbered.objects.order_by("pk")] == ["first", "second"]
    put(second, stored(first))
    with pytest.raises(SecretUnreadable):
        _ = numbered.objects.get(pk=second.pk).token


@pytest.mark.django_db
def test_rows_made_at_once_are_bound_by_the_next_rotation(numbered: Any, safe: Any) -> None:
    numbered.objects.bulk_create([numbered(token="a"), numbered(token="b")])
    safe.objects.bulk_create([safe(token="c")])
    assert [row.token for row in numbered.objects.order_by("pk")] == ["a", "b"]
    assert (reseal(numbered).rows, reseal(numbered).rows, reseal(safe).rows) == (2, 0, 0)
    assert [row.token for row in numbered.objects.order_by("pk")] == ["a", "b"]


@pytest.mark.django_db
def test_reseal_keeps_what_is_empty(safe: Any) -> None:
    row = safe.objects.create(token="", spare=None)
    vault.add_data_key()
    reseal(safe)
    row.refresh_from_db()
    assert (row.token, row.spare) == ("", None)


@pytest.mark.django_db
def test_reseal_goes_on_after_a_secret_that_no_key_opens_and_names_it(safe: Any) -> None:
    broken, whole = safe.objects.create(token="a"), safe.objects.create(token="b")
    put(broken, "r1.987654321.AAAA")
    vault.add_data_key()
    done = reseal(safe, batch=1)
    assert (done.rows, len(done.unreadable)) == (1, 1)
    assert done.unreadable[0].startswith(f"core.safe.token of {broken.pk}: The data key 987654321 is not")
    assert safe.objects.get(pk=whole.pk).token == "b"


@pytest.mark.django_db(transaction=True)
def test_reseal_waits_for_a_secret_that_is_being_changed_and_keeps_the_new_one(safe: Any) -> None:
    row = safe.objects.create(token="first")
    vault.add_data_key()

    def change() -> None:
        with transaction.atomic():
            locked = safe.objects.select_for_update().get(pk=row.pk)
            locked.token = "second"
            locked.save()

    work = [change, lambda: reseal(safe)]
    at_once(2, lambda: work.pop()())
    row.refresh_from_db()
    assert row.token == "second"
    safe.objects.all().delete()


@pytest.mark.django_db
def test_equal_secrets_are_stored_differently(safe: Any) -> None:
    assert len({stored(safe.objects.create(token="same")) for _ in range(2)}) == 2


@pytest.mark.parametrize("lookup", ["token", "token__contains", "token__in", "token__gt", "token__icontains"])
def test_search_by_a_secret_is_refused(safe: Any, lookup: str) -> None:
    with pytest.raises(FieldError, match="can't be searched"):
        safe.objects.filter(**{lookup: "hush"})


@pytest.mark.django_db
def test_secret_is_never_written_past_its_row(safe: Any) -> None:
    row = safe.objects.create(token="a")
    with pytest.raises(FieldError, match="set it on the object"):
        safe.objects.filter(pk=row.pk).update(token="hush")
    row.token = "hush"
    with pytest.raises(FieldError, match="set it on the object"):
        safe.objects.bulk_update([row], ["token"])


@pytest.mark.django_db
def test_lists_open_no_secret_and_show_none(safe: Any) -> None:
    row = safe.objects.create(token="hush-hush", spare="hush-hush")
    listed = safe.objects.get(pk=row.pk)
    assert "hush" not in repr(listed.__dict__)
    (values,) = safe.objects.filter(pk=row.pk).values("token")
    assert (repr(values["token"]), safe.objects.defer("token").get(pk=row.pk).token) == (
        "Sealed()",
        "hush-hush",
    )


@pytest.mark.django_db
def test_copy_of_a_row_is_sealed_for_itself(safe: Any) -> None:
    row = safe.objects.create(token="a")
    copy = safe.objects.create(token=row.token)
    assert safe.objects.get(pk=copy.pk).token == "a"


@pytest.mark.django_db
def test_search_for_a_missing_secret_works(safe: Any) -> None:
    row = safe.objects.create(token="a", spare=None)
    safe.objects.create(token="b", spare="c")
    assert list(safe.objects.filter(spare__isnull=True)) == [row]


@pytest.mark.spec("P-C07")
@pytest.mark.django_db
@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("fresh", [True, False])
def test_exported_rows_hold_no_secret(safe: Any, form: str, fresh: bool) -> None:
    row = safe.objects.create(token="hush-hush", spare=None)
    sink = StringIO()
    serializers.serialize(form, [row if fresh else safe.objects.get(pk=row.pk)], stream=sink)
    assert ("hush" in sink.getvalue(), f"r1.{vault.newest_key_id()}." in sink.getvalue()) == (False, True)

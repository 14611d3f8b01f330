"""Secrets in the database: encrypted, readable across rotations, never found by searching (P-A05, P-C07)."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, models, transaction
from django.test import override_settings
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.fields import EncryptedTextField, SecretUnreadable, rotate
from tests.concurrency import at_once

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
# What PostgreSQL can store as text, and people can have as a secret.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


def keys(*values: str) -> override_settings:
    return override_settings(SECRET_KEYS_FERNET=list(values))


@pytest.fixture(scope="module")
def secrets_model(django_db_setup: None, django_db_blocker: Any) -> Iterator[type[models.Model]]:
    """A table of its own with two secrets a row."""
    with isolate_apps("apps.core"):

        class Safe(models.Model):
            token = EncryptedTextField()
            spare = EncryptedTextField(null=True)

            class Meta:
                app_label = "core"

            def __str__(self) -> str:
                return str(self.pk)

    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Safe)
        yield Safe
        with connection.schema_editor() as editor:
            editor.delete_model(Safe)


def stored(model: type[models.Model], pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT token FROM {model._meta.db_table} WHERE id = %s", [pk])
        return str(cursor.fetchone()[0])


@pytest.mark.spec("P-A05", "P-C07")
@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_stored_secret_never_holds_its_text_and_comes_back_as_it(secrets_model: Any, text: str) -> None:
    row = secrets_model.objects.create(token=text)
    raw = stored(secrets_model, row.pk)
    assert raw != text
    assert len(text) < 4 or text not in raw
    assert secrets_model.objects.get(pk=row.pk).token == text


@pytest.mark.spec("P-A05", "P-C07")
@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=5), batch=st.integers(1, 3))
def test_secrets_come_back_across_a_rotation_and_need_the_old_key_no_more(
    secrets_model: Any, texts: list[str], batch: int
) -> None:
    with keys(OLD):
        secrets_model.objects.all().delete()
        made = [secrets_model.objects.create(token=text, spare=text[::-1]) for text in texts]
        before = [stored(secrets_model, row.pk) for row in made]
    with keys(NEW, OLD):
        assert [row.token for row in secrets_model.objects.order_by("pk")] == texts
        assert rotate(secrets_model, batch=batch) == len(texts)
    with keys(NEW):
        rows = list(secrets_model.objects.order_by("pk"))
        assert [(row.token, row.spare) for row in rows] == [(text, text[::-1]) for text in texts]
        assert not set(before) & {stored(secrets_model, row.pk) for row in rows}


@pytest.mark.django_db
def test_rotate_keeps_what_is_empty(secrets_model: Any) -> None:
    row = secrets_model.objects.create(token="", spare=None)
    rotate(secrets_model)
    row.refresh_from_db()
    assert (row.token, row.spare) == ("", None)


@pytest.mark.django_db(transaction=True)
def test_rotate_waits_for_a_secret_that_is_being_changed_and_keeps_the_new_one(secrets_model: Any) -> None:
    row = secrets_model.objects.create(token="first")

    def change() -> None:
        with transaction.atomic():
            locked = secrets_model.objects.select_for_update().get(pk=row.pk)
            locked.token = "second"
            locked.save()

    work = [change, lambda: rotate(secrets_model)]
    at_once(2, lambda: work.pop()())
    row.refresh_from_db()
    assert row.token == "second"
    secrets_model.objects.all().delete()


@pytest.mark.django_db
def test_secret_of_a_key_that_is_gone_is_named_not_shown(secrets_model: Any) -> None:
    with keys(OLD):
        row = secrets_model.objects.create(token="hush")
    with keys(OTHER), pytest.raises(SecretUnreadable, match=r"^Safe\.token: no configured key opens it$"):
        secrets_model.objects.get(pk=row.pk)


@pytest.mark.django_db
def test_equal_secrets_are_stored_differently(secrets_model: Any) -> None:
    rows = [secrets_model.objects.create(token="same") for _ in range(2)]
    assert len({stored(secrets_model, row.pk) for row in rows}) == 2


@pytest.mark.parametrize("lookup", ["token", "token__contains", "token__in", "token__gt", "token__icontains"])
def test_search_by_a_secret_is_refused(secrets_model: Any, lookup: str) -> None:
    with pytest.raises(FieldError, match="can't be searched"):
        secrets_model.objects.filter(**{lookup: "hush"})


@pytest.mark.django_db
def test_search_for_a_missing_secret_works(secrets_model: Any) -> None:
    row = secrets_model.objects.create(token="a", spare=None)
    secrets_model.objects.create(token="b", spare="c")
    assert list(secrets_model.objects.filter(spare__isnull=True)) == [row]


@pytest.mark.spec("P-C07")
@pytest.mark.django_db
@pytest.mark.parametrize("form", ["json", "xml"])
def test_exported_rows_hold_no_secret(secrets_model: Any, form: str) -> None:
    row = secrets_model.objects.create(token="hush-hush", spare=None)
    sink = StringIO()
    serializers.serialize(form, [row], stream=sink)
    assert ("hush" in sink.getvalue(), "gAAAA" in sink.getvalue()) == (False, True)


def test_without_keys_nothing_is_stored(secrets_model: Any) -> None:
    with keys(), pytest.raises(ImproperlyConfigured, match="SECRET_KEYS_FERNET is empty"):
        secrets_model._meta.get_field("token").get_prep_value("hush")

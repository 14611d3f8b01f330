"""Records of processing: every table with personal data has a purpose, and who signed up has agreed (SEC-09)."""

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test import Client

from apps.accounts.models import User
from apps.security.models import Consent
from apps.security.purposes import NOTICE, PURPOSES
from apps.security.services import note_consent
from tests.guards.tree import check

NO_PERSON = {
    "admin.LogEntry": "Django's own copy of what the audit record holds of the admin",
}


def personal(model: type[models.Model]) -> bool:
    """Whether a row names a person: it is one, points at one, or holds an e-mail or network address."""
    return model is User or any(
        (isinstance(field, models.ForeignKey) and field.related_model is User)
        or isinstance(field, models.EmailField | models.GenericIPAddressField)
        for field in model._meta.local_fields
    )


@pytest.mark.spec("SEC-09")
def test_every_table_with_personal_data_stands_under_a_purpose() -> None:
    listed = {label for purpose in PURPOSES for label in purpose.tables}
    found = {
        model._meta.label for model in apps.get_models(include_auto_created=True) if personal(model)
    } - listed
    check({label for label in found if not label.startswith("accounts.User_")}, NO_PERSON)
    for label in listed:
        apps.get_model(label)


@pytest.mark.spec("SEC-09")
@pytest.mark.django_db
def test_who_signs_up_agrees_to_the_notice_as_it_stands(client: Client) -> None:
    answer = client.post(
        "/accounts/signup/",
        {
            "email": "new@example.com",
            "password1": "correct horse battery",
            "display_name": "New",
            "birth_date": "1990-02-28",
        },
    )
    assert answer.status_code == 302
    consent = Consent.objects.get()
    assert (consent.person.email, consent.notice, consent.address) == ("new@example.com", NOTICE, "127.0.0.1")


@pytest.mark.django_db
def test_agreeing_again_is_no_second_consent(alice: Any) -> None:
    assert note_consent(person=alice, address=None) == note_consent(person=alice, address="192.0.2.1")


@pytest.mark.spec("SEC-09")
@pytest.mark.django_db
def test_report_names_purposes_retention_rows_and_consents(alice: Any) -> None:
    note_consent(person=alice)
    out = StringIO()
    call_command("privacy_report", stdout=out)
    for purpose in PURPOSES:
        assert f"## {purpose.title}" in out.getvalue()
    assert "Rows: accounts.User 1" in out.getvalue()
    assert f"1 of {User.objects.count()} people agreed" in out.getvalue()


@pytest.mark.spec("SEC-09")
@pytest.mark.django_db
def test_anybody_can_read_what_is_kept_and_why(client: Client) -> None:
    page = client.get("/privacy/")
    assert page.status_code == 200
    for purpose in PURPOSES:
        assert purpose.kept in page.content.decode().replace("&#x27;", "'")

"""What the product expects of its PostgreSQL."""

import pytest
from django.db import connection

from tests.factories import UserFactory


@pytest.mark.django_db
def test_parallel_workers_can_answer() -> None:
    """They start with the server's settings; one that is misspelt stops them, and with them every large query."""
    UserFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL debug_parallel_query = on")
        cursor.execute("SELECT count(*) FROM accounts_user")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_upper_and_lower_case_of_every_script_are_known() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT upper('straße und çığ άλφα жук')")
        assert cursor.fetchone()[0].endswith("ΆΛΦΑ ЖУК")

"""What the tests' database begins with, and what a committed test leaves for the next one.

It is the database of the migrations, with the ids that caches hold.
"""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import TransactionTestCase

from apps.audit.services import record
from apps.core.models import DataKey
from apps.teams.models import Membership
from tests import migrated
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def end_of_a_test() -> None:
    TransactionTestCase("run")._fixture_teardown()


def contents() -> dict[str, list[Any]]:
    """All rows of all tables."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT row_to_json(whole_row)::text AS line FROM "{table}" AS whole_row ORDER BY line'
            )
            found[table] = cursor.fetchall()
    return found


def test_all_rows_are_those_of_the_migrations() -> None:
    first = contents()
    assert first["django_content_type"]
    assert first["auth_permission"]
    assert first["core_datakey"]
    membership = MembershipFactory()
    record("team.rename", team=membership.team, actor=membership.user, target=membership.team)
    DataKey.objects.all().delete()
    Permission.objects.all().delete()
    ContentType.objects.filter(app_label="teams").update(app_label="changed")
    assert contents() != first
    end_of_a_test()
    assert contents() == first


def test_an_id_that_was_kept_in_memory_holds() -> None:
    kept = ContentType.objects.get_for_model(Membership).pk
    MembershipFactory()
    end_of_a_test()
    line = LogEntry.objects.create(
        user=UserFactory(), content_type_id=kept, object_id="7", action_flag=CHANGE, object_repr="x"
    )
    assert line.content_type == ContentType.objects.get(app_label="teams", model="membership")


def test_the_database_is_a_copy_of_one_with_exactly_these_migrations() -> None:
    assert connection.settings_dict["TEST"]["TEMPLATE"] == migrated.template() in migrated._kept()
    files = [file for file in migrated.migration_files() if file.stem[0].isdigit()]
    assert len(files) == MigrationRecorder(connection).migration_qs.count() > 50


@pytest.mark.parametrize(
    ("name", "operations", "same"),
    [("0001_a.py", "[1]", True), ("0001_b.py", "[1]", False), ("0001_a.py", "[2]", False)],
)
def test_another_migration_asks_for_another_database(
    name: str, operations: str, same: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrated, "migration_files", lambda: sorted(tmp_path.iterdir()))
    (tmp_path / "0001_a.py").write_text("operations = [1]")
    before = migrated.fingerprint()
    (tmp_path / "0001_a.py").rename(tmp_path / name).write_text(f"operations = {operations}")
    assert (migrated.fingerprint() == before) is same

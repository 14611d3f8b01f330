"""The audit record: append-only, chained, sealed; a command names the first break (AUD-01, AUD-03)."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.audit import services
from apps.audit.models import AuditHead, AuditRecord
from apps.audit.services import Break, record, verify
from apps.core.correlation import correlated
from apps.teams.models import Team
from tests.concurrency import at_once
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(team: Team, alice: User) -> str:
    """Five lines of the team's chain."""
    for number in range(1, 6):
        record("test.act", team=team, actor=alice, target=team, after={"number": number})
    return str(team.pk)


def tamper(sql: str, *values: Any) -> None:
    """What somebody with the keys of the database could do: the triggers off, then anything."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.spec("AUD-01")
def test_record_says_who_did_what_to_what_when_and_under_which_id(team: Team, alice: User) -> None:
    before = datetime.now(UTC)
    with correlated("0123456789"):
        line = record(
            "member.role",
            team=team,
            actor=alice,
            target=team,
            before={"role": "viewer"},
            after={"role": "editor"},
            address="203.0.113.9",
        )
    line.refresh_from_db()
    shown = {
        name: getattr(line, name) for name in ("team", "actor", "actor_name", "action", "address", "number")
    }
    assert shown == {
        "team": team,
        "actor": alice,
        "actor_name": "Alice Archer",
        "action": "member.role",
        "address": "203.0.113.9",
        "number": 1,
    }
    assert (line.target_type, line.target_id, line.target_name) == (
        "teams.Team",
        str(team.pk),
        "Morning Show",
    )
    assert (line.before, line.after, line.correlation_id) == (
        {"role": "viewer"},
        {"role": "editor"},
        "0123456789",
    )
    assert before <= line.at <= datetime.now(UTC)


def test_record_stays_when_its_actor_and_team_are_gone(team: Team, alice: User, chain: str) -> None:
    alice.delete()
    team.delete()
    assert (AuditRecord.objects.count(), verify(chain)) == (5, None)
    assert AuditRecord.objects.first().actor_name == "Alice Archer"  # type: ignore[union-attr]


@pytest.mark.spec("AUD-01")
def test_record_is_undone_with_the_transaction_that_wrote_it(team: Team, chain: str) -> None:
    sid = transaction.savepoint()
    record("test.undone", team=team)
    transaction.savepoint_rollback(sid)
    record("test.done", team=team)
    assert (AuditRecord.objects.get(number=6).action, verify(chain)) == ("test.done", None)


@pytest.mark.spec("AUD-01")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditrecord SET action = 'x' WHERE number = 1",
        "DELETE FROM audit_auditrecord WHERE number = 5",
        "UPDATE audit_audithead SET number = 4",
        "UPDATE audit_audithead SET chain = 'x'",
        "DELETE FROM audit_audithead",
    ],
)
def test_database_refuses_to_change_or_remove_lines_and_ends(chain: str, sql: str) -> None:
    with pytest.raises(DatabaseError, match=r"append-only|only moves on"), transaction.atomic():
        connection.cursor().execute(sql)
    assert verify(chain) is None


@pytest.mark.spec("AUD-03")
def test_each_line_carries_the_hash_of_the_one_before(chain: str) -> None:
    hashes = list(AuditRecord.objects.order_by("number").values_list("previous_hash", "hash"))
    assert [previous for previous, _ in hashes[1:]] == [own for _, own in hashes[:-1]]
    assert hashes[0][0] == "0" * 64
    assert verify(chain) is None


@pytest.mark.spec("AUD-03")
@pytest.mark.parametrize(
    ("sql", "number", "reason"),
    [
        ("DELETE FROM audit_auditrecord WHERE number = 1", 1, "is missing"),
        ("DELETE FROM audit_auditrecord WHERE number IN (3, 4)", 3, "is missing"),
        ("DELETE FROM audit_auditrecord WHERE number = 5", 5, "is missing"),
        ("DELETE FROM audit_auditrecord", 1, "is missing"),
        (
            "UPDATE audit_auditrecord SET actor_name = 'Bob' WHERE number = 3",
            3,
            "was changed after it was written",
        ),
        (
            "UPDATE audit_auditrecord SET after = '{\"number\": 9}' WHERE number = 2",
            2,
            "was changed after it was written",
        ),
        (
            "UPDATE audit_auditrecord SET at = at + interval '1 day' WHERE number = 4",
            4,
            "was changed after it was written",
        ),
        (
            "UPDATE audit_auditrecord SET address = '198.51.100.1' WHERE number = 4",
            4,
            "was changed after it was written",
        ),
        (
            "UPDATE audit_auditrecord SET previous_hash = repeat('f', 64) WHERE number = 4",
            4,
            "does not follow the line before it",
        ),
        ("UPDATE audit_audithead SET number = 4", 5, "was added behind the sealed end of the chain"),
        (
            "UPDATE audit_audithead SET hash = repeat('f', 64)",
            5,
            "is not the line that the sealed end of the chain names",
        ),
        (
            "UPDATE audit_audithead SET seal = 'forged'",
            5,
            "is the last, but the end of the chain was not sealed with this SECRET_KEY",
        ),
        ("DELETE FROM audit_audithead", 5, "is the last, but the sealed end of the chain is gone"),
    ],
)
def test_verify_names_the_first_break(chain: str, sql: str, number: int, reason: str) -> None:
    tamper(sql)
    assert verify(chain) == Break(chain, number, reason)


@pytest.mark.spec("AUD-03")
def test_chain_that_was_written_anew_with_right_hashes_is_found_by_its_seal(chain: str) -> None:
    """Somebody changes a line, and every hash after it, and the end: only the key they lack."""
    previous = "0" * 64
    for line in AuditRecord.objects.order_by("number"):
        line.actor_name, line.previous_hash = "Nobody", previous
        previous = line.expected_hash()
        tamper(
            "UPDATE audit_auditrecord SET actor_name = 'Nobody', previous_hash = %s, hash = %s WHERE id = %s",
            line.previous_hash,
            previous,
            line.pk,
        )
    tamper("UPDATE audit_audithead SET hash = %s", previous)
    found = verify(chain)
    assert found is not None
    assert (found.number, "not sealed with this SECRET_KEY" in found.reason) == (5, True)


def test_seal_holds_across_a_rotation_of_the_key(chain: str) -> None:
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
        assert verify(chain) is not None
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=["tests-only"]):
        assert verify(chain) is None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.uuids()
    | st.datetimes()
    | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=8,
)


@pytest.mark.spec("AUD-03")
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.dictionaries(st.text(), JSON), name=st.text(max_size=300))
def test_whatever_is_recorded_comes_back_with_the_same_hash(
    team: Team, alice: User, before: dict[str, Any], name: str
) -> None:
    alice.display_name = name
    team.name = name
    record("test.any", team=team, actor=alice, target=team, before=before)
    assert verify(str(team.pk)) is None


def test_values_that_json_does_not_know_are_kept_as_text(team: Team) -> None:
    line = record("test.any", team=team, after={"id": UUID(int=1), "share": 0.5, "tags": {"a"}, 3: True})
    line.refresh_from_db()
    assert line.after == {"id": str(UUID(int=1)), "share": "0.5", "tags": ["a"], "3": True}


@pytest.mark.spec("AUD-03")
@pytest.mark.django_db(transaction=True)
def test_many_at_once_write_one_chain_without_gaps(team: Team) -> None:
    at_once(8, lambda: [record("test.race", team=team, after={"n": n}) for n in range(10)])
    numbers = list(AuditRecord.objects.filter(team=team).order_by("number").values_list("number", flat=True))
    assert (numbers, verify(str(team.pk))) == (list(range(1, 81)), None)


def test_teams_and_installation_have_chains_of_their_own(team: Team) -> None:
    other = TeamFactory()
    for owner in (team, other, None, team):
        record("test.act", team=owner)
    lines = {(line.chain, line.number) for line in AuditRecord.objects.all()}
    assert lines == {(str(team.pk), 1), (str(other.pk), 1), ("installation", 1), (str(team.pk), 2)}
    assert services.chains() == sorted({str(team.pk), str(other.pk), "installation"})


def test_record_costs_three_queries(
    team: Team, chain: str, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(3):
        record("test.act", team=team)


def verified(*arguments: str) -> tuple[str, str, int]:
    """What the command printed, what it complained of, and its exit code."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("verify_audit", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
        code = error.returncode
    return out.getvalue(), err.getvalue(), code


@pytest.mark.spec("AUD-03")
def test_command_says_that_chains_are_whole_and_prints_their_ends(team: Team, chain: str) -> None:
    head = AuditHead.objects.get()
    assert verified("--heads") == (f"{chain} 5 {head.hash}\nOne chain is whole.\n", "", 0)


@pytest.mark.spec("AUD-03")
def test_command_names_the_first_break_of_each_chain_and_fails(team: Team, chain: str) -> None:
    other = TeamFactory()
    for owner in (other, other, None):
        record("test.act", team=owner)
    tamper("DELETE FROM audit_auditrecord WHERE number = 1 AND chain <> 'installation'")
    broken = sorted([chain, str(other.pk)])
    complaint = "".join(f"chain {each}: line 1 is missing\n" for each in broken) + "2 of 3 chains are broken."
    assert verified() == ("", complaint, 1)

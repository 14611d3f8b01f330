"""What goes out only after somebody else has looked at it (TEM-06)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.approvals.errors import ApprovalError
from apps.approvals.models import Approval, ApprovalStatus
from apps.approvals.registry import define_approval
from apps.approvals.services import (
    ask,
    decide,
    expire_due,
    is_approved,
    is_required,
    may_decide,
    set_rules,
    withdraw,
)
from apps.audit.models import AuditRecord
from apps.core.retention import KEPT
from apps.events.models import Event
from apps.jobs.clock import RECURRING
from apps.teams.errors import TeamError
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from tests.approvals.testkinds import NOTE, TOLD
from tests.concurrency import at_once
from tests.conftest import signed_in
from tests.factories import ApprovalFactory, MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.spec("TEM-06")]

LIST = "/studio/morning-show/approvals/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def nothing_told() -> Iterator[None]:
    TOLD.clear()
    yield
    TOLD.clear()


def asked(team: Team, actor: User, title: str = "Hello", fingerprint: str = "v1") -> Approval:
    return ask(NOTE, team=team, subject=team, actor=actor, title=title, href="/x/", fingerprint=fingerprint)


def on_record() -> list[tuple[Any, ...]]:
    rows = AuditRecord.objects.filter(action__startswith="approval.").order_by("id")
    return [(row.action, row.actor_name, row.before, row.after) for row in rows]


def test_admin_approves_what_another_asked_for_and_its_app_is_told(
    team: Team, alice: User, bob: User
) -> None:
    approval = asked(team, bob)
    assert not is_approved(NOTE, team=team, subject=team, fingerprint="v1")
    decide(approval=approval, approve=True, actor=alice, reason=" Fine ")
    assert TOLD == [("Hello", "approved")]
    assert is_approved(NOTE, team=team, subject=team, fingerprint="v1")
    assert list(Event.objects.order_by("id").values_list("type", flat=True)) == [
        "approval.asked",
        "approval.decided",
    ]
    subject = str(team.pk)
    assert on_record() == [
        ("approval.ask", "Bob Baker", None, {"kind": "tests.note", "fingerprint": "v1", "subject": subject}),
        ("approval.decide", "Alice Archer", {"status": "waiting"},
         {"status": "approved", "reason": "Fine", "fingerprint": "v1"}),
    ]  # fmt: skip


def test_approval_counts_only_for_what_was_looked_at(team: Team, alice: User, bob: User) -> None:
    decide(approval=asked(team, bob), approve=True, actor=alice)
    assert not is_approved(NOTE, team=team, subject=team, fingerprint="v2")
    second = asked(team, bob, fingerprint="v2")
    assert not is_approved(NOTE, team=team, subject=team, fingerprint="v1")
    assert asked(team, bob, fingerprint="v2") == second
    third = asked(team, bob, fingerprint="v3")
    second.refresh_from_db()
    assert (second.status, third.status) == (ApprovalStatus.WITHDRAWN, ApprovalStatus.WAITING)


def test_whoever_declines_says_why(team: Team, alice: User, bob: User) -> None:
    approval = asked(team, bob)
    with pytest.raises(ApprovalError, match="Say why") as caught:
        decide(approval=approval, approve=False, actor=alice, reason="  ")
    assert caught.value.field == "reason"
    decide(approval=approval, approve=False, actor=alice, reason="Wrong date")
    assert (TOLD, is_approved(NOTE, team=team, subject=team, fingerprint="v1")) == (
        [("Hello", "declined")],
        False,
    )


def test_nobody_approves_their_own_unless_they_own_the_team_alone(team: Team, alice: User, bob: User) -> None:
    own = asked(team, alice)
    assert may_decide(own, alice)  # bob may not approve, so she is alone with it
    Membership.objects.filter(user=bob).update(role=Role.ADMIN)
    assert (may_decide(own, alice), may_decide(own, bob)) == (False, True)
    with pytest.raises(ApprovalError, match="You asked for this yourself"):
        decide(approval=own, approve=True, actor=alice)
    decide(approval=own, approve=True, actor=bob)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OWNER, Role.ADMIN)])
def test_other_roles_decide_nothing(team: Team, alice: User, role: Role) -> None:
    member = MembershipFactory(team=team, role=role)
    approval = asked(team, alice)
    assert not may_decide(approval, member.user)
    with pytest.raises(TeamError, match="Your role changed meanwhile"):
        decide(approval=approval, approve=True, actor=member.user)
    assert TOLD == []


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(team: Team, alice: User, bob: User) -> None:
    approval = asked(team, bob)
    other = MembershipFactory(team=team, role=Role.ADMIN).user
    ways = [(alice, True), (other, False)]

    def decided() -> str:
        actor, approve = ways.pop()
        try:
            return decide(approval=approval, approve=approve, actor=actor, reason="x").status
        except ApprovalError as error:
            return "refused" if "meanwhile" in error.message else error.message

    found = sorted(at_once(2, decided))
    assert found in (["approved", "refused"], ["declined", "refused"])
    assert len(TOLD) == 1


def test_app_that_refuses_the_answer_leaves_the_question_open(team: Team, alice: User, bob: User) -> None:
    approval = asked(team, bob, title="too late")
    with pytest.raises(ApprovalError, match="Its time has passed"):
        decide(approval=approval, approve=True, actor=alice)
    approval.refresh_from_db()
    assert (approval.status, len(on_record())) == (ApprovalStatus.WAITING, 1)


def test_what_nobody_decides_about_expires_once(team: Team, alice: User, bob: User) -> None:
    approval = asked(team, bob)
    assert expire_due(timezone.now() + timedelta(days=6.9)) == 0
    with time_machine.travel(timezone.now() + timedelta(days=7.1)):
        with pytest.raises(ApprovalError, match="has expired"):
            decide(approval=approval, approve=True, actor=alice)
        RECURRING["approvals.expire"].work()
        assert expire_due() == 0
    assert TOLD == [("Hello", "expired")]
    assert on_record()[-1][1] == "Showrunner"


def test_only_who_asked_takes_it_back(team: Team, alice: User, bob: User) -> None:
    approval = asked(team, bob)
    with pytest.raises(ApprovalError, match="Only the person who asked"):
        withdraw(approval=approval, actor=alice)
    withdraw(approval=approval, actor=bob)
    for write in (
        lambda: withdraw(approval=approval, actor=bob),
        lambda: decide(approval=approval, approve=True, actor=alice),
    ):
        with pytest.raises(ApprovalError, match="withdrawn meanwhile"):
            write()
    assert TOLD == []


def test_team_chooses_which_kinds_need_it_and_that_is_on_record(team: Team, alice: User, bob: User) -> None:
    set_rules(team=team, kinds=["tests.note", "unknown.kind"], actor=alice)
    set_rules(team=team, kinds=["tests.note"], actor=alice)
    assert is_required(team, NOTE)
    set_rules(team=team, kinds=[], actor=alice)
    assert not is_required(team, NOTE)
    with pytest.raises(TeamError, match="Your role changed meanwhile"):
        set_rules(team=team, kinds=["tests.note"], actor=bob)
    assert [(row[2], row[3]) for row in on_record()] == [
        ({"kinds": []}, {"kinds": ["tests.note"]}),
        ({"kinds": ["tests.note"]}, {"kinds": []}),
    ]


def test_kinds_are_defined_once_and_waited_for_within_reason() -> None:
    with pytest.raises(ValueError, match="twice"):
        define_approval("tests.note", "x", summary="x", on_decided=lambda approval: None)
    with pytest.raises(ValueError, match="between 1 and 90 days"):
        define_approval("tests.other", "x", summary="x", on_decided=lambda approval: None, days=0)


def test_old_answers_are_forgotten_and_open_questions_are_not(team: Team) -> None:
    ApprovalFactory(team=team)
    ApprovalFactory(team=team, status="approved", decided_at=timezone.now() - timedelta(days=3))
    assert KEPT["approvals"].forget(timezone.now() - timedelta(days=1)) == 1
    assert Approval.objects.get().is_waiting


def test_page_approves_and_says_so(team: Team, alice: User, bob: User) -> None:
    approval = asked(team, bob)
    address = f"{LIST}{approval.pk}/"
    bobs, alices = signed_in(bob), signed_in(alice)
    assert "Take it back" in bobs.get(address).content.decode()
    assert bobs.post(f"{address}decide/", {"decision": "approve"}).status_code == 403
    refused = alices.post(f"{address}decide/", {"decision": "decline"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    done = alices.post(f"{address}decide/", {"decision": "approve"}, follow=True).content.decode()
    assert "“Hello” is approved." in done
    assert 'name="decision"' not in done
    late = alices.post(f"{address}decide/", {"decision": "approve"})
    assert (late.status_code, "approved meanwhile" in late.content.decode()) == (422, True)


def test_page_lets_the_asker_take_it_back(team: Team, bob: User, alice_client: Client) -> None:
    approval = asked(team, bob)
    kept = alice_client.post(f"{LIST}{approval.pk}/withdraw/", follow=True).content.decode()
    assert "Only the person who asked" in kept
    signed_in(bob).post(f"{LIST}{approval.pk}/withdraw/")
    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.WITHDRAWN


def test_list_is_filtered_and_answers_htmx_with_its_part(alice_client: Client, team: Team) -> None:
    ApprovalFactory(team=team, title="Bread")
    ApprovalFactory(team=team, title="Butter", status="approved")
    ApprovalFactory(title="Another team's")

    def found(query: str = "") -> list[str]:
        return [one.title for one in alice_client.get(f"{LIST}{query}").context["page"].object_list]

    assert {
        query: found(query) for query in ("", "?status=waiting", "?q=butt", "?kind=other", "?status=x")
    } == {
        "": ["Butter", "Bread"],
        "?status=waiting": ["Bread"],
        "?q=butt": ["Butter"],
        "?kind=other": [],
        "?status=x": ["Butter", "Bread"],
    }
    part = alice_client.get(LIST, headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="list"')


def test_list_takes_as_many_queries_for_three_as_for_one(
    alice_client: Client, team: Team, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ApprovalFactory(team=team, asked_by=bob)
    alice_client.get(LIST)
    with django_assert_num_queries(6):
        alice_client.get(LIST)
    ApprovalFactory.create_batch(2, team=team, asked_by=bob)
    with django_assert_num_queries(6):
        alice_client.get(LIST)


def test_rules_page_writes_the_rules(alice_client: Client, bob_client: Client, team: Team) -> None:
    assert bob_client.get(f"{LIST}rules/").status_code == 403
    assert alice_client.post(f"{LIST}rules/", {"kinds": ["tests.note"]})["Location"] == f"{LIST}rules/"
    assert 'value="tests.note" checked' in alice_client.get(f"{LIST}rules/").content.decode()
    assert alice_client.post(f"{LIST}rules/", {"kinds": ["nonsense"]}).status_code == 422
    assert is_required(team, NOTE)


def test_home_tells_those_who_may_approve(
    team: Team, bob: User, bob_client: Client, alice_client: Client
) -> None:
    asked(team, bob)
    assert "One thing waits for approval" in alice_client.get("/studio/morning-show/").content.decode()
    assert "waits for approval" not in bob_client.get("/studio/morning-show/").content.decode()


@pytest.mark.parametrize("page", ["", "rules/"])
def test_pages_are_the_team_s_own(client: Client, charlie_client: Client, team: Team, page: str) -> None:
    assert client.get(LIST + page)["Location"] == f"/accounts/login/?next={LIST}{page}"
    assert charlie_client.get(LIST + page).status_code == 404

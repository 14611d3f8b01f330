"""An account is deleted 14 days after its person asked for it, and can be kept until then (ACC-10)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from redis import Redis

from apps.accounts.models import Session, User
from apps.audit.models import AuditRecord
from apps.audit.services import record
from apps.jobs.models import Job
from apps.jobs.runner import run_job
from apps.library.models import Video
from apps.notifications.models import Email
from apps.privacy import services
from apps.privacy.errors import PrivacyError
from apps.privacy.jobs import erase_overdue
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from tests.accounts.people import is_in
from tests.conftest import signed_in
from tests.factories import VideoFactory
from tests.guards.estate import estate
from tests.guards.tree import check
from tests.privacy.traces import leave_traces

pytestmark = [pytest.mark.django_db, pytest.mark.spec("ACC-10")]
PAGE = "/accounts/data/"


@pytest.fixture(autouse=True)
def nothing_counted(valkey: Redis) -> None:
    """Requests are counted in Valkey."""


def test_deletion_is_asked_for_by_typing_the_address(bob: User) -> None:
    client, elsewhere = signed_in(bob), signed_in(bob)
    assert client.post(f"{PAGE}delete/", {"email": "alice@example.com"}).status_code == 422
    client.post(f"{PAGE}delete/", {"email": " BOB@example.com "})
    bob.refresh_from_db()
    assert bob.deletion_due_at is not None
    assert timedelta(days=13.9) < bob.deletion_due_at - timezone.now() <= timedelta(days=14)
    assert (is_in(client), is_in(elsewhere)) == (True, False)
    assert (mail.outbox[-1].subject, mail.outbox[-1].to) == ("Your account will be deleted", [bob.email])
    assert "Your account will be deleted" in client.get("/studio/morning-show/").content.decode()


def test_account_is_kept_after_all(bob: User) -> None:
    services.request_deletion(user=bob)
    client = signed_in(bob)
    assert "Keep my account" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}keep/")
    bob.refresh_from_db()
    assert bob.deletion_due_at is None
    assert not services.erase(bob, now=timezone.now() + timedelta(days=30))


def test_nothing_is_deleted_before_the_fourteen_days_are_over(bob: User) -> None:
    due = services.request_deletion(user=bob)
    assert not services.erase(bob, now=due - timedelta(seconds=1))
    assert services.erase(bob, now=due)
    assert not User.objects.filter(pk=bob.pk).exists()


def test_person_goes_and_what_others_work_with_stays_without_the_name(
    alice: User, bob: User, team: Team
) -> None:
    own = Team.objects.create(name="Bob alone", slug="bob-alone")
    Membership.objects.create(team=own, user=bob, role=Role.OWNER)
    estate(own)
    Membership.objects.filter(team=own).exclude(user=bob).delete()
    VideoFactory(team=team, title="For the team", created_by=bob)
    record("team.rename", team=team, actor=bob)
    signed_in(bob)
    bob.deletion_due_at = timezone.now()
    bob.save()
    erase_overdue()
    erase_overdue()
    job = Job.objects.get(kind="privacy.erase_account")
    run_job(str(job.pk))
    assert not User.objects.filter(pk=bob.pk).exists()
    assert not Team.objects.filter(pk=own.pk).exists()
    assert not Session.objects.filter(user=bob.pk).exists()
    assert Video.objects.get(title="For the team").created_by is None
    assert AuditRecord.objects.filter(action="team.rename", actor_name="Bob Baker").exists()
    assert mail.outbox[-1].subject == "Your account was deleted"
    assert Team.objects.filter(pk=team.pk).exists()


KEPT_BY_NAME = {
    "audit_auditrecord": "the record proves what happened, as the law asks; the privacy page says so",
}


def test_no_table_names_a_person_who_is_gone(alice: User, bob: User, team: Team) -> None:
    """Neither the id nor the name nor the address: but where it says why."""
    leave_traces(bob, team)
    User.objects.filter(pk=bob.pk).update(deletion_due_at=timezone.now())
    names = (str(bob.pk), bob.display_name, bob.email)
    assert services.erase(bob, now=timezone.now())
    named = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            for name in names:
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s', [f"%{name}%"]
                )
                if cursor.fetchone()[0]:
                    named.add(table)
    check(named, KEPT_BY_NAME)
    assert Email.objects.filter(recipients__contains=[bob.email]).count() <= 1


def test_letters_that_wait_for_a_person_who_is_gone_do_not_leave(alice: User, bob: User) -> None:
    alone = Email.objects.create(recipients=[bob.email], subject="x", content="x")
    both = Email.objects.create(recipients=[bob.email, alice.email], subject="x", content="x")
    services.request_deletion(user=bob)
    assert services.erase(bob, now=timezone.now() + timedelta(days=15))
    alone.refresh_from_db()
    both.refresh_from_db()
    assert (alone.recipients, alone.status, alone.content) == ([], "refused", None)
    assert (both.recipients, both.status) == ([alice.email], "waiting")


def test_only_owner_of_a_team_with_others_hands_it_over_first(alice: User, bob: User) -> None:
    with pytest.raises(PrivacyError, match="only owner of Morning Show"):
        services.request_deletion(user=alice)
    page = signed_in(alice).post(f"{PAGE}delete/", {"email": alice.email})
    assert (page.status_code, "only owner of Morning Show" in page.content.decode()) == (422, True)


def test_only_operator_hands_over_first(operator: User, alice: User) -> None:
    with pytest.raises(PrivacyError, match="only operator"):
        services.request_deletion(user=operator)

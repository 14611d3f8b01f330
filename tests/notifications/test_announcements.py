"""Operators tell everybody, or one team (NTF-07)."""

from collections.abc import Callable

import pytest

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.jobs.models import Job
from apps.jobs.runner import run_job
from apps.notifications.choices import Priority
from apps.notifications.models import Announcement, Notice
from apps.notifications.services import announcing
from apps.teams.models import Team

pytestmark = pytest.mark.django_db
Work = Callable[[], int]


@pytest.mark.spec("NTF-07")
def test_everybody_is_told_once_in_their_language_however_often_the_job_runs(
    alice: User, bob: User, charlie: User, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "AT_ONCE", 2)
    User.objects.filter(pk=bob.pk).update(language="de")
    User.objects.create_user("gone@example.com", is_active=False)
    made = announcing.announce(author=alice, title="Hello", body="words", title_de="Hallo")
    work()
    for job in Job.objects.all():
        run_job(str(job.pk))
    rows = Notice.objects.order_by("user__email").values_list("user__email", "title", "body", "team")
    assert list(rows) == [
        ("alice@example.com", "Hello", "words", None),
        ("bob@example.com", "Hallo", "words", None),
        ("charlie@example.com", "Hello", "words", None),
    ]
    assert Announcement.objects.get().told == 3
    assert AuditRecord.objects.filter(action="announcement.send", target_id=str(made.pk)).count() == 1


@pytest.mark.spec("NTF-07")
def test_one_team_is_told_and_by_email_where_it_is_important(
    alice: User, charlie: User, team: Team, work: Work, mailoutbox: list[object]
) -> None:
    announcing.announce(author=alice, title="Hello", body="words", team=team, priority=Priority.HIGH)
    work()
    assert [notice.user for notice in Notice.objects.all()] == [alice]
    assert len(mailoutbox) == 1


def test_announcements_are_never_gathered(alice: User, work: Work) -> None:
    for number in range(4):
        announcing.announce(author=alice, title=f"Number {number}", body="words")
    work()
    assert Notice.objects.filter(user=alice, count=1, closes_at=None).count() == 4

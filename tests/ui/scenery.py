"""What stands in the studio while its pages are looked at: one team with people, jobs, events and an audit record."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.automations.models import Automation, AutomationRun, Outcome
from apps.core.ids import new_id
from apps.events.models import Event
from apps.jobs.models import Batch, Job, JobCap, JobStatus
from apps.teams.models import Team
from apps.teams.roles import Role
from tests.factories import ApprovalFactory, InvitationFactory, MembershipFactory, TeamFactory, UserFactory
from tests.ui.connection_scenery import build_connections
from tests.ui.creation_scenery import build_creation
from tests.ui.library_scenery import build_library
from tests.ui.notification_scenery import build_notifications
from tests.ui.operations_scenery import build_operations
from tests.ui.people_scenery import build_people
from tests.ui.planning_scenery import build_planning
from tests.ui.post_scenery import build_posts
from tests.ui.provider_scenery import build_providers
from tests.ui.sandbox_scenery import build_sandbox

TRACE = 'Traceback (most recent call last):\n  File "work.py", line 12, in work\nValueError: no sound in take-4.mov'


def build() -> dict[str, Any]:
    """Rows for every page; the values fill the addresses in `pages.py`. Apps add theirs here."""
    names = ground()
    return {
        **names,
        **build_library(names["team"], names["user"]),
        **build_creation(names["team"], names["user"]),
        **build_providers(names["team"]),
        **build_connections(names["team"], names["user"]),
        **build_posts(names["team"], names["user"]),
        **build_planning(names["team"], names["user"]),
        **build_notifications(names["team"], names["user"]),
        **build_operations(names["team"]),
        **build_people(),
        **build_sandbox(),
    }


def ground() -> dict[str, Any]:
    """Rows for the pages of people, teams, jobs, events and audit: enough for tests of the shell."""
    team = TeamFactory(name="Night Kitchen", slug="night-kitchen")
    owner = UserFactory(email="mara@example.com", display_name="Mara Lindqvist")
    MembershipFactory(team=team, user=owner, role=Role.OWNER)
    for name, role in (("Jonas Weber", Role.ADMIN), ("Aiko Tanaka", Role.EDITOR), ("Samir", Role.VIEWER)):
        MembershipFactory(team=team, user=UserFactory(display_name=name), role=role)
    invitations(team, owner)
    jobs = [job(team, status, number) for number, status in enumerate([*JobStatus.values, "done", "done"])]
    event = events(team, owner, jobs)
    batch = a_batch(team, owner)
    JobCap.objects.create(team=team, queue="media", at_once=4)
    line = audit("job.requeue", team=team, actor=owner, target=jobs[0], before={"status": "dead"}, after={})
    return {
        "user": owner,
        "team": team,
        "slug": team.slug,
        "running": next(job.pk for job in jobs if job.status == JobStatus.RUNNING),
        "dead": next(job.pk for job in jobs if job.status == JobStatus.DEAD),
        "event": event.pk,
        "batch": batch.pk,
        "automation": an_automation(team, owner).pk,
        "record": line.pk,
        **approvals(team, owner),
        "member": team.memberships.get(user__display_name="Aiko Tanaka").pk,
        "invitation": "token-waiting",
        "old_invitation": "token-expired",
    }


def invitations(team: Team, owner: User) -> None:
    """One that waits and one that has expired."""
    for name, token, days in (("lena", "token-waiting", 1), ("omar", "token-expired", 9)):
        sent_at = timezone.now() - timedelta(days=days)
        InvitationFactory(
            team=team, email=f"{name}@example.com", invited_by=owner, token=token, sent_at=sent_at
        )


def approvals(team: Team, owner: User) -> dict[str, Any]:
    """One of each status; one that waits was asked for by the person who looks."""
    aiko = team.members.get(display_name="Aiko Tanaka")
    rows = [
        ApprovalFactory(
            team=team, title=title, kind="tests.note", asked_by=asked_by, status=status,
            note="Goes out with the newsletter on Friday." if status == "waiting" else "",
            decided_by=None if status == "waiting" else owner,
            decided_at=None if status == "waiting" else timezone.now(),
            reason="The second line names a guest who asked us not to." if status == "declined" else "",
        )
        for title, asked_by, status in (
            ("Five ways to fold dough", aiko, "waiting"),
            ("Live from the market hall", owner, "waiting"),
            ("Sourdough in ten minutes", aiko, "approved"),
            ("What our guests said", aiko, "declined"),
            ("Last summer in the bakery", aiko, "expired"),
        )
    ]  # fmt: skip
    return {"approval": rows[0].pk, "own_approval": rows[1].pk}


def job(team: Team, status: str, number: int) -> Job:
    """One job in this state, as long ago as its number says."""
    now = timezone.now()
    made = now - timedelta(minutes=11 * number + 2)
    over = status in (JobStatus.DONE, JobStatus.DEAD, JobStatus.CANCELLED)
    row = Job.objects.create(
        team=team,
        kind="library.probe_file",
        queue="media",
        title=f"Check take-{number}.mov",
        status=status,
        args={"asset_id": str(team.pk)},
        attempts=3 if status == JobStatus.DEAD else 1,
        max_attempts=3,
        progress=0.43 if status == JobStatus.RUNNING else 0,
        progress_text="reading frames" if status == JobStatus.RUNNING else "",
        wait_reason="4 jobs of your team go before it on this queue. It follows by itself."
        if status == JobStatus.HELD
        else "",
        error="The file has no sound. Upload it again, or mute the scene."
        if status == JobStatus.DEAD
        else "",
        trace=TRACE if status == JobStatus.DEAD else "",
        started_at=made if over or status == JobStatus.RUNNING else None,
        finished_at=made + timedelta(seconds=42) if over else None,
        correlation_id="0192f3c2a1b27c33",
    )
    Job.objects.filter(pk=row.pk).update(created_at=made)
    return row


def a_batch(team: Team, owner: User) -> Batch:
    """Eight films from one list, some of them made."""
    batch = Batch.objects.create(
        team=team, kind="creation.make_video", title="8 videos from autumn.csv", total=8, made_by=owner
    )
    states = ("done", "done", "done", "dead", "running", "held", "held", "held")
    rows = [job(team, status, number + 12).pk for number, status in enumerate(states)]
    Job.objects.filter(pk__in=rows).update(batch=batch)
    return batch


def an_automation(team: Team, owner: User) -> Automation:
    """A rule that has acted once, and was once held back."""
    made = Automation.objects.create(
        team=team,
        name="Tell me of failures",
        event_type="job.dead",
        conditions=[{"field": "attempts", "operator": "greater", "value": 2.0}],
        action="notify",
        wishes={"who": "me", "priority": "HIGH", "subject": "{subject} failed", "text": "{error}"},
        made_by=owner,
    )
    words = "Told Mara Lindqvist: Check take-4.mov failed"
    for number, outcome in enumerate((Outcome.DONE, Outcome.OVER_RATE)):
        AutomationRun.objects.create(
            team=team,
            automation=made,
            event=Event.objects.in_team(team).order_by("-id")[number],
            outcome=outcome,
            words=words if outcome == Outcome.DONE else "",
            trail=new_id().hex,
            acted_at=timezone.now() if outcome == Outcome.DONE else None,
        )
    return made


def events(team: Team, owner: User, jobs: list[Job]) -> Event:
    """A few events; the last one is returned."""
    rows = [
        Event.objects.create(
            team=team,
            type="job.dead" if number % 2 else "job.requeued",
            subject_type="jobs.Job",
            subject_id=str(row.pk),
            subject_name=row.title,
            data={"kind": row.kind, "error": "no sound", "attempts": 3},
            actor=None if number % 2 else owner,
            correlation_id="0192f3c2a1b27c33",
        )
        for number, row in enumerate(jobs)
    ]
    return rows[-1]

"""Every list asks the database the same number of questions for one row as for three."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.audit.services import record as audit
from apps.automations.models import Automation, AutomationRun
from apps.core import pages
from apps.core.ids import new_id
from apps.events.services import record
from apps.jobs.events import JOB_REQUEUED, JobRequeued
from apps.jobs.models import Batch, Job, JobStatus
from apps.notifications.models import Email, Message
from apps.providers.models import CostEntry
from apps.teams.models import Team
from tests.connections.factories import ConnectionFactory
from tests.factories import (
    ApprovalFactory,
    AssetFactory,
    InvitationFactory,
    MembershipFactory,
    VideoFactory,
    WordTemplateFactory,
)
from tests.guards.estate import estate, make_link, make_notice, make_planned_post, make_run, make_series
from tests.guards.test_doors import filled, studio
from tests.publishing.factories import PostFactory, TargetFactory, filmed

MOST = 25  # a page that asks more is slow however few rows it shows


def make_job(team: Team) -> Job:
    return Job.objects.create(
        team=team, kind="x", queue="media", title="A job", args={}, status=JobStatus.DEAD, max_attempts=3
    )


def make_batch(team: Team) -> Batch:
    return Batch.objects.create(team=team, kind="x", title="A batch", total=1)


def make_job_of_batch(team: Team) -> None:
    job = make_job(team)
    job.batch = Batch.objects.in_team(team).order_by("created_at")[0]
    job.save()


def make_automation_run(team: Team) -> None:
    job = make_job(team)
    event = record(JOB_REQUEUED, team=team, subject=job, data=JobRequeued("x"))
    automation = Automation.objects.in_team(team)[0]
    AutomationRun.objects.create(team=team, automation=automation, event=event, trail=new_id().hex)


def make_event(team: Team) -> None:
    record(JOB_REQUEUED, team=team, subject=make_job(team), data=JobRequeued("x"))


def make_cost(team: Team) -> None:
    CostEntry.objects.create(team=team, provider="pexels", capability="visual")


def make_post(team: Team) -> None:
    """With a video and a channel of its own."""
    post = PostFactory(team=team, video=filmed(team, content=new_id().bytes))
    TargetFactory(post=post, connection=ConnectionFactory(team=team))


def make_message(team: Team) -> None:
    notice = make_notice(team, team.members.get(email="alice@example.com"))
    Message.objects.create(
        team=team, notice=notice, user=notice.user, channel="email", due_at=timezone.now(),
        email=Email.objects.create(recipients=[], subject="A notice"),
    )  # fmt: skip


# The lists of the studio, with what makes one more row of each.
LISTS: dict[str, Callable[[Team], object]] = {
    "approvals:list": lambda team: ApprovalFactory(team=team),
    "audit:list": lambda team: audit("job.requeue", team=team, target=team),
    "automations:automation": make_automation_run,
    "automations:log": make_automation_run,
    "connections:list": lambda team: ConnectionFactory(team=team),
    "creation:runs": make_run,
    "events:list": make_event,
    "jobs:batch": make_job_of_batch,
    "jobs:batches": make_batch,
    "jobs:failed": make_job,
    "jobs:list": make_job,
    "library:list": lambda team: VideoFactory(team=team),
    "library:media": lambda team: AssetFactory(team=team),
    "library:word_templates": lambda team: WordTemplateFactory(team=team),
    "notifications:list": lambda team: make_notice(team, team.members.get(email="alice@example.com")),
    "notifications:log": make_message,
    "providers:costs": make_cost,
    "publishing:calendar_list": make_planned_post,
    "publishing:links": make_link,
    "publishing:new": lambda team: VideoFactory(team=team),
    "publishing:plan": make_series,
    "publishing:posts": make_post,
    "team:invitations": lambda team: InvitationFactory(team=team),
    "team:members": lambda team: MembershipFactory(team=team),
}


@pytest.mark.django_db
def test_every_page_that_cuts_a_list_is_counted(
    team: Team, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opens every page of the studio and looks which of them ask for a page of a list."""
    things = estate(team)
    cut: set[str] = set()
    real = pages.LongPaginator.page

    def noting(paginator: pages.LongPaginator, number: int | str) -> pages.LongPage:
        cut.add(asked)
        return real(paginator, number)

    monkeypatch.setattr(pages.LongPaginator, "page", noting)
    for asked, _, names in studio():
        alice_client.get(reverse(asked, kwargs=filled(asked, names, things)))
    assert cut == LISTS.keys()


def questions(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(LISTS))
def test_list_asks_the_same_for_one_row_and_for_three(name: str, team: Team, alice_client: Client) -> None:
    things = estate(team)
    names = next(names for each, _, names in studio() if each == name)
    address = reverse(name, kwargs=filled(name, names, things))
    make: Callable[[Team], Any] = LISTS[name]
    make(team)
    alice_client.get(address)  # what is kept after the first time
    few = questions(alice_client, address)
    for _ in range(3):
        make(team)
    many = questions(alice_client, address)
    assert len(many) == len(few), "\n".join(sql[:300] for sql in many)
    assert len(many) <= MOST

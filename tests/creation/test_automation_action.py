"""An automation makes a video when something happens (EVT-03)."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.automations.forms import AutomationForm, chosen
from apps.automations.models import Automation, AutomationRun
from apps.automations.services.rules import rehearse, save
from apps.creation.models import Run, Template
from apps.creation.services.templates import install_system_templates
from apps.events.models import Delivery
from apps.events.services import deliver, record
from apps.jobs.models import Job
from apps.jobs.runner import run_job
from apps.library.events import MEDIA_UPLOADED, MediaUploaded
from apps.teams.models import Team
from tests.factories import AssetFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(team: Team) -> Template:
    install_system_templates()
    return Template.objects.filter(team=None)[0]


def form_of(team: Team, template: Template, **values: Any) -> AutomationForm:
    both = chosen("media.uploaded", "run_template")
    assert both is not None
    data = {
        "name": "Film it",
        "per_hour": "5",
        "action-template": str(template.pk),
        "action-topic": "About {title}",
    }
    return AutomationForm({**data, **values}, team=team, event_type=both[0], action=both[1])


def upload(team: Team, title: str) -> None:
    data = MediaUploaded(kind="image", title=title)
    record(MEDIA_UPLOADED, team=team, subject=AssetFactory(team=team), data=data)
    for delivery in Delivery.objects.filter(done_at=None):
        deliver(delivery.subscriber, delivery.subject_id)
    for job in Job.objects.filter(kind="automations.act", status="queued"):
        run_job(str(job.pk))


@pytest.mark.spec("EVT-03")
def test_event_starts_a_run_with_the_template_in_the_makers_name(
    team: Team, alice: User, template: Template
) -> None:
    form = form_of(team, template)
    assert form.is_valid()
    save(form.rule(), team=team, actor=alice)
    upload(team, "bees.jpg")
    run = Run.objects.get()
    assert (run.topic, run.template, run.started_by) == ("About bees.jpg", template, alice)
    assert AutomationRun.objects.get().words == f"Started “{run.title}” with {template.name}"


def test_rehearsal_starts_nothing(team: Team, alice: User, template: Template) -> None:
    upload(team, "bees.jpg")
    form = form_of(team, template)
    assert form.is_valid()
    found = rehearse(form.rule(), team=team, actor=alice)
    assert [row.words for row in found.shown] == [f"Would start “About bees.jpg” with {template.name}"]
    assert not Run.objects.exists()


def test_limits_of_the_team_hold_and_are_told_in_the_log(
    team: Team, alice: User, template: Template, settings: Any
) -> None:
    settings.RUNS_PER_DAY = 0
    form = form_of(team, template)
    assert form.is_valid()
    save(form.rule(), team=team, actor=alice)
    upload(team, "bees.jpg")
    assert "which is its limit" in AutomationRun.objects.get().words
    assert Automation.objects.get().is_on


def test_template_of_another_team_can_t_be_chosen_nor_used(
    team: Team, alice: User, template: Template
) -> None:
    theirs = Template.objects.create(team=TeamFactory(), slug="theirs", name="Theirs", spec=template.spec)
    assert "template" in form_of(team, theirs).action_form.errors
    form = form_of(team, template)
    assert form.is_valid()
    made = save(form.rule(), team=team, actor=alice)
    Automation.objects.filter(pk=made.pk).update(wishes={"template": str(theirs.pk), "topic": "x"})
    upload(team, "bees.jpg")
    made.refresh_from_db()
    assert (Run.objects.count(), made.stopped_because) == (
        0,
        "The template is no longer there. Choose another one.",
    )

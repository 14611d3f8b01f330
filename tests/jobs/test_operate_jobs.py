"""What operators set up: agents and limits, by operators only (JOB-06, JOB-08)."""

import pytest
from django.test import Client

from apps.audit.models import AuditRecord
from apps.jobs.models import Agent, JobCap, JobStatus
from apps.jobs.services import enqueue
from apps.teams.models import Team
from tests.jobs.testkinds.jobs import note

AGENTS = "/operate/agents/"
LIMITS = "/operate/limits/"
ARGS = {"path": "/nowhere", "text": "a"}


@pytest.mark.spec("JOB-06")
def test_agent_is_made_with_a_key_that_is_shown_once(operator_client: Client) -> None:
    answer = operator_client.post(f"{AGENTS}make/", {"name": "north"})
    key = answer.context["key"]
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert f"AGENT_KEY={key}" in answer.content.decode()
    page = operator_client.get(AGENTS).content.decode()
    assert ("north" in page, key in page, key[:12] in page) == (True, False, True)
    assert key not in str(list(AuditRecord.objects.values()))


def test_name_that_is_taken_or_missing_is_said_beside_the_field(operator_client: Client) -> None:
    operator_client.post(f"{AGENTS}make/", {"name": "north"})
    for name in ("north", ""):
        answer = operator_client.post(f"{AGENTS}make/", {"name": name})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert Agent.objects.count() == 1


@pytest.mark.spec("JOB-06")
def test_key_is_renewed_and_withdrawn(operator_client: Client) -> None:
    operator_client.post(f"{AGENTS}make/", {"name": "north"})
    agent = Agent.objects.get()
    renewed = operator_client.post(f"{AGENTS}{agent.pk}/key/")
    assert renewed.context["key"][:12] == Agent.objects.get().key_start != agent.key_start
    operator_client.post(f"{AGENTS}{agent.pk}/revoke/")
    assert Agent.objects.get().revoked_at is not None
    again = operator_client.post(f"{AGENTS}{agent.pk}/revoke/", follow=True).content.decode()
    assert "withdrawn already" in again
    actions = AuditRecord.objects.filter(action__startswith="agent.").order_by("number")
    assert list(actions.values_list("action", flat=True)) == [
        "agent.create",
        "agent.renew_key",
        "agent.revoke",
    ]


@pytest.mark.spec("JOB-08")
def test_limit_is_set_changed_and_lifted(operator_client: Client, team: Team) -> None:
    form = {"team": str(team.pk), "kind": "tests.note", "queue": "", "at_once": "1"}
    operator_client.post(f"{LIMITS}set/", form)
    states = [enqueue(note, team=team, args=ARGS).status for _ in range(2)]
    assert states == [JobStatus.QUEUED, JobStatus.HELD]
    assert "1 of 1" in operator_client.get(LIMITS).content.decode()
    operator_client.post(f"{LIMITS}set/", {**form, "at_once": "3"})
    cap = JobCap.objects.get()
    assert cap.at_once == 3
    operator_client.post(f"{LIMITS}{cap.pk}/lift/")
    assert not JobCap.objects.exists()
    actions = AuditRecord.objects.filter(action__startswith="job.cap").order_by("number")
    assert [(row.action, row.before, row.after) for row in actions] == [
        ("job.cap_set", None, {"at_once": 1}),
        ("job.cap_set", {"at_once": 1}, {"at_once": 3}),
        ("job.cap_lift", {"at_once": 3}, None),
    ]


@pytest.mark.parametrize("changes", [{"at_once": "0"}, {"at_once": ""}, {"kind": "no.such"}, {"kind": ""}])
def test_limit_that_makes_no_sense_is_refused(operator_client: Client, changes: dict[str, str]) -> None:
    answer = operator_client.post(f"{LIMITS}set/", {"kind": "tests.note", "at_once": "1", **changes})
    assert (answer.status_code, JobCap.objects.exists()) == (422, False)


def test_to_everybody_else_these_pages_do_not_exist(alice_client: Client, client: Client) -> None:
    for address in (AGENTS, LIMITS):
        assert alice_client.get(address).status_code == 404
        assert client.get(address).status_code == 302

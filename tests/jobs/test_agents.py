"""Machines that run workers: keys, beats, placement, and what happens when one freezes (JOB-06)."""

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.core import queue
from apps.core.ids import new_id
from apps.events.models import Event
from apps.jobs import agents
from apps.jobs.agents import Report, give_up_silent, leave, make_agent, renew_key, revoke
from apps.jobs.errors import JobError
from apps.jobs.models import Agent, Job
from apps.jobs.placement import Seat, is_healthy, least_loaded
from apps.jobs.runner import run_job
from apps.jobs.services import enqueue
from apps.teams.models import Team
from tests.factories import UserFactory
from tests.jobs.testkinds.jobs import count, note, wait_for_file
from tests.processes import eventually, kill_tree, started

BEAT = "/agents/beat"
REPORT = {"host": "north-1", "queues": ["short"], "slots": 2, "load": 0.5}


@pytest.fixture
def operator(db: None) -> User:
    return UserFactory(email="op@example.com", is_staff=True)


def beat(key: str, **changes: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    body = json.dumps({**REPORT, **changes})
    return Client().post(BEAT, body, content_type="application/json", headers=headers)


def an_agent(operator: User, name: str, **changes: Any) -> Agent:
    agent, key = make_agent(name, actor=operator)
    assert beat(key, **changes).status_code == 200
    agent.refresh_from_db()
    return agent


def silent(agent: Agent, seconds: float) -> None:
    Agent.objects.filter(pk=agent.pk).update(heard_at=timezone.now() - timedelta(seconds=seconds))


@pytest.mark.spec("P-A27")
@given(silent_s=st.floats(0, 1000, allow_nan=False))
def test_agent_is_unhealthy_after_sixty_seconds_of_silence_and_none_earlier(silent_s: float) -> None:
    now = timezone.now()
    heard = now - timedelta(seconds=silent_s)
    assert is_healthy(heard, now) == ((now - heard).total_seconds() <= 60)
    assert not is_healthy(None, now)


seats = st.builds(
    Seat,
    agent_id=st.builds(new_id),
    queues=st.sampled_from([("short",), ("media",), ("short", "media")]),
    slots=st.integers(1, 8),
    load=st.floats(0, 4),
    taken=st.integers(0, 10),
)


@pytest.mark.spec("P-A28")
@given(around=st.lists(seats, max_size=6))
def test_work_goes_to_the_agent_of_least_load_that_has_room(around: list[Seat]) -> None:
    chosen = least_loaded(around, "media")
    fitting = [seat for seat in around if "media" in seat.queues and seat.taken < seat.slots]
    assert (chosen is None) == (not fitting)
    if chosen is not None:
        assert chosen in fitting
        assert chosen.busy == min(seat.busy for seat in fitting)


@pytest.mark.spec("JOB-06")
def test_first_beat_registers_the_agent_with_what_it_says_of_itself(operator: User) -> None:
    agent, key = make_agent("north", actor=operator)
    assert key not in str(list(Agent.objects.values()))
    answer = beat(key)
    agent.refresh_from_db()
    assert answer.json() == {"agent": str(agent.pk), "beat_s": 15.0}
    assert (agent.host, agent.queues, agent.slots, agent.load) == ("north-1", ["short"], 2, 0.5)
    assert agent.heard_at is not None
    assert AuditRecord.objects.get().action == "agent.create"


@pytest.mark.spec("JOB-06")
@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "agent_unknown"])
def test_beat_without_a_known_key_is_refused_and_soon_not_even_looked_at(key: str, valkey: Any) -> None:
    answers = [beat(key).status_code for _ in range(22)]
    assert answers == [401] * 20 + [429] * 2


@pytest.mark.parametrize(
    "changes", [{"queues": ["no-such"]}, {"slots": 0}, {"load": -1}, {"host": ""}, {"load": "nan"}]
)
def test_report_that_can_t_be_right_is_refused_and_not_noted(operator: User, changes: dict[str, Any]) -> None:
    agent, key = make_agent("north", actor=operator)
    answer = beat(key, **changes)
    agent.refresh_from_db()
    assert (answer.status_code, agent.heard_at) == (400, None)
    assert next(iter(changes)) in answer.json()["error"]


@pytest.mark.parametrize("body", ["{", "[1]", ""])
def test_report_that_is_no_object_is_refused(operator: User, body: str) -> None:
    _, key = make_agent("north", actor=operator)
    headers = {"Authorization": f"Bearer {key}"}
    assert Client().post(BEAT, body, content_type="application/json", headers=headers).status_code == 400


def test_name_of_an_agent_is_given_once(operator: User) -> None:
    make_agent("north", actor=operator)
    with pytest.raises(JobError, match="Another agent has this name"):
        make_agent("north", actor=operator)


@pytest.mark.django_db(transaction=True)
@pytest.mark.spec("JOB-06", "P-A28")
def test_jobs_are_placed_on_the_least_loaded_and_what_is_over_on_the_common_list(
    team: Team, operator: User
) -> None:
    idle = an_agent(operator, "idle", load=0.1, slots=2)
    busy = an_agent(operator, "busy", load=0.4, slots=1)
    an_agent(operator, "other-work", queues=["media"], load=0)
    silent(an_agent(operator, "gone", load=0), 61)
    placed = [enqueue(count, team=team, args={}) for _ in range(4)]
    assert [job.agent_id for job in placed] == [idle.pk, busy.pk, idle.pk, None]
    lists = [f"short@{idle.pk}", f"short@{busy.pk}", "short"]
    assert [queue.queue(name).count for name in lists] == [2, 1, 1]


@pytest.mark.spec("JOB-06")
@pytest.mark.django_db(transaction=True)
def test_silent_agent_loses_its_jobs_to_another_and_operators_are_told_once(
    team: Team, operator: User
) -> None:
    first = an_agent(operator, "first", load=0)
    queued = enqueue(count, team=team, args={})
    running = enqueue(note, team=team, args={"path": "/nowhere", "text": "a"})
    Job.objects.filter(pk=running.pk).update(status="running", claim=new_id(), attempts=1)
    second = an_agent(operator, "second", load=1)
    assert give_up_silent() == 0
    silent(first, 61)
    assert (give_up_silent(), give_up_silent()) == (1, 0)
    queued.refresh_from_db()
    running.refresh_from_db()
    assert (queued.status, queued.agent_id) == ("queued", second.pk)
    assert (running.status, running.claim) == ("scheduled", None)
    assert running.error == "The agent first fell silent in the middle of this job."
    assert queue.queue(f"short@{second.pk}").job_ids == [queued.rq_id]
    event = Event.objects.get(type="agent.silent")
    assert event.data == {"name": "first", "host": "north-1", "moved": 2}


@pytest.mark.django_db(transaction=True)
def test_agent_that_is_stopped_in_order_leaves_its_jobs_to_others(team: Team, operator: User) -> None:
    agent = an_agent(operator, "north")
    job = enqueue(count, team=team, args={})
    assert job.agent_id == agent.pk
    assert leave(agent) == 1
    job.refresh_from_db()
    assert (job.agent_id, queue.queue("short").job_ids) == (None, [job.rq_id])
    assert give_up_silent() == 0  # nobody is told of what was meant


@pytest.mark.spec("JOB-06")
@pytest.mark.django_db(transaction=True)
def test_withdrawn_key_opens_nothing_any_more_until_it_is_renewed(team: Team, operator: User) -> None:
    agent, key = make_agent("north", actor=operator)
    beat(key)
    job = enqueue(count, team=team, args={})
    assert revoke(agent, actor=operator) == 1
    job.refresh_from_db()
    assert (beat(key).status_code, job.agent_id) == (401, None)
    with pytest.raises(JobError, match="withdrawn already"):
        revoke(agent, actor=operator)
    other = renew_key(agent, actor=operator)
    assert (beat(key).status_code, beat(other).status_code) == (401, 200)


@pytest.mark.django_db(transaction=True)
def test_job_of_an_agent_that_the_queue_lost_is_run_by_whoever_comes(team: Team, operator: User) -> None:
    agents.beat(an_agent(operator, "north"), Report("h", ["short"], 1, 0))
    job = enqueue(count, team=team, args={})
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.agent_id) == ("done", None)  # where it really ran


@contextmanager
def agent_process(address: str, key: str, output: Path) -> Iterator[Any]:
    times = {"AGENT_BEAT_S": "0.3", "AGENT_SERVER": address, "AGENT_KEY": key}
    with started("agent", "--queues", "short", "--slots", "1", output=output, **times) as process:
        yield process


@pytest.mark.spec("JOB-06", "P-A27")
@pytest.mark.django_db(transaction=True)
def test_agent_that_freezes_loses_its_job_and_writes_nothing_when_it_wakes(
    team: Team, trace: Path, tmp_path: Path, live_server: Any, operator: User
) -> None:
    (north, north_key), (south, south_key) = (make_agent(name, actor=operator) for name in ("north", "south"))
    release, log = tmp_path / "release", tmp_path / "log"
    lines = lambda: trace.read_text().splitlines()  # noqa: E731
    heard = lambda agent: Agent.objects.get(pk=agent.pk).heard_at  # noqa: E731
    with ExitStack() as stack:
        stack.enter_context(started("clock", AGENT_SILENT_AFTER_S="2", JOB_SILENT_AFTER_S="60"))
        first = stack.enter_context(agent_process(live_server.url, north_key, log))
        eventually(lambda: heard(north), what="the first beat")
        job = enqueue(wait_for_file, team=team, args={"path": str(trace), "release": str(release)})
        assert job.agent_id == north.pk
        eventually(lines, what="the first attempt")
        stack.enter_context(agent_process(live_server.url, south_key, log))
        eventually(lambda: heard(south), what="the second agent's beat")
        kill_tree(first.pid, signal.SIGSTOP)
        eventually(lambda: len(lines()) == 2, what="the second attempt")
        release.touch()
        eventually(lambda: Job.objects.get(pk=job.pk).status == "done", what="the end")
        done = Job.objects.values().get(pk=job.pk)
        kill_tree(first.pid, signal.SIGCONT)
        eventually(lambda: "was refused 1" in lines(), what="the frozen one's end")
        awake = heard(north)
        eventually(lambda: heard(north) > awake, what="the woken agent's next beat")
    assert Job.objects.values().get(pk=job.pk) == done
    assert (done["attempts"], done["agent_id"]) == (2, south.pk)
    assert [line for line in lines() if line.startswith("did")] == ["did 2"]


@pytest.mark.django_db(transaction=True)
def test_agent_with_a_withdrawn_key_stops_and_says_why(
    live_server: Any, operator: User, tmp_path: Path
) -> None:
    agent, key = make_agent("north", actor=operator)
    revoke(agent, actor=operator)
    log = tmp_path / "log"
    with agent_process(live_server.url, key, log) as process:
        assert process.wait(60) == 1
    assert "The product does not know this agent's key." in log.read_text()

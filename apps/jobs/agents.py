"""Agents: machines that run workers. They have a key each, say how they are, and are given up when silent (JOB-06)."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.events.services import record as record_event
from apps.jobs import claims, placement
from apps.jobs.errors import JobError
from apps.jobs.events import AGENT_SILENT, AgentSilent
from apps.jobs.models import Agent, Job, JobStatus
from apps.jobs.pushing import new_rq_id, push_on_commit
from apps.jobs.runner import take_away

KEY_PREFIX = "agent_"
SHOWN = 12  # of a key, to tell it from others


@dataclass(frozen=True)
class Report:
    """What an agent says of itself. `load` is its processors': 1 is all of them busy; `slots` how many jobs at once."""

    host: str
    queues: Sequence[str]
    slots: int
    load: float


def _hash(key: str) -> str:
    """Keys are long and random, so a plain hash keeps them safe."""
    return hashlib.sha256(key.encode()).hexdigest()


def _new_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(32)


@transaction.atomic
def make_agent(name: str, *, actor: User) -> tuple[Agent, str]:
    """A new agent and its key, which is shown this once and not kept. Raises JobError where the name is taken."""
    if Agent.objects.filter(name=name).exists():
        raise JobError("Another agent has this name. Choose one that tells the machines apart.", field="name")
    key = _new_key()
    agent = Agent.objects.create(name=name, key_hash=_hash(key), key_start=key[:SHOWN], made_by=actor)
    audit("agent.create", actor=actor, target=agent)
    return agent, key


@transaction.atomic
def renew_key(agent: Agent, *, actor: User) -> str:
    """Another key in place of the present one, which stops working at once; also brings a withdrawn agent back."""
    key = _new_key()
    agent.key_hash, agent.key_start, agent.revoked_at = _hash(key), key[:SHOWN], None
    agent.save(update_fields=["key_hash", "key_start", "revoked_at", "updated_at"])
    audit("agent.renew_key", actor=actor, target=agent)
    return key


@transaction.atomic
def revoke(agent: Agent, *, actor: User) -> int:
    """Withdraw the key: the agent gets no more work and its jobs go to others; returns how many did."""
    if agent.revoked_at:
        raise JobError("The key of this agent was withdrawn already.")
    agent.revoked_at = timezone.now()
    agent.save(update_fields=["revoked_at", "updated_at"])
    moved = _take_jobs(agent, f"The key of the agent {agent.name} was withdrawn.")
    audit("agent.revoke", actor=actor, target=agent, after={"jobs_moved": moved})
    return moved


def agent_with_key(key: str) -> Agent | None:
    """The agent whose key this is, unless it was withdrawn."""
    return Agent.objects.filter(key_hash=_hash(key), revoked_at=None).first()


def beat(agent: Agent, report: Report) -> None:
    """Note that the agent is there and how it is. The first beat registers it."""
    Agent.objects.filter(pk=agent.pk).update(
        host=report.host,
        queues=list(report.queues),
        slots=report.slots,
        load=report.load,
        heard_at=Now(),
        silent_since=None,
        updated_at=Now(),
    )


@transaction.atomic
def leave(agent: Agent) -> int:
    """The agent is being stopped in order: what was placed on it goes elsewhere; returns how many jobs did."""
    agent.heard_at = None
    agent.save(update_fields=["heard_at", "updated_at"])
    return _take_jobs(agent, f"The agent {agent.name} was stopped in the middle of this job.")


def give_up_silent() -> int:
    """Give the jobs of agents that fell silent to others, and tell of it once; returns how many agents."""
    return sum(_give_up(agent) for agent in placement.unhealthy())


@transaction.atomic
def _give_up(agent: Agent) -> bool:
    claimed = Agent.objects.filter(pk=agent.pk, heard_at=agent.heard_at, silent_since=None)
    if not claimed.update(silent_since=Now()):
        return False  # it was heard of meanwhile, or another clock does it
    moved = _take_jobs(agent, f"The agent {agent.name} fell silent in the middle of this job.")
    if agent.revoked_at is None:
        data = AgentSilent(name=agent.name, host=agent.host, moved=moved)
        record_event(AGENT_SILENT, team=None, subject=agent, data=data)
    return True


def _take_jobs(agent: Agent, error: str) -> int:
    """Place its queued jobs anew, and free the running ones: their workers have lost them and can write no more."""
    held = Job.objects.select_for_update(no_key=True).filter(agent=agent)
    queued = list(held.filter(status=JobStatus.QUEUED).order_by("pk"))
    places = placement.Places([seat for seat in placement.healthy_seats() if seat.agent_id != agent.pk])
    for job in queued:
        job.rq_id, job.agent_id = new_rq_id(), places.place(job.queue)
    Job.objects.bulk_update(queued, ["rq_id", "agent"])
    push_on_commit(queued)
    running = list(held.filter(status=JobStatus.RUNNING).order_by("pk"))
    freed = sum(1 for job in running if (mine := claims.locked_mine(job)) and take_away(mine, error))
    return len(queued) + freed

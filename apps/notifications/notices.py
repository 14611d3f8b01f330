"""The notices that belong to no feature above: dead jobs, announcements, what channels say, the test."""

from django.urls import reverse

from apps.accounts.models import User
from apps.events.models import Event
from apps.jobs.events import AGENT_SILENT, BATCH_DONE, JOB_DEAD, AgentSilent, BatchDone, JobDead
from apps.notifications.choices import Priority, Wording
from apps.notifications.models import Contact
from apps.notifications.registry import Words, define_notice
from apps.teams.models import Team
from apps.teams.roles import Permission

# Said by their own features (a failed run), or no news for anybody but the log (a notification about notifications).
SILENT = ("creation.", "notifications.")


def dead_job(event: Event) -> Words | None:
    data: JobDead = event.typed_data
    if data.kind.startswith(SILENT):
        return None
    href = reverse("jobs:job", args=[event.team.slug, event.subject_id]) if event.team else ""
    return Words(
        Wording(
            f"“{event.subject_name}” failed for good", f"„{event.subject_name}“ ist endgültig gescheitert"
        ),
        data.error,
        href,
    )


JOB_FAILED = define_notice(
    JOB_DEAD,
    label=Wording("A background job failed for good", "Ein Hintergrundauftrag ist gescheitert"),
    group="running",
    priority=Priority.HIGH,
    permission=Permission.MANAGE_JOBS,
    write=dead_job,
)


def batch_done(event: Event) -> Words | None:
    data: BatchDone = event.typed_data
    if event.team is None:
        return None
    return Words(
        Wording(f"“{data.title}” is over", f"„{data.title}“ ist fertig"),
        Wording(
            f"{data.done} done, {data.failed} failed.", f"{data.done} erledigt, {data.failed} gescheitert."
        ),
        reverse("jobs:batch", args=[event.team.slug, event.subject_id]),
    )


define_notice(
    BATCH_DONE,
    label=Wording("All jobs of a batch are over", "Alle Aufträge eines Stapels sind fertig"),
    group="running",
    permission=Permission.MANAGE_JOBS,
    write=batch_done,
)


def silent_agent(event: Event) -> Words:
    data: AgentSilent = event.typed_data
    return Words(
        Wording(f"The agent {data.name} fell silent", f"Der Agent {data.name} ist verstummt"),
        Wording(
            f"The machine {data.host} is not heard of any more. Jobs that went to others: {data.moved}.",
            f"Von der Maschine {data.host} ist nichts mehr zu hören. Aufträge, die andere übernahmen: {data.moved}.",
        ),
        reverse("operate_jobs:agents"),
    )


define_notice(
    AGENT_SILENT,
    label=Wording("A machine that runs workers fell silent", "Eine Maschine mit Workern ist verstummt"),
    group="running",
    priority=Priority.HIGH,
    permission=Permission.MANAGE_JOBS,
    write=silent_agent,
    per_team=False,
)

ANNOUNCEMENT = define_notice(
    "announcement",
    label=Wording("An announcement by the operators", "Eine Ankündigung der Betreiber"),
    group="showrunner",
    per_team=False,
    gathers=False,
)

CONTACT_STOPPED = define_notice(
    "contact.stopped",
    label=Wording("One of your channels stopped working", "Einer Ihrer Kanäle geht nicht mehr"),
    group="showrunner",
    priority=Priority.HIGH,
    per_team=False,
    gathers=False,
)


def stopped_words(contact: Contact, reason: str) -> Words:
    name = f"{contact.get_channel_display()} {contact.label or contact.hint}".strip()
    return Words(
        Wording(f"Nothing is sent by {name} any more", f"Über {name} wird nichts mehr gesendet"), reason
    )


TEST_ALERT = define_notice(
    "alert.test",
    label=Wording("A test of who is called", "Eine Probe, wer gerufen wird"),
    group="running",
    priority=Priority.CRITICAL,
)


def test_words(team: Team, actor: User) -> Words:
    return Words(
        Wording("Test alert: nothing is wrong", "Probealarm: Es ist nichts passiert"),
        Wording(
            f"{actor} tries out who is called in {team}. Acknowledge it, and nobody else is.",
            f"{actor} probt, wer in {team} gerufen wird. Bestätigen Sie, und niemand sonst wird gerufen.",
        ),
    )

"""From the notice to the channel: once, with each attempt in the log, and stopped where a channel says so (NTF-02)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from apps.accounts.models import User
from apps.jobs.models import Job, JobStatus
from apps.notifications.channels import push
from apps.notifications.models import Contact, Email, Message, MessageStatus, Notice
from apps.notifications.notices import JOB_FAILED
from apps.notifications.services import notify
from apps.notifications.services.contacts import hash_of
from apps.notifications.services.delivering import deliver
from apps.teams.models import Team
from tests.core.http_loopback import Loopback, nothing, status
from tests.notifications.counterparts import PushService, Slack, Telegram, Twilio

pytestmark = pytest.mark.django_db
Work = Callable[[], int]


def contact(user: User, channel: str, address: str) -> Contact:
    return Contact.objects.create(
        user=user, channel=channel, address=address, address_hash=hash_of(address), hint=f"my {channel}",
        verified_at=timezone.now(),
    )  # fmt: skip


def tell(team: Team, title: str = "A job failed") -> None:
    notify(JOB_FAILED, team=team, title=title, body="no sound", href="/studio/morning-show/jobs/")


def message(channel: str) -> Message:
    return Message.objects.get(channel=channel)


@pytest.mark.spec("NTF-02")
def test_one_notice_goes_by_every_channel_that_the_person_has(
    team: Team, alice: User, server: Loopback, settings: Any, work: Work
) -> None:
    hook, browser = Slack(), PushService(sender=push.public_key())
    bot = Telegram()
    settings.TELEGRAM_API, settings.TELEGRAM_BOT_TOKEN = server.url, bot.token
    bot.open(server)
    contact(alice, "slack", hook.open(server))
    contact(alice, "push", browser.open(server))
    contact(alice, "telegram", "42")
    tell(team)
    work()
    assert {(one.channel, one.status) for one in Message.objects.all()} == {
        ("email", "sent"), ("slack", "sent"), ("push", "sent"), ("telegram", "sent"),
    }  # fmt: skip
    assert (len(hook.said), len(bot.said), len(mail.outbox)) == (1, 1, 1)
    notice = Notice.objects.get()
    assert (
        browser.shown[0]["url"]
        == f"http://127.0.0.1:8000/studio/morning-show/notifications/{notice.pk}/open/"
    )
    assert all(one.handed_at and len(one.attempts) == 1 for one in Message.objects.all())


def test_service_with_a_fault_is_asked_again_and_the_log_has_each_attempt(
    team: Team, alice: User, server: Loopback, work: Work
) -> None:
    hook = Slack()
    contact(alice, "slack", hook.open(server))
    server.routes[("POST", hook.path)] = [
        status(503), status(429, b"slow down", Retry_After="120"), status(200, b"ok"),
    ]  # fmt: skip
    tell(team)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        work()
        clock.shift(timedelta(seconds=10))
        work()
        clock.shift(timedelta(seconds=100))
        work()
        found = message("slack")
        assert (found.status, len(found.attempts)) == (MessageStatus.WAITING, 2)
        clock.shift(timedelta(seconds=60))
        work()
    found.refresh_from_db()
    assert (found.status, found.reason) == (MessageStatus.SENT, "")
    assert [one["outcome"] for one in found.attempts] == [
        "Slack has a fault at the moment (503).",
        "Slack asks to wait: too many calls (429).",
        "Handed over",
    ]


def test_after_the_last_attempt_it_is_a_failure_in_the_log_and_no_dead_job(
    team: Team, alice: User, server: Loopback, work: Work
) -> None:
    hook = Slack(refusal=(500, "fault"))
    contact(alice, "slack", hook.open(server))
    tell(team)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(12):
            work()
            clock.shift(timedelta(hours=1))
    found = message("slack")
    assert (found.status, len(found.attempts)) == (MessageStatus.FAILED, 8)
    assert not Job.objects.filter(status=JobStatus.DEAD).exists()


def test_unclear_outcome_is_not_sent_again(team: Team, alice: User, server: Loopback, work: Work) -> None:
    hook = Slack()
    contact(alice, "slack", hook.open(server))
    server.routes[("POST", hook.path)] = [nothing]
    tell(team)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        work()
        clock.shift(timedelta(hours=1))
        work()
    assert message("slack").status == MessageStatus.UNKNOWN
    assert len(server.asked) == 1


def test_worker_that_died_in_the_middle_leaves_the_outcome_open(team: Team, alice: User) -> None:
    tell(team)
    found = message("email")
    Message.objects.filter(pk=found.pk).update(status=MessageStatus.SENDING)
    assert deliver(found.pk, last_try=False) == MessageStatus.UNKNOWN
    assert Email.objects.count() == 0


@pytest.mark.spec("NTF-02")
def test_number_that_said_stop_is_used_no_more_and_its_owner_is_told(
    team: Team, alice: User, server: Loopback, settings: Any, work: Work
) -> None:
    other = Twilio()
    settings.TWILIO_API, settings.TWILIO_FROM = server.url, "+15005550006"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = other.account, other.token
    other.open(server)
    other.stopped.add("+4915123456789")
    phone = contact(alice, "sms", "+4915123456789")
    want(alice, team, "sms")
    tell(team, "one")
    work()
    tell(team, "two")
    work()
    phone.refresh_from_db()
    assert (phone.is_usable, "STOP" in phone.stopped_because) == (False, True)
    assert len(server.asked) == 1
    assert Notice.objects.get(type="contact.stopped").title == "Nothing is sent by SMS my sms any more"
    assert "Nothing is sent by SMS my sms any more" in [letter.subject for letter in mail.outbox]


def want(user: User, team: Team, channel: str) -> None:
    from apps.notifications.choices import Channel
    from apps.notifications.services.preferences import choose

    choose(user=user, team=team, kind=JOB_FAILED, channel=Channel(channel), wanted=True)


@pytest.mark.parametrize("answer", [(404, "no_service"), (410, "channel_is_archived")])
def test_revoked_hook_is_stopped(
    team: Team, alice: User, server: Loopback, work: Work, answer: tuple[int, str]
) -> None:
    hook = contact(alice, "slack", Slack(refusal=answer).open(server))
    tell(team)
    work()
    hook.refresh_from_db()
    assert (hook.is_usable, message("slack").status) == (False, MessageStatus.FAILED)


@pytest.mark.parametrize("code", [404, 410])
def test_browser_whose_subscription_has_ended_is_removed(
    team: Team, alice: User, server: Loopback, work: Work, code: int
) -> None:
    contact(alice, "push", PushService(sender=push.public_key(), gone=code).open(server))
    tell(team)
    work()
    assert (Contact.objects.count(), message("push").status) == (0, MessageStatus.FAILED)


def test_subscription_that_leads_into_a_private_network_is_never_called(
    team: Team, alice: User, server: Loopback, settings: Any, work: Work
) -> None:
    subscription = PushService(sender=push.public_key()).open(server)
    settings.OUTSIDE_ALLOW_PRIVATE = []
    contact(alice, "push", subscription)
    tell(team)
    work()
    assert (server.asked, Contact.objects.count()) == ([], 0)


def test_telegram_group_that_moved_is_followed(
    team: Team, alice: User, server: Loopback, settings: Any, work: Work
) -> None:
    bot = Telegram()
    settings.TELEGRAM_API, settings.TELEGRAM_BOT_TOKEN = server.url, bot.token
    bot.open(server)
    bot.refusals[42] = (400, {"description": "upgraded", "parameters": {"migrate_to_chat_id": -1007}})
    chat = contact(alice, "telegram", "42")
    tell(team)
    work()
    chat.refresh_from_db()
    assert (chat.address, [number for number, _ in bot.said]) == ("-1007", [-1007])


def test_contact_that_was_removed_meanwhile_gets_nothing(
    team: Team, alice: User, server: Loopback, work: Work
) -> None:
    contact(alice, "slack", Slack().open(server)).delete()
    tell(team)
    Message.objects.create(
        team=team, notice=Notice.objects.get(), user=alice, channel="slack", due_at=timezone.now()
    )
    assert deliver(message("slack").pk, last_try=False) == MessageStatus.DROPPED
    assert server.asked == []

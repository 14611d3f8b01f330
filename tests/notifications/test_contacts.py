"""Contacts: a number is proved by a code, a chat by a code sent to the bot; both are kept encrypted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.jobs.models import Job
from apps.notifications.errors import NoticeError
from apps.notifications.jobs import look_for_chats
from apps.notifications.models import Contact
from apps.notifications.services import contacts
from tests.core.http_loopback import Loopback
from tests.notifications.counterparts import Telegram, Twilio

pytestmark = pytest.mark.django_db
Work = Callable[[], int]
NUMBER = "+4915123456789"


@pytest.fixture
def twilio(server: Loopback, settings: Any) -> Twilio:
    other = Twilio()
    settings.TWILIO_API, settings.TWILIO_FROM = server.url, "+15005550006"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = other.account, other.token
    other.open(server)
    return other


@pytest.fixture
def bot(server: Loopback, settings: Any) -> Telegram:
    other = Telegram()
    settings.TELEGRAM_API, settings.TELEGRAM_BOT_TOKEN = server.url, other.token
    settings.TELEGRAM_BOT_NAME = "ShowBot"
    other.open(server)
    return other


def code_sent(twilio: Twilio) -> str:
    return twilio.sent[-1][1][:6]


def test_number_works_after_its_code_came_back(alice: User, twilio: Twilio, work: Work) -> None:
    contact = contacts.add_number(user=alice, number="+49 (151) 2345-6789")
    work()
    assert (twilio.sent[0][0], contact.is_usable) == (NUMBER, False)
    assert code_sent(twilio) not in str(list(Job.objects.values_list("args", "result")))
    assert contacts.confirm(contact=contact, code=code_sent(twilio)).is_usable


def test_code_is_worn_out_by_wrong_tries_and_by_time(alice: User, twilio: Twilio, work: Work) -> None:
    contact = contacts.add_number(user=alice, number=NUMBER)
    work()
    right = code_sent(twilio)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(contacts.CODE_TRIES):
        with pytest.raises(NoticeError, match="not the code"):
            contacts.confirm(contact=contact, code=wrong)
    with pytest.raises(NoticeError, match="no longer works"):
        contacts.confirm(contact=contact, code=right)
    contact = contacts.add_number(user=alice, number=NUMBER)
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=11)),
        pytest.raises(NoticeError, match="no longer"),
    ):
        contacts.confirm(contact=contact, code=contact.code)


def test_code_works_once(alice: User, twilio: Twilio) -> None:
    contact = contacts.add_number(user=alice, number=NUMBER)
    code = contact.code
    contacts.confirm(contact=contact, code=code)
    with pytest.raises(NoticeError):
        contacts.confirm(contact=contact, code=code)


def test_only_so_many_codes_are_sent_an_hour(alice: User, twilio: Twilio) -> None:
    for _ in range(contacts.CODES_AN_HOUR):
        contacts.add_number(user=alice, number=NUMBER)
    with pytest.raises(NoticeError, match="Wait"):
        contacts.add_number(user=alice, number=NUMBER)


@pytest.mark.parametrize("number", ["", "0151 2345", "+0123456789", "+49151234567890123", "+49 abc"])
def test_what_is_no_number_is_refused(alice: User, twilio: Twilio, number: str) -> None:
    with pytest.raises(NoticeError, match="country code"):
        contacts.add_number(user=alice, number=number)


@pytest.mark.spec("P-C07")
def test_address_is_unreadable_in_the_database(alice: User) -> None:
    contacts.add_slack(user=alice, address="https://hooks.slack.com/services/T0/B0/secret-of-the-hook")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM notifications_contact c")
        assert "secret-of" not in cursor.fetchone()[0]


def test_chat_is_linked_by_the_code_that_its_owner_sends_to_the_bot(
    alice: User, bob: User, bot: Telegram, work: Work
) -> None:
    look_for_chats()
    assert work() == 0  # nobody waits: the bot is not asked
    mine, theirs = contacts.link_telegram(user=alice), contacts.link_telegram(user=bob)
    bot.start("/start nonsense", 41)
    bot.start(f"/start {mine.code}", 42, "alice")
    bot.start(f"/start {mine.code}", 43, "eve")  # a code works once
    look_for_chats()
    work()
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.address, mine.hint, mine.is_usable, mine.code) == ("42", "alice", True, "")
    assert not theirs.is_usable


def test_code_for_a_chat_runs_out(alice: User, bot: Telegram, work: Work) -> None:
    waiting = contacts.link_telegram(user=alice)
    bot.start(f"/start {waiting.code}", 42)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        contacts.read_telegram()
        look_for_chats()
        assert work() == 0
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        assert contacts.forget_unproved() == 1


def test_same_address_is_one_contact_and_comes_back_to_life(alice: User) -> None:
    address = "https://hooks.slack.com/services/T0/B0/x"
    first = contacts.add_slack(user=alice, address=address)
    contacts.stop_contact(first, "Slack no longer knows it.")
    again = contacts.add_slack(user=alice, address=address, label="#studio")
    assert (again.pk, again.is_usable, Contact.objects.count()) == (first.pk, True, 1)


@pytest.mark.parametrize(
    "address", ["https://evil.example/services/T0/B0/x", "http://hooks.slack.com/services/a/b/c", "x"]
)
def test_only_slack_s_hooks_are_connected(alice: User, address: str) -> None:
    with pytest.raises(NoticeError, match="not the address"):
        contacts.add_slack(user=alice, address=address)


def test_browser_needs_a_secure_push_service(alice: User) -> None:
    from tests.notifications.counterparts import PushService

    subscription = PushService(sender="").open(Loopback(port=1))
    with pytest.raises(NoticeError, match="no secure address"):
        contacts.add_browser(user=alice, subscription=subscription, label="Firefox")
    with pytest.raises(NoticeError, match="usable subscription"):
        contacts.add_browser(user=alice, subscription="{}", label="Firefox")

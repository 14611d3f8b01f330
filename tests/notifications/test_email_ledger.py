"""Every e-mail is a row first; it leaves by a job, once, however long the mail server is away."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail
from django.core.mail import BadHeaderError, EmailMultiAlternatives, send_mail
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from apps.jobs.models import Job, JobStatus
from apps.jobs.runner import run_job
from apps.notifications.mail.packing import pack, unpack
from apps.notifications.models import Email, EmailStatus
from apps.notifications.services.mail import forget_old

Work = Callable[[], int]
LEDGER = "apps.notifications.mail.LedgerBackend"


class PostOffice:
    """A mail server's rules: what it takes, it keeps; `refusals` are given first, in order."""

    def __init__(self) -> None:
        self.kept: list[Envelope] = []
        self.refusals: dict[str, list[str]] = {}

    def _refusal(self, step: str) -> str | None:
        waiting = self.refusals.get(step, [])
        return waiting.pop(0) if waiting else None

    async def handle_RCPT(  # noqa: N802 – aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self._refusal("RCPT")
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        refusal = self._refusal("DATA")
        if refusal is None:
            self.kept.append(envelope)
        return refusal or "250 kept"


@contextmanager
def open_office(office: PostOffice, port: int) -> Iterator[None]:
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def port(settings: Any) -> int:
    """Where the mail server of this installation should be; nothing listens there yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    settings.EMAIL_BACKEND = LEDGER
    settings.EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found
    return found


def write(subject: str = "Your code", to: str = "mara@example.com") -> Email:
    send_mail(subject, "QX7-4PK", "studio@example.com", [to])
    return Email.objects.get(subject=subject)


@pytest.mark.django_db
@pytest.mark.spec("NTF-02")
def test_email_is_sent_once_after_an_hour_without_a_mail_server(port: int, work: Work) -> None:
    office, began = PostOffice(), timezone.now()
    row = write()
    with time_machine.travel(began, tick=False) as clock:
        while timezone.now() < began + timedelta(hours=1):
            work()
            clock.shift(timedelta(minutes=5))
        row.refresh_from_db()
        assert (row.status, Job.objects.get().status) == (EmailStatus.WAITING, JobStatus.SCHEDULED)
        assert "cannot be reached" in row.error
        with open_office(office, port):
            clock.shift(timedelta(hours=1))
            assert work() == 1
            run_job(str(Job.objects.get().pk))
            clock.shift(timedelta(days=1))
            assert work() == 0
    row.refresh_from_db()
    assert [envelope.rcpt_tos for envelope in office.kept] == [["mara@example.com"]]
    assert (row.status, row.content, row.error) == (EmailStatus.SENT, None, "")


@pytest.mark.django_db
def test_only_one_email_at_a_time_finds_out_that_the_server_is_away(port: int, work: Work) -> None:
    office, began = PostOffice(), timezone.now()
    rows = [write(f"Number {number}") for number in range(3)]
    with time_machine.travel(began, tick=False) as clock:
        work()
        assert sorted(Email.objects.values_list("attempts", flat=True)) == [0, 0, 1]
        assert set(Job.objects.values_list("status", flat=True)) == {JobStatus.SCHEDULED}
        with open_office(office, port):
            clock.shift(timedelta(seconds=30))
            work()
    assert (len(office.kept), {row.pk for row in Email.objects.filter(status="sent")}) == (
        3,
        {row.pk for row in rows},
    )


@pytest.mark.django_db
def test_email_of_a_transaction_that_is_undone_is_never_sent(port: int) -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert (Email.objects.count(), Job.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.spec("P-C07")
def test_waiting_email_is_unreadable_in_the_database_and_wiped_out_when_sent(port: int, work: Work) -> None:
    row = write()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM notifications_email WHERE id = %s", [row.pk])
        assert "QX7-4PK" not in cursor.fetchone()[0]
    assert "QX7-4PK" not in str(Job.objects.get().args)
    with open_office(PostOffice(), port):
        work()
    row.refresh_from_db()
    assert row.content is None


@pytest.mark.django_db
def test_each_try_carries_the_same_message_id(port: int, work: Work) -> None:
    office = PostOffice()
    office.refusals["DATA"] = ["451 try later"]
    write()
    with time_machine.travel(timezone.now(), tick=False) as clock, open_office(office, port):
        first = unpack(str(Email.objects.get().content)).extra_headers["Message-ID"]
        work()
        assert office.kept == []
        clock.shift(timedelta(minutes=1))
        work()
    sent = bytes(office.kept[0].original_content or b"").decode()
    assert re.findall(r"^Message-ID: (.+)\r$", sent, re.MULTILINE) == [first]


@pytest.mark.django_db
@pytest.mark.parametrize(("step", "said"), [("RCPT", "550 no such user"), ("DATA", "554 not wanted")])
def test_email_that_is_refused_for_good_is_not_tried_again(
    port: int, work: Work, step: str, said: str
) -> None:
    office = PostOffice()
    office.refusals[step] = [said]
    row = write()
    with open_office(office, port):
        work()
    row.refresh_from_db()
    assert (row.status, said[4:] in row.error, row.content) == (EmailStatus.REFUSED, True, None)
    assert (Job.objects.get().status, office.kept) == (JobStatus.DONE, [])


@pytest.mark.django_db
def test_line_breaks_in_a_header_are_refused_before_anything_is_written(port: int) -> None:
    with pytest.raises(BadHeaderError):
        write("Hello\nBcc: everybody@example.com")
    assert Email.objects.count() == 0


@pytest.mark.django_db
def test_email_for_nobody_is_no_email(port: int) -> None:
    assert send_mail("Hello", "words", None, []) == 0
    assert Email.objects.count() == 0


def test_packed_email_comes_back_as_it_was() -> None:
    message = EmailMultiAlternatives(
        "Grüße", "plain", "Studio <studio@example.com>", ["a@example.com"], bcc=["b@example.com"],
        cc=["c@example.com"], reply_to=["d@example.com"], headers={"X-Kind": "notice"},
    )  # fmt: skip
    message.attach_alternative("<p>rich</p>", "text/html")
    message.attach("cover.png", b"\x89PNG", "image/png")
    message.attach("words.csv", "a,b\n", "text/csv")
    back = unpack(pack(message))
    assert isinstance(back, EmailMultiAlternatives)
    assert (back.subject, back.body, back.from_email) == ("Grüße", "plain", "Studio <studio@example.com>")
    assert back.recipients() == message.recipients()
    assert (back.reply_to, back.extra_headers["X-Kind"]) == (["d@example.com"], "notice")
    assert [tuple(one) for one in back.alternatives] == [("<p>rich</p>", "text/html")]
    assert [tuple(one) for one in back.attachments] == [
        ("cover.png", b"\x89PNG", "image/png"),
        ("words.csv", "a,b\n", "text/csv"),
    ]
    assert pack(back) == pack(unpack(pack(back)))


@pytest.mark.django_db
def test_sign_up_writes_its_code_into_the_ledger(client: Client, settings: Any, work: Work) -> None:
    settings.EMAIL_BACKEND = LEDGER
    details = {
        "display_name": "Nina",
        "email": "nina@example.com",
        "password1": "nine lamps above the harbour",
        "birth_date": "1990-02-28",
    }
    client.post("/accounts/signup/", details)
    assert (Email.objects.get().recipients, mail.outbox) == (["nina@example.com"], [])
    work()
    assert [message.to for message in mail.outbox] == [["nina@example.com"]]


@pytest.mark.django_db
def test_rows_of_sent_emails_are_forgotten_after_a_month_and_waiting_ones_kept(port: int) -> None:
    old = timezone.now() - timedelta(days=31)
    for status in EmailStatus.values:
        Email.objects.create(recipients=["a@example.com"], subject=status, content="x", status=status)
    Email.objects.update(created_at=old)
    assert forget_old() == 2
    assert [row.status for row in Email.objects.all()] == [EmailStatus.WAITING]

"""The mailbox of the embedded default: e-mails that were written to files are read on a page."""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client

from apps.core.mailbox import read_mail, read_mails


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


def write(folder: Path, subject: str, body: str) -> None:
    backend = EmailBackend(file_path=str(folder))
    send_mail(subject, body, "studio@localhost", ["mara@example.com"], connection=backend)


def test_mails_are_read_from_the_files_newest_first(folder: Path) -> None:
    write(folder, "First – ü", "Your code\n\nABC-DEF\n")
    backend = EmailBackend(file_path=str(folder))
    message = EmailMultiAlternatives(
        "Second", "plain words", "studio@localhost", ["a@example.com", "b@example.com"]
    )
    message.attach_alternative("<p>rich words</p>", "text/html")
    message.connection = backend
    message.send()
    mails = read_mails(folder)
    assert sorted((mail.subject, mail.to, mail.text.strip()) for mail in mails) == [
        ("First – ü", "mara@example.com", "Your code\n\nABC-DEF"),
        ("Second", "a@example.com, b@example.com", "plain words"),
    ]
    assert [mail.at for mail in mails] == sorted((mail.at for mail in mails), reverse=True)
    assert all(read_mail(folder, mail.id) == mail for mail in mails)


def test_several_mails_of_one_file_are_told_apart(folder: Path) -> None:
    backend = EmailBackend(file_path=str(folder))
    backend.open()
    for subject in ("one", "two"):
        send_mail(subject, f"body of {subject}", "studio@localhost", ["a@example.com"], connection=backend)
    backend.close()
    assert sorted((mail.subject, mail.text.strip()) for mail in read_mails(folder)) == [
        ("one", "body of one"),
        ("two", "body of two"),
    ]


def test_nothing_is_read_where_there_is_nothing(tmp_path: Path) -> None:
    assert read_mails(tmp_path / "none") == []
    assert read_mail(tmp_path, "../../etc/passwd:0") is None
    assert read_mail(tmp_path, "missing.log:0") is None


def test_mailbox_page_lists_and_opens_an_email_without_running_it(
    client: Client, db: None, folder: Path
) -> None:
    write(folder, "<b>Hello</b>", "See http://127.0.0.1/x?a=1&b=2 <script>alert(1)</script>")
    page = client.get("/dev/mail/").content.decode()
    assert "&lt;b&gt;Hello&lt;/b&gt;" in page
    mail = read_mails(folder)[0]
    opened = client.get(f"/dev/mail/{mail.id}/").content.decode()
    assert '<a href="http://127.0.0.1/x?a=1&amp;b=2"' in opened
    assert "&lt;script&gt;" in opened
    assert client.get("/dev/mail/nothing.log:0/").status_code == 404


def test_mailbox_does_not_exist_where_emails_are_really_sent(client: Client, db: None, settings: Any) -> None:
    settings.EMBEDDED = False
    assert client.get("/dev/mail/").status_code == 404

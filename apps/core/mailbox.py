"""The mailbox of the embedded default: e-mails that Django wrote to files instead of sending them."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

_BREAK = re.compile(rb"^-{79}\n?$", re.MULTILINE)
_NAME = re.compile(r"[0-9A-Za-z-]+\.log")


@dataclass(frozen=True)
class Mail:
    """One e-mail. `id` names its file and its place in it; `at` is when it was sent, aware."""

    id: str
    subject: str
    sender: str
    to: str
    at: datetime
    text: str


def read_mails(folder: Path, *, limit: int = 100) -> list[Mail]:
    """The newest e-mails first; an empty list where none was ever sent."""
    files = sorted(folder.glob("*.log"), reverse=True)[:limit] if folder.is_dir() else []
    mails = [mail for file in files for mail in _mails_in(file)]
    return sorted(mails, key=lambda mail: mail.at, reverse=True)[:limit]


def read_mail(folder: Path, mail_id: str) -> Mail | None:
    """The e-mail with this id, or None."""
    name, _, _ = mail_id.partition(":")
    file = folder / name
    if not _NAME.fullmatch(name) or not file.is_file():
        return None
    return next((mail for mail in _mails_in(file) if mail.id == mail_id), None)


def _mails_in(file: Path) -> list[Mail]:
    parts = [part for part in _BREAK.split(file.read_bytes()) if part.strip()]
    return [_parsed(part.lstrip(b"\n"), f"{file.name}:{number}") for number, part in enumerate(parts)]


def _parsed(raw: bytes, mail_id: str) -> Mail:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if not isinstance(message, EmailMessage):  # the default policy makes no other kind
        raise TypeError(f"{mail_id} is not an e-mail")
    body = message.get_body(preferencelist=("plain", "html"))
    at = parsedate_to_datetime(str(message["Date"])) if message["Date"] else datetime.now(UTC)
    return Mail(
        id=mail_id,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        text=str(body.get_content()) if body else "",
    )

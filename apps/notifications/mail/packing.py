"""An e-mail as JSON text, so that it can wait in a row and be sent exactly as it was written."""

import base64
import json
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives


def pack(message: EmailMessage) -> str:
    """Everything about the e-mail. It gets its Date and Message-ID here, so that each try sends the same one."""
    headers = {str(name): str(value) for name, value in message.extra_headers.items()}
    names = {name.lower() for name in headers}
    if "date" not in names:
        headers["Date"] = formatdate()
    if "message-id" not in names:
        domain = parseaddr(message.from_email)[1].rpartition("@")[2] or "localhost"
        headers["Message-ID"] = make_msgid(domain=domain)
    parts = {
        "subject": str(message.subject),
        "body": str(message.body),
        "subtype": message.content_subtype,
        "from_email": message.from_email,
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "reply_to": list(message.reply_to),
        "headers": headers,
        "alternatives": [[str(one[0]), str(one[1])] for one in getattr(message, "alternatives", [])],
        "attachments": [_pack_attachment(one) for one in message.attachments],
    }
    return json.dumps(parts, ensure_ascii=False)


def _pack_attachment(attachment: Any) -> list[str]:
    """Name, base64 and type. Raises TypeError for a MIME object, which nobody here makes."""
    if not isinstance(attachment, tuple):
        raise TypeError("Attach (name, content, type), not a MIME object.")
    name, content, kind = attachment
    raw = content.encode() if isinstance(content, str) else content
    return [str(name or ""), base64.b64encode(raw).decode(), str(kind or "application/octet-stream")]


def unpack(text: str) -> EmailMessage:
    """The e-mail that was packed."""
    parts = json.loads(text)
    subtype, attachments = parts.pop("subtype"), parts.pop("attachments")
    message = EmailMultiAlternatives(
        **{**parts, "alternatives": [tuple(one) for one in parts["alternatives"]]}
    )
    message.content_subtype = subtype
    for name, content, kind in attachments:
        raw = base64.b64decode(content)
        message.attach(name or None, raw.decode() if kind.startswith("text/") else raw, kind)
    return message

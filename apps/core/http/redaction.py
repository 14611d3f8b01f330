"""Keeping secrets out of messages and logs."""

import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

HIDDEN = "[hidden]"
_QUERY_SECRET = re.compile(
    r"(?i)\b((?:[\w-]*(?:token|secret|password|signature|api[_-]?key))|key|sig|code)=[^&\s\"']+"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the given secrets (plain and URL-quoted), bearer tokens, and values of secret-looking
    parameters."""
    for secret in sorted((s for s in secrets if s), key=len, reverse=True):
        text = text.replace(secret, HIDDEN).replace(quote(secret, safe=""), HIDDEN)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    return _QUERY_SECRET.sub(rf"\1={HIDDEN}", text)


def place(url: str, secrets: Iterable[str] = ()) -> str:
    """Host and path of `url` for a log line: no query, no user, no secret."""
    parts = urlsplit(url)
    return redact(f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}", secrets)

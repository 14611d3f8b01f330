"""What came back: the response a caller reads, and the error that a failed one becomes."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from apps.core.http.errors import (
    AuthExpired,
    OutcomeUnknown,
    OutsideError,
    QuotaExceeded,
    RateLimited,
    Rejected,
    Unavailable,
)
from apps.core.http.redaction import redact

DETAIL_LENGTH = 300
CODE_LENGTH = 80
LONGEST_WAIT_S = 7 * 24 * 3600.0


@dataclass(frozen=True)
class Response:
    """An answer read to its end. `url` is the address that answered last."""

    status: int
    headers: httpx.Headers
    content: bytes
    url: str
    service: str = ""
    idempotent: bool = True
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def content_type(self) -> str:
        """Lower-case media type without parameters, such as "text/html"."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text in its declared charset, UTF-8 otherwise; undecodable bytes are replaced."""
        charset = httpx.Response(200, headers=self.headers).charset_encoding or "utf-8"
        try:
            return self.content.decode(charset, errors="replace")
        except LookupError:
            return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The parsed body. Raises Unavailable for anything else than JSON, OutcomeUnknown if the call
        changed something."""
        try:
            return json.loads(self.content)
        except ValueError as error:
            kind = Unavailable if self.idempotent else OutcomeUnknown
            raise kind(
                f"{self.service} sent an answer that cannot be read.",
                status=self.status,
                detail=redact(self.text, self.secrets)[:DETAIL_LENGTH],
            ) from error

    def json_object(self) -> dict[str, Any]:
        """The parsed body where it must be a JSON object."""
        data = self.json()
        if not isinstance(data, dict):
            kind = Unavailable if self.idempotent else OutcomeUnknown
            raise kind(f"{self.service} sent an answer of the wrong shape.", status=self.status)
        return data


def retry_after_s(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds that `Retry-After` (RFC 9110, 10.2.3: seconds or HTTP date) or `retry-after-ms` asks to wait,
    or None.

    `now` is Unix time. Never negative, never more than a week.

    """
    wait: float | None = None
    value = headers.get("retry-after", "").strip()
    try:
        if headers.get("retry-after-ms"):
            wait = float(headers["retry-after-ms"]) / 1000
        elif value:
            wait = _seconds_or_date(value, time.time() if now is None else now)
    except ValueError:
        return None
    return None if wait is None or wait != wait else min(max(wait, 0.0), LONGEST_WAIT_S)


def _seconds_or_date(value: str, now: float) -> float:
    if value[0].isdigit():
        return float(value)
    moment = parsedate_to_datetime(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now


def error_for(response: Response) -> OutsideError:
    """The error that a status of 400 or more means; a service with other habits has a `classify`."""
    # Redacted before they are cut: half a secret at the end would not be known for one.
    said = [redact(text, response.secrets) for text in _what_it_said(response)]
    code, detail = said[0][:CODE_LENGTH], said[1][:DETAIL_LENGTH]
    kind, sentence = _meaning(response.status, response.idempotent)
    message = f"{response.service} {sentence}" + (f" It said: {detail}" if detail else "")
    return kind(
        message,
        retry_after_s=retry_after_s(response.headers),
        status=response.status,
        detail=detail,
        code=code,
    )


def _meaning(status: int, idempotent: bool) -> tuple[type[OutsideError], str]:
    if status == 401:
        return AuthExpired, "did not accept the key or sign-in (401). Check it and save it again."
    if status == 402:
        return QuotaExceeded, "wants payment first (402). Check the account's credit there."
    if status == 403:
        return Rejected, "does not allow this (403). Check what the key or account may do there."
    if status == 404:
        return Rejected, "does not know this address (404)."
    if status == 429:
        return RateLimited, "asks to wait: too many calls (429)."
    if status in (502, 504) and not idempotent:
        return OutcomeUnknown, f"did not say whether it was done ({status})."
    if status >= 500 or status in (408, 425):
        return Unavailable, f"has a fault at the moment ({status})."
    return Rejected, f"did not accept the call ({status})."


def _what_it_said(response: Response) -> tuple[str, str]:
    """Code and message out of the error shapes in use: {"error": {…}}, {"error": "…"}, {"detail": …},
    {"errors": […]}."""
    try:
        data = json.loads(response.content)
    except ValueError:
        return "", ""
    if not isinstance(data, dict):
        return "", ""
    found = next((data[key] for key in ("error", "detail", "errors", "message") if data.get(key)), "")
    if isinstance(found, list):
        found = found[0] if found else ""
    if isinstance(found, dict):
        code = found.get("code") or found.get("status") or found.get("type") or ""
        message = found.get("message") or found.get("msg") or ""
        return str(code), str(message)
    return "", str(found)

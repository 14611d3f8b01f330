"""Errors to Sentry, where SENTRY_DSN is set: without request bodies, cookies, local variables or secrets (OPS-04)."""

import logging
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration

from apps.core.correlation import current_id
from apps.core.endings import at_end
from apps.core.http.redaction import redact

DROPPED = ("request", "user", "extra", "breadcrumbs", "modules", "server_name")
FLUSH_S = 3.0


def configure(dsn: str, *, environment: str) -> None:
    """Report whatever is logged as an error, unhandled ones of requests and jobs that die among them.

    Only the log is listened to: nothing of Django, of its requests or of the HTTP seam is patched.
    """
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        before_send=_cleaned,  # type: ignore[arg-type]
    )
    at_end(lambda: sentry_sdk.flush(FLUSH_S))


def _cleaned(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """With the correlation id, without what was around it; every text goes through the redaction."""
    event.setdefault("tags", {})["correlation_id"] = current_id()
    for name in DROPPED:
        event.pop(name, None)
    cleaned: dict[str, Any] = _redacted(event)
    return cleaned


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(item) for item in value]
    return value

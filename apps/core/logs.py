"""How log lines are written: for people or for machines, with the correlation id, without secrets (OPS-02)."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from apps.core.http.redaction import redact


class LineFormatter(logging.Formatter):
    """One line for a person, and the trace below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(correlation_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class JsonFormatter(logging.Formatter):
    """A JSON object a line: `at` (ISO 8601, UTC), `level`, `logger`, `correlation_id`, `message`, maybe `trace`.

    What is logged with `extra={"facts": {…}}` stands beside them.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "correlation_id": getattr(record, "correlation_id", "-"),
            "message": redact(record.getMessage()),
        }
        for name, value in getattr(record, "facts", {}).items():
            line.setdefault(name, redact(value) if isinstance(value, str) else value)
        if record.exc_info:
            line["trace"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class RouteForAddress(logging.Filter):
    """Django's own lines about requests name the route: addresses hold ids, and links that open something."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and not hasattr(record, "route"):  # once, however often it is configured
            match = getattr(request, "resolver_match", None)
            route = match.view_name if match else "unknown"
            record.msg, record.args = "%s at %s", (_what(record), route)
            record.__dict__["route"] = route
        return True


def _what(record: logging.LogRecord) -> str:
    """Internal Server Error, Not Found: what stands before the address."""
    return record.getMessage().partition(":")[0]

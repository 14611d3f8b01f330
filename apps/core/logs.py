"""How log lines are written: for people or for machines, with the correlation id, without secrets (OPS-02)."""

import json
import logging
from datetime import UTC, datetime

from apps.core.http.redaction import redact


class LineFormatter(logging.Formatter):
    """One line for a person, and the trace below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(correlation_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class JsonFormatter(logging.Formatter):
    """A JSON object a line: `at` (ISO 8601, UTC), `level`, `logger`, `correlation_id`, `message`, maybe `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "correlation_id": getattr(record, "correlation_id", "-"),
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)

"""What an outside call leaves behind: a log line, its figures and its span, none of them with a secret."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from apps.core import tracing
from apps.core.http.redaction import place
from apps.core.metrics import LONG_S, Counter, Histogram

logger = logging.getLogger("apps.core.http")

CALLS = Counter(
    "showrunner_outside_calls_total", "Outside calls by what came of them.", ("service", "outcome")
)
CALL_SECONDS = Histogram(
    "showrunner_outside_call_seconds", "Time to the end of an outside call.", ("service",), bounds=LONG_S
)


@dataclass
class Call:
    """One call while it lasts; `status` is filled in when an answer comes."""

    status: int | None = None

    @property
    def outcome(self) -> str:
        """ok, limited (429), refused (other 4xx), fault (5xx) or no_answer."""
        if self.status is None:
            return "no_answer"
        if self.status < 400:
            return "ok"
        if self.status == 429:
            return "limited"
        return "refused" if self.status < 500 else "fault"


@contextmanager
def measured(method: str, url: str, service: str, secrets: tuple[str, ...]) -> Iterator[Call]:
    """Count, time, log and trace one call. `service` is one of few names, never what a person typed."""
    call, started = Call(), time.monotonic()
    with tracing.span(f"{method} {service}", kind="client", service=service) as span:
        try:
            yield call
        finally:
            seconds = time.monotonic() - started
            CALLS.add(service=service, outcome=call.outcome)
            CALL_SECONDS.observe(seconds, service=service)
            span.set(outcome=call.outcome, status=call.status or 0)
            facts = {"service": service, "status": call.status, "seconds": round(seconds, 4)}
            shown = call.status if call.status is not None else "no answer"
            words = (method, place(url, secrets), shown, seconds)
            logger.info("%s %s %s in %.2f s", *words, extra={"facts": facts})

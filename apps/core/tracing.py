"""Traces (OPS-03): a span for each request, job and outside call, sent to an OpenTelemetry collector.

Where OTEL_EXPORTER_OTLP_ENDPOINT is empty nothing is imported and `span` does nothing. The id of a trace is the
correlation id, and the id of its first span follows from it: so a job joins the trace of the request that started
it, though its row says nothing about traces, and a log line leads to its trace.
"""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from apps.core.correlation import NONE, current_id

MASK_64 = (1 << 64) - 1
FLUSH_MS = 3000


class Span(Protocol):
    """What is known of a span while it lasts."""

    def set(self, **facts: str | int | float) -> None:
        """Further attributes. No secrets, no addresses with ids."""

    def fail(self, reason: str) -> None:
        """It went wrong; `reason` is a word, such as the name of the error."""


class _NoSpan:
    def set(self, **facts: str | int | float) -> None:
        """Traces are off."""

    def fail(self, reason: str) -> None:
        """Traces are off."""


class _Tracing:
    """The tracer of this process, if there is one."""

    provider: Any = None
    tracer: Any = None


_first_span: ContextVar[int | None] = ContextVar("first_span_id", default=None)


def is_on() -> bool:
    return _Tracing.tracer is not None


def trace_id(correlation_id: str) -> int:
    """The correlation id itself where it is 32 hexadecimal digits, as ours are; else 128 bits of its hash."""
    if len(correlation_id) == 32 and all(digit in "0123456789abcdef" for digit in correlation_id):
        return int(correlation_id, 16) or 1
    return int.from_bytes(hashlib.sha256(correlation_id.encode()).digest()[:16], "big")


def first_span_id(trace: int) -> int:
    """The id of the span that a trace begins with."""
    return (trace & MASK_64) or 1


def configure(endpoint: str, *, service: str) -> None:
    """Send spans to `endpoint`/v1/traces (OTLP over HTTP), collected for a few seconds each time."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class CorrelatedIds(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            correlation_id = current_id()
            return super().generate_trace_id() if correlation_id == NONE else trace_id(correlation_id)

        def generate_span_id(self) -> int:
            return _first_span.get() or super().generate_span_id()

    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=5)
    provider = TracerProvider(
        resource=Resource.create({"service.name": service}),
        id_generator=CorrelatedIds(),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=FLUSH_MS))
    _Tracing.provider, _Tracing.tracer = provider, provider.get_tracer("showrunner")


def flush() -> None:
    """Send what is collected: for a process that is about to end without warning."""
    if _Tracing.provider is not None:
        _Tracing.provider.force_flush(FLUSH_MS)


def shut_down() -> None:
    """Send the rest and stop."""
    provider, _Tracing.provider, _Tracing.tracer = _Tracing.provider, None, None
    if provider is not None:
        provider.shutdown()


@contextmanager
def span(name: str, *, kind: str = "internal", **facts: str | int | float) -> Iterator[Span]:
    """A span as long as the block lasts, within the one around it.

    `kind` is server (a request: the first of its trace), consumer (a job: hangs on the first), client (an outside
    call) or internal. An exception marks it as failed by its name alone, since messages may hold secrets.
    """
    if _Tracing.tracer is None:
        yield _NoSpan()
        return
    from opentelemetry.trace import SpanKind

    parent, first = _place(kind)
    token = _first_span.set(first)
    try:
        begun = _Tracing.tracer.start_span(name, context=parent, kind=SpanKind[kind.upper()])
    finally:
        _first_span.reset(token)
    with _used(begun) as live:
        live.set(correlation_id=current_id(), **facts)
        yield live


def _place(kind: str) -> tuple[Any, int | None]:
    """The context that a new span begins in, and its id where it is given."""
    from opentelemetry import trace
    from opentelemetry.context import Context

    if kind not in ("server", "consumer") or current_id() == NONE:
        return None, None
    whole = trace_id(current_id())
    if kind == "server":
        return Context(), first_span_id(whole)
    origin = trace.SpanContext(whole, first_span_id(whole), is_remote=True, trace_flags=trace.TraceFlags(1))
    return trace.set_span_in_context(trace.NonRecordingSpan(origin), Context()), None


class _LiveSpan:
    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def set(self, **facts: str | int | float) -> None:
        self.inner.set_attributes(facts)

    def fail(self, reason: str) -> None:
        from opentelemetry.trace import Status, StatusCode

        self.inner.set_status(Status(StatusCode.ERROR, reason))


@contextmanager
def _used(begun: Any) -> Iterator[_LiveSpan]:
    from opentelemetry import trace

    live = _LiveSpan(begun)
    with trace.use_span(begun, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        over = False
        try:
            yield live
            over = True
        finally:
            error = sys.exc_info()[0]
            if not over and error is not None:
                live.fail(error.__name__)


def headers() -> dict[str, str]:
    """What an outside call carries so that the other side can go on with the trace (W3C Trace Context)."""
    if _Tracing.tracer is None:
        return {}
    from opentelemetry import trace

    here = trace.get_current_span().get_span_context()
    return {"traceparent": f"00-{here.trace_id:032x}-{here.span_id:016x}-01"} if here.is_valid else {}

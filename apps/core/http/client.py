"""Calls to one outside service: time limits, address guard, size limits, one error family, no secret in any
message."""

import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Self
from urllib.parse import urlsplit

import httpcore
import httpx
from django.conf import settings

from apps.core import correlation, tracing
from apps.core.http import guard as guards
from apps.core.http.answers import Response, error_for
from apps.core.http.body import read_limited
from apps.core.http.errors import OutcomeUnknown, OutsideError, Unavailable
from apps.core.http.measuring import measured
from apps.core.http.redaction import redact
from apps.core.transactions import in_transaction

USER_AGENT = "Showrunner/1"
TIMEOUT_S = 30.0
CONNECT_TIMEOUT_S = 10.0
MAX_BYTES = 10_000_000
TLS_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
IDEMPOTENT_METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")

Classify = Callable[[Response], OutsideError | None]


class Client:
    """Talks to one service at `base_url`. Use it as a context manager, or `close()` it.

    `timeout_s` is for a whole call, from the look-up of the name to the last byte. `secrets` are hidden
    wherever they would show. `guard=False` only for addresses that the operator wrote into the settings.
    `service` is the name used in sentences, `label` the one in metrics: one of few, fixed in the code.
    `classify` turns a failed answer into a better error than its status alone does.
    `inside_transactions=True` is for the master key alone, which is asked once a process.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
        guard: bool = True,
        secrets: Iterable[str] = (),
        service: str = "",
        label: str = "other",
        classify: Classify | None = None,
        inside_transactions: bool = False,
    ) -> None:
        self.base_url = guards.check_url(base_url).rstrip("/")
        self.timeout_s = timeout_s
        self.secrets = tuple(secret for secret in secrets if secret)
        self.service = service or urlsplit(base_url).hostname or ""
        self.label = label
        self._classify = classify
        self._inside_transactions = inside_transactions
        self._httpx = httpx.Client(
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate", **(headers or {})},
            transport=_GuardedTransport(guard),
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._httpx.close()

    def get(self, path: str, **options: Any) -> Response:
        """See `request`."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> Response:
        """See `request`. Say `idempotent=True` where sending twice does no harm (a search, a voice)."""
        return self.request("POST", path, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        max_bytes: int = MAX_BYTES,
        timeout_s: float | None = None,
        idempotent: bool | None = None,
        **content: Any,
    ) -> Response:
        """Send, and read the whole answer. `content`: json, data, files, content, params, headers.

        Returns answers below 400; raises an OutsideError for all else, AddressRefused for private
        addresses, RuntimeError inside a database transaction.
        """
        safe = method in IDEMPOTENT_METHODS if idempotent is None else idempotent
        with self.stream(method, path, timeout_s=timeout_s, idempotent=safe, **content) as (head, chunks):
            body = b"".join(read_limited(chunks, head.headers.get("content-encoding", ""), max_bytes))
        response = Response(head.status, head.headers, body, head.url, self.service, safe, self.secrets)
        if response.status >= 400:
            raise (self._classify and self._classify(response)) or error_for(response)
        return response

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        *,
        timeout_s: float | None = None,
        idempotent: bool = True,
        **content: Any,
    ) -> Iterator[tuple[Response, Iterator[bytes]]]:
        """The head of the answer and its raw (still packed) chunks, whatever its status.

        `path` follows `base_url`, or is a whole address of its own.
        """
        if not self._inside_transactions:
            refuse_inside_transaction()
        url = path if path.startswith(("http://", "https://")) else f"{self.base_url}/{path.lstrip('/')}"
        guards.check_url(url)
        limit_s = timeout_s or self.timeout_s
        content["headers"] = {correlation.HEADER: correlation.current_id(), **(content.get("headers") or {})}
        token = guards.deadline.set(time.monotonic() + limit_s)
        try:
            timeout = httpx.Timeout(limit_s, connect=min(CONNECT_TIMEOUT_S, limit_s))
            with measured(method, url, self.label, self.secrets) as call:
                content["headers"].update(tracing.headers())
                with self._httpx.stream(method, url, timeout=timeout, **content) as answer:
                    call.status = answer.status_code
                    yield self._head(answer, idempotent), answer.iter_raw()
        except (httpx.TransportError, httpx.InvalidURL, httpx.StreamError) as error:
            # Without the cause: its text and its request may hold the secret.
            raise self._transport_error(error, idempotent) from None
        finally:
            guards.deadline.reset(token)

    def _head(self, answer: httpx.Response, idempotent: bool) -> Response:
        address = str(answer.url)
        return Response(
            answer.status_code, answer.headers, b"", address, self.service, idempotent, self.secrets
        )

    def _transport_error(self, error: Exception, idempotent: bool) -> OutsideError:
        detail = redact(f"{type(error).__name__}: {error}", self.secrets)[:300]
        if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)):
            return Unavailable(
                f"{self.service} cannot be reached. Check the address, or try again later.", detail=detail
            )
        if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)):
            return Unavailable(f"{self.service} has an address that cannot be called.", False, detail=detail)
        if not idempotent:
            return OutcomeUnknown(
                f"{self.service} was asked, but its answer did not arrive, so it may or may not be done.",
                detail=detail,
            )
        if isinstance(error, httpx.TimeoutException):
            return Unavailable(f"{self.service} took too long to answer.", detail=detail)
        return Unavailable(f"{self.service} broke off before it had answered.", detail=detail)


class _GuardedTransport(httpx.HTTPTransport):
    """httpx over our own connections. Environment proxies are not used: behind one, no address could be
    checked."""

    def __init__(self, guard: bool) -> None:
        super().__init__(verify=tls(), trust_env=False)
        backend = guards.GuardedBackend() if guard else guards.DeadlineBackend()
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls(), max_connections=10, keepalive_expiry=5, network_backend=backend
        )


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """Certificates are checked; below settings.OUTSIDE_TLS_MINIMUM nothing is said."""
    context = httpx.create_ssl_context()
    context.minimum_version = TLS_VERSIONS[settings.OUTSIDE_TLS_MINIMUM]
    return context


def refuse_inside_transaction() -> None:
    """Raises RuntimeError when a database transaction is open: a slow answer would hold its locks."""
    if in_transaction():
        raise RuntimeError("An outside call inside a database transaction. Commit first.")

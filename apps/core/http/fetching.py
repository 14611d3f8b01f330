"""Addresses that a person typed, and files that a service points at."""

import hashlib
import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from apps.core.http.answers import Response, error_for
from apps.core.http.body import read_limited
from apps.core.http.client import MAX_BYTES, Client
from apps.core.http.errors import OutsideError, Rejected

MAX_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
ERROR_BYTES = 100_000


class WrongType(Rejected):
    """The address leads to another kind of file than asked for; `content_type` says which."""

    def __init__(self, message: str, content_type: str) -> None:
        super().__init__(message)
        self.content_type = content_type


@dataclass(frozen=True)
class Download:
    """A file that was fetched whole."""

    path: Path
    size: int
    sha256: str
    content_type: str
    url: str


def fetch(
    url: str,
    *,
    max_bytes: int = MAX_BYTES,
    allowed_types: Collection[str] = (),
    timeout_s: float = 20.0,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """GET an address that a person typed, following at most five redirects, each checked like the first.

    `allowed_types` are media types ("text/html", "image/*"); empty allows all. `timeout_s` holds for each
    hop. Raises AddressRefused, WrongType, TooLarge or another OutsideError.
    """
    with _open(url, allowed_types, timeout_s, headers) as (head, chunks):
        body = b"".join(read_limited(chunks, head.headers.get("content-encoding", ""), max_bytes))
    return Response(head.status, head.headers, body, head.url, head.service)


def download(
    url: str,
    to: Path,
    *,
    max_bytes: int,
    allowed_types: Collection[str] = (),
    timeout_s: float = 300.0,
    headers: Mapping[str, str] | None = None,
) -> Download:
    """Fetch `url` into the file `to`, which appears only when it is complete. Raises what `fetch` does, and
    OSError."""
    digest, size = hashlib.sha256(), 0
    part = to.with_name(f".{to.name}.{uuid.uuid4().hex}")
    try:
        with _open(url, allowed_types, timeout_s, headers) as (head, chunks), part.open("xb") as file:
            for piece in read_limited(chunks, head.headers.get("content-encoding", ""), max_bytes):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return Download(to, size, digest.hexdigest(), head.content_type, head.url)


@contextmanager
def _open(
    url: str, allowed_types: Collection[str], timeout_s: float, headers: Mapping[str, str] | None
) -> Iterator[tuple[Response, Iterator[bytes]]]:
    """The answer at the end of the redirects, its status below 300 and its type allowed."""
    seen: list[str] = []
    while True:
        seen.append(url)
        with (
            Client(url, headers=headers, timeout_s=timeout_s, label="web") as client,
            client.stream("GET", url) as (head, chunks),
        ):
            if head.status not in REDIRECTS or not head.headers.get("location"):
                _check(head, chunks, allowed_types)
                yield head, chunks
                return
            following = _next_hop(url, head, seen)
        if urlsplit(following).netloc != urlsplit(url).netloc:
            headers = None  # what was meant for one host is not shown to the next
        url = following


def _next_hop(url: str, head: Response, seen: list[str]) -> str:
    following = urljoin(url, head.headers["location"])
    if following in seen:
        raise Rejected(f"{head.service} sends the reader round in a circle, so the page cannot be opened.")
    if len(seen) > MAX_REDIRECTS:
        raise Rejected(f"The address leads on and on: more than {MAX_REDIRECTS} redirects.")
    if urlsplit(url).scheme == "https" and urlsplit(following).scheme == "http":
        raise Rejected(
            f"{head.service} leads from a secure to an insecure address, which Showrunner does not follow."
        )
    return following


def _check(head: Response, chunks: Iterator[bytes], allowed_types: Collection[str]) -> None:
    if head.status >= 400:
        raise error_for(_with_body(head, chunks))
    if head.status >= 300:
        raise Rejected(f"{head.service} gave no page ({head.status}).", status=head.status)
    if allowed_types and not any(_matches(head.content_type, wanted) for wanted in allowed_types):
        kind = head.content_type or "a file of unknown kind"
        raise WrongType(f"The address leads to {kind}, which cannot be used here.", head.content_type)


def _with_body(head: Response, chunks: Iterator[bytes]) -> Response:
    try:
        body = b"".join(read_limited(chunks, head.headers.get("content-encoding", ""), ERROR_BYTES))
    except (OutsideError, httpx.TransportError):
        body = b""
    return Response(head.status, head.headers, body, head.url, head.service)


def _matches(content_type: str, wanted: str) -> bool:
    return content_type == wanted or (wanted.endswith("/*") and content_type.startswith(wanted[:-1]))

"""A real HTTP server on the loopback that answers as it is told, and remembers what it was asked."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = Callable[["Handler"], None]


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    loopback: "Loopback"

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, parse_qs(parts.query), headers, self.rfile.read(length))
        self.loopback.asked.append(asked)
        answers = self.loopback.routes.get((self.command, parts.path)) or [status(404)]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        try:
            answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def send(self, code: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@dataclass
class Loopback:
    """`routes[(method, path)]` is a list of answers, given one after the other; the last one stays."""

    port: int = 0
    host: str = "127.0.0.1"
    routes: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"

    def on(self, method: str, path: str, *answers: Answer) -> str:
        """Answer there like this, and return the whole address."""
        self.routes[(method, path)] = list(answers)
        return f"{self.url}{path}"


@contextmanager
def running() -> Iterator[Loopback]:
    loopback = Loopback()
    handler = type("BoundHandler", (Handler,), {"loopback": loopback})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    loopback.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield loopback
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def status(code: int, body: Any = None, **headers: str) -> Answer:
    """A status with a JSON body (or raw bytes); header names with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(handler: Handler) -> None:
        if isinstance(body, bytes):
            handler.send(code, body, named)
        else:
            payload = b"" if body is None else json.dumps(body).encode()
            handler.send(code, payload, {"Content-Type": "application/json", **named})

    return answer


def html(text: str, **headers: str) -> Answer:
    return status(200, text.encode(), **{"Content-Type": "text/html; charset=utf-8", **headers})


def redirect(location: str, code: int = 302) -> Answer:
    return status(code, b"", Location=location)


def nothing(handler: Handler) -> None:
    """Close the connection without a byte."""
    handler.close_connection = True
    handler.connection.close()


def cut_short(handler: Handler) -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.close_connection = True


def silent_for(seconds: float) -> Answer:
    def answer(handler: Handler) -> None:
        time.sleep(seconds)
        handler.send(200, b"{}")

    return answer


def slow_drip(handler: Handler, *, head: bool = False) -> None:
    """A byte every 50 ms, for 20 seconds: each read succeeds, the whole never ends."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    if not head:
        handler.wfile.write(b"Content-Type: text/html\r\nContent-Length: 400\r\n\r\n")
    for _ in range(400):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)
    handler.close_connection = True


def slow_head(handler: Handler) -> None:
    """A header line that never ends."""
    slow_drip(handler, head=True)


def endless(piece: bytes, content_type: str = "text/html") -> Answer:
    """The piece again and again, until the reader has had enough."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", content_type)
        handler.end_headers()
        handler.close_connection = True
        for _ in range(200_000_000 // len(piece)):
            handler.wfile.write(piece)

    return answer

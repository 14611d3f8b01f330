"""The stand-ins on a real HTTP server of the test's own, and what tests say to them.

    from tests.sandbox.live import sandbox  # noqa: F401 - a fixture

    def test_upload(sandbox: Sandbox) -> None:
        channel = sandbox.account("google")
        tokens = sandbox.tokens(channel, scopes=("https://www.googleapis.com/auth/youtube",))
        sandbox.fail("google", "unavailable", operation="videos.insert", times=1)

The server runs in a thread of the test and, in a test that asks for `db` only, on the test's own connection, so that
it sees what the test wrote and nothing has to be emptied afterwards. A test with threads of its own, or with slow
answers that it does not wait for, asks for `transactional_db` too. Answers of the YouTube stand-in are held against
Google's discovery document, whoever asked (SBX-03).
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref import simple_server

import pytest
from django.core.servers.basehttp import ServerHandler, ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections

from apps.sandbox.models import Account, Fault, Grant, LoggedCall, TokenKind, Video
from apps.sandbox.registry import stand_ins
from apps.sandbox.services import accounts, faults, grants
from apps.sandbox.zoom.oauth import REGISTERED as ZOOM_REGISTERED
from tests.sandbox.schemas import CheckedHandler

YOUTUBE = ("youtube", "youtube.upload", "youtube.force-ssl", "youtube.readonly")
ALL_SCOPES: dict[str, tuple[str, ...]] = {
    "google": tuple(f"https://www.googleapis.com/auth/{name}" for name in YOUTUBE),
    "tiktok": tuple(f"user.info.{name}" for name in ("basic", "profile", "stats"))
    + tuple(f"video.{name}" for name in ("list", "publish", "upload")),
    "meta": tuple(
        f"pages_{name}"
        for name in ("show_list", "read_engagement", "manage_posts", "manage_engagement", "read_user_content")
    )
    + tuple(
        f"instagram_{name}" for name in ("basic", "content_publish", "manage_comments", "manage_insights")
    )
    + ("read_insights", "pages_manage_metadata"),
    "twitch": (
        "user:read:email",
        "channel:read:stream_key",
        "channel:manage:broadcast",
        "moderator:read:followers",
    ),
    "restream": ("profile.read", "channels.read", "channels.write", "stream.read"),
    "zoom": ZOOM_REGISTERED,
    "microsoft": ("openid", "profile", "User.Read", "OnlineMeetings.ReadWrite", "offline_access"),
}
CLIENTS = {"google": "youtube", "meta": "facebook", "microsoft": "teams"}


@dataclass(frozen=True)
class Issued:
    """Tokens in plain text, which only who asked for them ever sees."""

    grant: Grant
    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)


@dataclass
class Sandbox:
    """`url` is settings.SANDBOX_URL while the test runs. `wrong` are answers that broke their platform's schema."""

    url: str
    wrong: list[str] = field(default_factory=list)

    def account(self, platform: str, name: str = "Test Kitchen", **facts: Any) -> Account:
        """A new account there; its facts as the platform's folder reads them."""
        made = stand_ins()[platform].new_account(name)
        return accounts.change_facts(made, **facts) if facts else made

    def tokens(
        self, account: Account, *, scopes: tuple[str, ...] | None = None, client_id: str = ""
    ) -> Issued:
        """What an application holds after a person allowed it all, or these scopes."""
        client = client_id or f"sandbox-{CLIENTS.get(account.platform, account.platform)}"
        asked = ALL_SCOPES[account.platform] if scopes is None else scopes
        grant = account.grants.create(client_id=client, scopes=list(asked))
        return Issued(
            grant,
            access_token=grants.issue(grant, TokenKind.ACCESS, prefix="test.", life_s=3600),
            refresh_token=grants.issue(grant, TokenKind.REFRESH, prefix="test-refresh.", life_s=None),
        )

    def fail(self, platform: str, kind: str, **how: Any) -> Fault:
        """Let something go wrong: see services.faults.switch_on."""
        return faults.switch_on(platform, kind, **how)

    def mend(self, platform: str = "") -> None:
        faults.switch_all_off(platform)

    def calls(self, platform: str, operation: str = "") -> list[str]:
        """What was called, in order, as "operation status"."""
        found = LoggedCall.objects.filter(platform=platform).order_by("created_at", "id")
        found = found.filter(operation=operation) if operation else found
        return [f"{call.operation} {call.status}" for call in found]

    def videos(self, account: Account) -> list[Video]:
        """What is at the platform and was not taken down, the oldest first."""
        return list(account.videos.filter(deleted_at=None).order_by("created_at", "id"))


class _ServerHandler(ServerHandler):
    def finish_response(self) -> None:
        """An answer that is dropped on purpose ends the connection."""
        try:
            super().finish_response()
        except ConnectionResetError:
            self.request_handler.close_connection = True
            raise


class _Handler(WSGIRequestHandler):
    """Quiet, and with every header that comes."""

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""

    def get_environ(self) -> dict[str, Any]:
        """With the headers that Django drops for their underscores: Meta's `file_offset` is one."""
        return simple_server.WSGIRequestHandler.get_environ(self)

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        handler = _ServerHandler(self.rfile, self.wfile, self.get_stderr(), self.get_environ())
        handler.request_handler = self
        handler.run(self.server.get_app())


class _Server(ThreadedWSGIServer):
    request_queue_size = 50

    def _close_connections(self) -> None:
        """The test's own connection stays open; a thread's own is closed."""
        if not self.connections_override:
            connections.close_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what some tests are about."""


@pytest.fixture
def sandbox(
    request: pytest.FixtureRequest, settings: Any, tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """The stand-ins, with nothing in them; processing takes no time unless the test sets SANDBOX_PROCESSING_S."""
    mark = request.node.get_closest_marker("django_db")
    apart = "transactional_db" in request.fixturenames or bool(mark and mark.kwargs.get("transaction"))
    shared = {} if apart else {alias: connections[alias] for alias in connections}
    for connection in shared.values():
        connection.inc_thread_sharing()
        # At the end of a request Django would close it, since it stands in the test's transaction.
        monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    found = Sandbox("")
    server = _Server(("127.0.0.1", 0), _Handler, connections_override=shared)
    server.set_app(CheckedHandler(found.wrong))
    found.url = settings.SANDBOX_URL = f"http://127.0.0.1:{server.server_address[1]}/sandbox"
    settings.SANDBOX_DIR = tmp_path / "sandbox"
    settings.SANDBOX_PROCESSING_S = 0.0
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join(5)
    for connection in shared.values():
        connection.dec_thread_sharing()
    assert found.wrong == [], found.wrong

"""Zoom's refresh tokens are good once: however many workers want a fresh token, one asks (CON-02)."""

import threading
from datetime import timedelta

import pytest
from django.db import connections as databases
from django.utils import timezone

from apps.connections.errors import NeedsReconnecting
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.services import checking, tokens
from apps.core import http
from tests.connections.factories import ConnectionFactory
from tests.sandbox.live import Sandbox, sandbox

__all__ = ["sandbox"]
pytestmark = pytest.mark.usefixtures("valkey")
STAND_IN = {"zoom": "zoom", "teams": "microsoft"}


def granted(sandbox: Sandbox, platform: str, ends_in_s: float = 3600) -> Connection:
    """An account whose tokens its stand-in takes."""
    account = sandbox.account(STAND_IN[platform], "Night Kitchen")
    issued = sandbox.tokens(account)
    made: Connection = ConnectionFactory(
        platform=platform,
        external_id=account.external_id,
        access_token=issued.access_token,
        refresh_token=issued.refresh_token,
        expires_at=timezone.now() + timedelta(seconds=ends_in_s),
        figures={},
    )
    return made


@pytest.mark.spec("CON-02")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("platform", list(STAND_IN))
def test_two_workers_renew_once_and_both_tokens_are_saved(sandbox: Sandbox, platform: str):
    connection = granted(sandbox, platform, ends_in_s=30)
    first = connection.refresh_token
    got: list[str] = []
    start = threading.Barrier(2)

    def work() -> None:
        try:
            start.wait(10)
            got.append(tokens.call_for(connection).token)
        finally:
            databases.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    kept = Connection.objects.get(pk=connection.pk)
    assert got == [kept.access_token] * 2
    assert kept.refresh_token not in (first, "")
    assert sandbox.calls(STAND_IN[platform], "oauth.token") == ["oauth.token 200"]
    Connection.objects.filter(pk=connection.pk).update(expires_at=timezone.now())
    assert tokens.call_for(kept).token != kept.access_token, "what was saved is good for the next one"


@pytest.mark.django_db
class TestFailures:
    @pytest.mark.parametrize("platform", list(STAND_IN))
    def test_what_was_taken_back_needs_a_person(self, sandbox: Sandbox, platform: str):
        connection = granted(sandbox, platform)
        sandbox.fail(STAND_IN[platform], "token_revoked", times=1)
        checking.check(connection)
        connection.refresh_from_db()
        assert connection.status == ConnectionStatus.BROKEN
        assert "Connect the account again" in connection.status_reason
        with pytest.raises(NeedsReconnecting):
            tokens.call_for(connection)

    @pytest.mark.parametrize("platform", list(STAND_IN))
    def test_an_ended_token_is_renewed_by_the_check(self, sandbox: Sandbox, platform: str):
        connection = granted(sandbox, platform)
        sandbox.fail(STAND_IN[platform], "token_expired", times=1)
        checking.check(connection)
        checking.check(connection)
        kept = Connection.objects.get(pk=connection.pk)
        assert (kept.status, kept.name) == (ConnectionStatus.ACTIVE, "Night Kitchen")

    @pytest.mark.parametrize("platform", list(STAND_IN))
    def test_who_is_slowed_down_is_well_and_a_fault_mends_itself(self, sandbox: Sandbox, platform: str):
        connection = granted(sandbox, platform)
        for kind, stands in (("rate_limited", "active"), ("unavailable", "failing"), ("slow", "active")):
            sandbox.fail(STAND_IN[platform], kind, amount=0 if kind == "slow" else None, times=1)
            checking.check(connection)
            connection.refresh_from_db()
            assert connection.status == stands

    @pytest.mark.parametrize("platform", list(STAND_IN))
    def test_an_answer_that_is_lost_while_renewing_leaves_a_good_token_in_use(
        self, sandbox: Sandbox, platform
    ):
        connection = granted(sandbox, platform, ends_in_s=60)
        sandbox.fail(STAND_IN[platform], "answer_lost", operation="oauth.token", times=1)
        assert tokens.call_for(connection).token == connection.access_token
        Connection.objects.filter(pk=connection.pk).update(expires_at=timezone.now())
        if platform == "zoom":  # its old refresh token was used up by the call whose answer was lost
            with pytest.raises(NeedsReconnecting):
                tokens.call_for(connection)
        else:
            assert tokens.call_for(connection).token != connection.access_token

    def test_a_secret_of_the_installation_that_ended_breaks_no_account(self, sandbox: Sandbox, settings):
        connection = granted(sandbox, "teams", ends_in_s=60)
        settings.PLATFORM_CLIENTS = {**settings.PLATFORM_CLIENTS, "teams": ("sandbox-teams", "old-secret")}
        names = {"token": "organizations/oauth2/v2.0/token", "authorize": "x", "api": "v1.0"}
        settings.PLATFORM_ADDRESSES = {
            f"teams.{name}": f"{sandbox.url}/microsoft/{path}" for name, path in names.items()
        }
        with pytest.raises(http.Rejected, match="sets TEAMS_CLIENT_SECRET"):
            tokens.call_for(connection)
        connection.refresh_from_db()
        assert connection.status == ConnectionStatus.ACTIVE

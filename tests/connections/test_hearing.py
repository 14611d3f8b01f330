"""Platforms are asked to tell us what happens on an account when it is connected, and to be silent when it is not
any more (API-07)."""

import pytest

from apps.accounts.models import User
from apps.connections.adapters import Account as There
from apps.connections.adapters import Grant
from apps.connections.models import Connection, SignIn
from apps.connections.services import connecting, disconnecting, hearing
from apps.core.http import Unavailable
from apps.jobs.models import Job
from apps.sandbox.models import Account
from apps.sandbox.models import Grant as Allowed
from apps.teams.models import Team
from tests.publishing.live import connected
from tests.sandbox.live import Sandbox, sandbox

__all__ = ["sandbox"]

pytestmark = [pytest.mark.django_db, pytest.mark.spec("API-07"), pytest.mark.usefixtures("valkey")]
FIELDS = {
    "facebook": ["feed", "live_videos", "mention"],
    "instagram": ["comments", "live_comments", "mentions"],
}


def told_of(connection: Connection) -> list[str] | None:
    """What the stand-in tells of the account."""
    found: list[str] | None = Account.objects.get(external_id=connection.external_id).facts.get("subscribed")
    return found


@pytest.mark.parametrize("slug", list(FIELDS))
def test_account_is_heard_of_until_it_is_disconnected(
    slug: str, sandbox: Sandbox, team: Team, alice: User
) -> None:
    connection = connected(sandbox, team, slug)
    answers = [hearing.subscribe(connection.pk) for _ in range(2)]
    assert (answers, told_of(connection)) == ([{"subscribed": True}] * 2, FIELDS[slug])
    disconnecting.disconnect(connection=connection, actor=alice)
    assert told_of(connection) is None


def test_sign_in_without_the_right_is_not_asked_for(sandbox: Sandbox, team: Team) -> None:
    connection = connected(sandbox, team, "facebook")
    connection.scopes = ["pages_manage_posts"]
    connection.save()
    assert hearing.subscribe(connection.pk) == {"subscribed": False}
    assert sandbox.calls("meta", "hooks.post") == []


def test_refusal_harms_nothing_and_a_fault_is_tried_again(sandbox: Sandbox, team: Team) -> None:
    connection = connected(sandbox, team, "facebook")
    given = Allowed.objects.get().scopes
    Allowed.objects.update(scopes=["pages_manage_posts"])  # taken back there, which we do not know yet
    assert hearing.subscribe(connection.pk)["subscribed"] is False
    Allowed.objects.update(scopes=given)
    sandbox.fail("meta", "unavailable", operation="hooks.post", times=1)
    with pytest.raises(Unavailable):
        hearing.subscribe(connection.pk)
    connection.refresh_from_db()
    assert (connection.status, hearing.subscribe(connection.pk)) == ("active", {"subscribed": True})


def test_platform_that_is_down_does_not_keep_anybody_connected(
    sandbox: Sandbox, team: Team, alice: User
) -> None:
    connection = connected(sandbox, team, "facebook")
    sandbox.fail("meta", "unavailable")
    disconnecting.disconnect(connection=connection, actor=alice)
    connection.refresh_from_db()
    assert connection.status == "disconnected"


@pytest.mark.parametrize(("scopes", "jobs"), [(("pages_manage_metadata",), 1), (("pages_manage_posts",), 0)])
def test_connecting_starts_the_job(team: Team, alice: User, scopes: tuple[str, ...], jobs: int) -> None:
    found = connecting.Found(Grant("token", scopes=scopes), (There("42", "Bees", token="page"),))
    sign_in = SignIn(team=team, platform="facebook", person=alice, found=connecting.to_text(found))
    sign_in.expires_at = sign_in.created_at = connecting.timezone.now() + connecting.LIFE
    sign_in.save()
    connecting.keep(sign_in=sign_in, external_id="42", actor=alice)
    assert Job.objects.filter(kind="connections.subscribe").count() == jobs

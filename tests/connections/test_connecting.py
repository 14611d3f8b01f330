"""From "Connect" to a kept account and back, as a browser does it, against the stand-ins (CON-01, CON-02)."""

import html
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditRecord
from apps.connections.models import Connection, ConnectionStatus, SignIn
from apps.connections.registry import PLATFORMS
from apps.connections.services import checking, connecting
from apps.teams.models import Team
from tests.conftest import signed_in
from tests.connections.factories import ConnectionFactory
from tests.sandbox.live import Sandbox, sandbox  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
OAUTH = [slug for slug, platform in PLATFORMS.items() if platform.how == "oauth"]
STAND_IN = {"youtube": "google", "instagram": "meta", "facebook": "meta", "teams": "microsoft"}


def start(client: Client, team: Team, slug: str, mends: Connection | None = None) -> str:
    """The address at the platform."""
    if mends:
        answer = client.post(reverse("connections:reconnect", args=[team.slug, mends.pk]))
    else:
        answer = client.post(reverse("connections:start", args=[team.slug, slug]))
    assert answer.status_code == 302
    return str(answer["Location"])


def state_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["state"][0]


def allow(client: Client, address: str, person: object, refuse_scopes: tuple[str, ...] = ()) -> str:
    """What a person does on the platform's page; where they are sent back to."""
    page = client.get(address, follow=True)
    where = page.redirect_chain[-1][0] if page.redirect_chain else address
    form = page.context["form"]
    data = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    scopes = [scope for scope, _ in form.fields["scopes"].choices if scope not in refuse_scopes]
    data |= {
        "account": str(getattr(person, "pk", "")),
        "person": str(getattr(person, "pk", "")),
        "scopes": scopes,
    }
    answer = client.post(where, data)
    assert answer.status_code == 302, answer.content[:2000]
    return str(answer["Location"])


@pytest.mark.spec("CON-01")
@pytest.mark.parametrize("slug", OAUTH)
def test_an_account_is_connected_checked_and_given_back(slug, sandbox: Sandbox, alice, alice_client, team):  # noqa: F811
    person = sandbox.account(STAND_IN.get(slug, slug), "Night Kitchen")
    back = allow(alice_client, start(alice_client, team, slug), person)
    arrived = alice_client.get(back, follow=True)
    if arrived.resolver_match.view_name == "connections:choose":
        chosen = arrived.context["found"].accounts[0].external_id
        arrived = alice_client.post(arrived.redirect_chain[-1][0], {"account": [chosen]}, follow=True)
    row = Connection.objects.in_team(team).get(platform=slug)
    assert arrived.resolver_match.view_name == "connections:detail"
    assert row.status == ConnectionStatus.ACTIVE
    assert row.connected_by == alice
    assert row.access_token
    checking.check(row)
    row.refresh_from_db()
    assert (row.status, row.status_reason) == (ConnectionStatus.ACTIVE, "")
    alice_client.post(reverse("connections:disconnect", args=[team.slug, row.pk]))
    row = Connection.objects.get(pk=row.pk)
    assert (row.status, row.access_token, row.refresh_token) == (ConnectionStatus.DISCONNECTED, "", "")
    actions = AuditRecord.objects.filter(action__startswith="connection.").values_list("action", flat=True)
    assert sorted(actions) == ["connection.connect", "connection.disconnect"]


@pytest.mark.spec("CON-02")
def test_one_click_mends_the_same_row(sandbox: Sandbox, alice_client, team):  # noqa: F811
    person = sandbox.account("google", "Night Kitchen")
    alice_client.get(allow(alice_client, start(alice_client, team, "youtube"), person))
    row = Connection.objects.in_team(team).get()
    Connection.objects.filter(pk=row.pk).update(status=ConnectionStatus.BROKEN, status_reason="revoked")
    arrived = alice_client.get(
        allow(alice_client, start(alice_client, team, "youtube", row), person), follow=True
    )
    mended = Connection.objects.in_team(team).get()
    assert (mended.pk, mended.status, mended.status_reason) == (row.pk, ConnectionStatus.ACTIVE, "")
    assert "is connected" in arrived.content.decode()


def test_mending_by_another_account_says_so(sandbox: Sandbox, alice_client, team):  # noqa: F811
    row = ConnectionFactory(team=team, name="Morning Show", status=ConnectionStatus.BROKEN)
    other = sandbox.account("google", "Night Kitchen")
    arrived = alice_client.get(allow(alice_client, start(alice_client, team, "youtube", row), other))
    assert arrived.status_code == 422
    assert "You signed in as Night Kitchen; this connection is Morning Show." in arrived.content.decode()
    assert Connection.objects.in_team(team).count() == 1


@pytest.mark.spec("CON-01")
def test_a_refusal_has_a_plain_page(alice_client, team, settings):
    address = start(alice_client, team, "youtube")
    said = {"error": "access_denied", "state": state_of(address)}
    answer = alice_client.get(reverse("connections_return", args=["youtube"]), said)
    assert answer.status_code == 422
    assert (
        "You did not allow Showrunner to use your YouTube channel. Nothing was connected."
        in answer.content.decode()
    )
    assert "Try again" in answer.content.decode()
    assert not Connection.objects.exists()


@pytest.mark.spec("CON-01")
def test_a_missing_right_is_said_before_it_is_connected(sandbox: Sandbox, alice_client, team):  # noqa: F811
    ssl = "https://www.googleapis.com/auth/youtube.force-ssl"
    person = sandbox.account("google", "Night Kitchen")
    arrived = alice_client.get(
        allow(alice_client, start(alice_client, team, "youtube"), person, (ssl,)), follow=True
    )
    page = arrived.content.decode()
    assert "Some rights were not given" in page
    assert "captions, first comment" in page
    assert not Connection.objects.exists()
    chosen = arrived.context["found"].accounts[0].external_id
    alice_client.post(arrived.redirect_chain[-1][0], {"account": [chosen]})
    assert ssl not in Connection.objects.get().scopes


@pytest.mark.spec("CON-01")
def test_a_personal_microsoft_account_is_turned_away(sandbox: Sandbox, alice_client, team):  # noqa: F811
    person = sandbox.account("microsoft", "Someone", personal=True)
    answer = alice_client.get(allow(alice_client, start(alice_client, team, "teams"), person))
    assert answer.status_code == 422
    assert "only work and school accounts of an organisation" in answer.content.decode()
    assert not Connection.objects.exists()


@pytest.mark.spec("CON-01")
def test_an_organisation_that_wants_its_administrator_first_has_a_plain_page(alice_client, team):
    state = state_of(start(alice_client, team, "teams"))
    said = {
        "error": "access_denied",
        "error_description": "AADSTS90094: needs admin consent.",
        "state": state,
    }
    answer = alice_client.get(reverse("connections_return", args=["teams"]), said)
    assert answer.status_code == 422
    assert "an administrator of your organisation has to allow Showrunner first" in answer.content.decode()


@pytest.mark.spec("CON-01")
@pytest.mark.parametrize(
    ("slug", "scope", "words"),
    [
        ("zoom", "meeting:write:meeting", "Create meetings"),
        ("teams", "OnlineMeetings.ReadWrite", "Create, change and call off meetings"),
    ],
)
def test_without_the_right_to_meetings_it_says_so(sandbox: Sandbox, alice_client, team, slug, scope, words):  # noqa: F811
    person = sandbox.account(STAND_IN.get(slug, slug), "Night Kitchen")
    back = allow(alice_client, start(alice_client, team, slug), person, (scope,))
    arrived = alice_client.get(back, follow=True)
    assert arrived.context["refused"] == ["meeting"]
    assert words in arrived.content.decode()
    assert not Connection.objects.exists()


@pytest.mark.spec("CON-03")
@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("zoom", "Zoom was told, too."),
        ("teams", "remove Showrunner yourself at https://myapps.microsoft.com"),
        ("restream", "Take the permission back in Restream"),
    ],
)
def test_disconnecting_says_what_became_of_the_grant(sandbox: Sandbox, alice_client, team, slug, words):  # noqa: F811
    person = sandbox.account(STAND_IN.get(slug, slug), "Night Kitchen")
    alice_client.get(allow(alice_client, start(alice_client, team, slug), person))
    row = Connection.objects.in_team(team).get()
    address = reverse("connections:disconnect", args=[team.slug, row.pk])
    asked = alice_client.get(address).content.decode()
    assert ("is given back at" in asked) == (slug == "zoom")
    told = alice_client.post(address, follow=True).content.decode()
    assert words in html.unescape(told)
    assert (person.grants.get().revoked_at is not None) == (slug == "zoom")


def come(client: Client, state: str, slug: str = "youtube") -> int:
    return client.get(reverse("connections_return", args=[slug]), {"state": state, "code": "x"}).status_code


@pytest.mark.spec("CON-01")
class TestState:
    """One state is good once, for one person, session, platform, within minutes."""

    def test_an_unknown_one_is_refused(self, alice_client, team):
        assert come(alice_client, "nothing") == 422

    def test_another_session_of_the_same_person_is_refused(self, alice, alice_client, team):
        state = state_of(start(alice_client, team, "youtube"))
        assert come(signed_in(alice), state) == 422
        assert SignIn.objects.get().used_at is None

    def test_another_person_is_refused(self, alice_client, charlie_client, team):
        state = state_of(start(alice_client, team, "youtube"))
        assert come(charlie_client, state) == 422

    def test_another_platform_is_refused(self, alice_client, team):
        state = state_of(start(alice_client, team, "youtube"))
        assert come(alice_client, state, "tiktok") == 422
        assert SignIn.objects.get().used_at is None

    def test_an_old_one_is_refused(self, alice_client, team):
        state = state_of(start(alice_client, team, "youtube"))
        SignIn.objects.update(expires_at=timezone.now())
        assert come(alice_client, state) == 422

    def test_it_is_used_up_by_the_first_return(self, alice, alice_client, team, sandbox: Sandbox):  # noqa: F811
        person = sandbox.account("google", "Night Kitchen")
        back = allow(alice_client, start(alice_client, team, "youtube"), person)
        assert alice_client.get(back).status_code == 302
        answer = alice_client.get(back)
        assert answer.status_code == 422
        assert "was used already" in answer.content.decode()

    def test_neither_state_nor_verifier_is_kept_in_the_clear(self, alice_client, team):
        state = state_of(start(alice_client, team, "youtube"))
        kept = SignIn.objects.values().get()
        assert state not in str(kept)
        assert "verifier" not in start(alice_client, team, "youtube").split("?")[1].replace(
            "code_challenge", ""
        )

    def test_who_lost_the_right_meanwhile_gets_nothing(self, alice, alice_client, team):
        state = state_of(start(alice_client, team, "youtube"))
        alice.memberships.filter(team=team).update(role="viewer")
        assert come(alice_client, state) == 403

    def test_old_ones_are_forgotten(self, alice_client, team):
        start(alice_client, team, "youtube")
        assert connecting.forget_old() == 0
        SignIn.objects.update(expires_at=timezone.now())
        assert connecting.forget_old() == 1


def test_a_page_of_each_team_is_its_own(sandbox: Sandbox, alice_client, team):  # noqa: F811
    """Two pages of one person live by one grant: it is given back with the last of them."""
    person = sandbox.account("meta", "Night Kitchen")
    arrived = alice_client.get(
        allow(alice_client, start(alice_client, team, "facebook"), person), follow=True
    )
    accounts = arrived.context["found"].accounts if arrived.context and "found" in arrived.context else ()
    if len(accounts) < 2:
        pytest.skip("the stand-in's person has one page")
    chosen = [account.external_id for account in accounts[:2]]
    alice_client.post(arrived.redirect_chain[-1][0], {"account": chosen})
    first, second = Connection.objects.in_team(team).order_by("created_at")
    alice_client.post(reverse("connections:disconnect", args=[team.slug, first.pk]))
    checking.check(second)
    second.refresh_from_db()
    assert second.status == ConnectionStatus.ACTIVE

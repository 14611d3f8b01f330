"""The pages of providers: readiness, keys, order (PRV-02, PRV-03, PRV-04)."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.providers import queries
from apps.providers.capabilities import Capability, VoiceChoice
from apps.providers.models import ProviderKey
from apps.providers.registry import PROVIDERS
from apps.providers.services import order_of
from tests.core.http_loopback import Loopback, nothing, status
from tests.factories import MembershipFactory, UserFactory
from tests.providers.conftest import SECRET
from tests.providers.test_keys import GOOD, MODELS

LIST = "/studio/morning-show/providers/"
ADD = f"{LIST}keys/add/openai_compatible/"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(team) -> Client:
    user = UserFactory()
    MembershipFactory(team=team, user=user, role="admin")
    client = Client()
    client.force_login(user)
    return client


def entered(server: Loopback, **more: str) -> dict[str, str]:
    return {"label": "Ours", "secret": SECRET, "base_address": server.url, "model": "gpt-4.1-mini", **more}


def addresses(key: ProviderKey) -> list[tuple[str, str]]:
    one = f"{LIST}keys/{key.pk}/"
    posts = [f"{one}check/", f"{one}switch/", f"{one}delete/", f"{one}restore/", f"{LIST}order/"]
    return [("get", LIST), ("get", ADD), ("get", one), *[("post", address) for address in posts]]


def test_pages_are_for_the_team_only(client, charlie_client, new_key):
    for method, address in addresses(new_key()):
        assert getattr(client, method)(address)["Location"] == f"/accounts/login/?next={address}"
        assert getattr(charlie_client, method)(address).status_code == 404


def test_keys_are_changed_by_those_who_may(bob_client, victor_client, new_key):
    key = new_key()
    for method, address in addresses(key)[1:]:
        assert getattr(bob_client, method)(address).status_code == 403
        assert getattr(victor_client, method)(address).status_code == 403
    page = victor_client.get(LIST)
    assert page.status_code == 200
    assert b"An admin of the team can add a key." in page.content
    assert b"Switch off" not in page.content
    key.refresh_from_db()
    assert key.state == "ready"


def test_another_teams_key_is_missing(charlie_client, charlie, alice_client, new_key):
    theirs = ProviderKey.objects.create(team=charlie.memberships.get().team, provider="pexels", secret=SECRET)
    for method, address in addresses(theirs)[2:-1]:
        assert getattr(alice_client, method)(address).status_code == 404
    assert ProviderKey.objects.get(pk=theirs.pk).deleted_at is None


@pytest.mark.spec("PRV-03")
def test_the_page_says_how_ready_the_team_is(alice_client, new_key, team):
    states = {one.capability: one.state for one in alice_client.get(LIST).context["readiness"]}
    nobody = {Capability.TRANSCRIPTION: "missing"}
    assert states == dict.fromkeys(Capability, "basic") | nobody
    new_key()
    new_key("pexels", broken=True)
    found = {one.capability: one for one in queries.readiness(team)}
    assert {capability: one.state for capability, one in found.items()} == {
        **dict.fromkeys(Capability, "basic"),
        **nobody,
        Capability.SCRIPT: "ready",
    }
    assert found[Capability.VISUAL].could_be_better
    assert [one.name for one in found[Capability.VISUAL].candidates] == ["pexels", "Built in"]
    assert found[Capability.SCRIPT].hint == ""
    assert "language model" not in found[Capability.SCRIPT].hint
    assert "Add an OpenAI key" in found[Capability.TRANSCRIPTION].hint
    assert queries.is_ready_for_a_video(found.values())


@pytest.mark.spec("PRV-02")
def test_a_key_is_added_by_the_form_when_it_works(server, alice_client, team):
    server.on(*MODELS, GOOD)
    answer = alice_client.post(ADD, entered(server), follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    key = ProviderKey.objects.get()
    assert (key.team, key.label, key.secret, key.options) == (team, "Ours", SECRET, {"model": "gpt-4.1-mini"})
    assert "••••3f9a" in answer.content.decode()
    assert SECRET not in answer.content.decode()
    assert "The key works." in answer.content.decode()


def test_adding_by_htmx_leads_to_the_list(server, alice_client):
    server.on(*MODELS, GOOD)
    answer = alice_client.post(ADD, entered(server), headers=HTMX)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, LIST)


@pytest.mark.spec("PRV-02")
@pytest.mark.parametrize(
    ("answer", "field", "sentence"),
    [
        (status(401), "secret", "did not accept the key"),
        (status(200, {"data": [{"id": "llama"}]}), "model", "There is no model"),
        (status(500), "__all__", "has a fault"),
        (nothing, "__all__", "broke off"),
    ],
)
def test_a_key_that_does_not_work_is_said_beside_its_field(answer, field, sentence, server, alice_client):
    server.on(*MODELS, answer)
    page = alice_client.post(ADD, entered(server), headers=HTMX)
    assert page.status_code == 422
    assert sentence in page.context["form"].errors[field][0]
    assert b"<html" not in page.content
    assert SECRET not in page.content.decode()
    assert not ProviderKey.objects.exists()


def test_a_private_address_is_said_beside_the_address(server, alice_client, settings):
    settings.OUTSIDE_ALLOW_PRIVATE = []
    page = alice_client.post(ADD, entered(server))
    assert page.status_code == 422
    assert "The operator can allow it" in page.context["form"].errors["base_address"][0]


@pytest.mark.parametrize(
    ("slug", "data", "field"),
    [
        ("pexels", {}, "secret"),
        ("openai_compatible", {"model": ""}, "model"),
        ("openai_compatible", {"model": "x", "input_price": "cheap"}, "input_price"),
        ("openai_compatible", {"model": "x", "label": "x" * 81}, "label"),
    ],
)
def test_a_form_that_is_not_filled_in_is_refused_before_any_call(slug, data, field, server, alice_client):
    page = alice_client.post(f"{LIST}keys/add/{slug}/", data)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert server.asked == []


@pytest.mark.parametrize("slug", ["builtin", "nobody"])
def test_there_is_no_key_for_what_needs_none(slug, alice_client):
    assert alice_client.get(f"{LIST}keys/add/{slug}/").status_code == 404


@pytest.mark.parametrize("slug", sorted({*PROVIDERS} - {"builtin"}))
def test_each_provider_has_a_form(slug, alice_client, admin_client):
    for client in (alice_client, admin_client):
        page = client.get(f"{LIST}keys/add/{slug}/")
        assert page.status_code == 200
        assert b"Test and add" in page.content


def test_changing_never_shows_the_secret_and_keeps_it(server, alice_client, new_key):
    server.on(*MODELS, GOOD)
    key = new_key(options={"model": "gpt-4.1-mini"})
    page = alice_client.get(f"{LIST}keys/{key.pk}/").content.decode()
    assert SECRET not in page
    assert "Leave it empty to keep ••••3f9a." in page
    alice_client.post(f"{LIST}keys/{key.pk}/", entered(server, secret="", model="other"))
    key.refresh_from_db()
    assert (key.secret, key.label, key.options) == (SECRET, "Ours", {"model": "other"})


def test_another_address_asks_for_the_secret_again(server, alice_client, new_key):
    key = new_key()
    page = alice_client.post(
        f"{LIST}keys/{key.pk}/", entered(server, secret="", base_address="https://other.example")
    )
    assert page.status_code == 422
    assert "the address has changed" in page.context["form"].errors["secret"][0]


def toast_of(answer: Any) -> dict[str, Any]:
    toast: dict[str, Any] = json.loads(answer["HX-Trigger"])["toast"]
    return toast


@pytest.mark.spec("PRV-02")
def test_testing_a_key_shows_what_came_of_it(server, alice_client, new_key):
    key = new_key(options={"model": "gpt-4.1-mini"}, broken=True)
    server.on(*MODELS, GOOD)
    answer = alice_client.post(f"{LIST}keys/{key.pk}/check/", headers=HTMX)
    assert toast_of(answer)["message"] == "openai_compatible: The key works. gpt-4.1-mini is ready."
    assert answer.content.decode().lstrip().startswith('<div id="board"')
    server.on(*MODELS, status(401))
    answer = alice_client.post(f"{LIST}keys/{key.pk}/check/", headers=HTMX)
    assert toast_of(answer)["level"] == "error"
    assert "This key does not work" in answer.content.decode()


@pytest.mark.spec("PRV-02")
def test_switching_off_and_on(alice_client, new_key):
    key = new_key()
    assert (
        b"Switched off"
        in alice_client.post(f"{LIST}keys/{key.pk}/switch/", {"enabled": "0"}, headers=HTMX).content
    )
    key.refresh_from_db()
    assert not key.enabled
    assert alice_client.post(f"{LIST}keys/{key.pk}/switch/", {"enabled": "1"})["Location"] == LIST
    key.refresh_from_db()
    assert key.enabled


@pytest.mark.spec("PRV-02")
def test_deleting_offers_undo(alice_client, new_key):
    key = new_key()
    answer = alice_client.post(f"{LIST}keys/{key.pk}/delete/", headers=HTMX)
    undo = toast_of(answer)["undo"]
    assert undo == f"{LIST}keys/{key.pk}/restore/"
    assert "No keys yet" in answer.content.decode()
    assert "Bring it back" in answer.content.decode()
    assert alice_client.get(f"{LIST}keys/{key.pk}/").status_code == 404
    assert alice_client.post(undo)["Location"] == LIST
    assert ProviderKey.objects.kept().get() == key


@pytest.mark.spec("PRV-04")
def test_the_order_is_changed_by_dragging_or_by_buttons(alice_client, new_key, team):
    first, second = new_key(label="First"), new_key(label="Second")

    def names() -> list[str]:
        return [one.name for one in order_of(team, Capability.SCRIPT)]

    dragged = {"capability": "script", "order": f"{second.pk},builtin,{first.pk}"}
    assert alice_client.post(f"{LIST}order/", dragged, headers=HTMX).status_code == 200
    assert names() == ["Second", "Built in", "First"]
    stepped = {"capability": "script", "move": f"{first.pk}:-1", "order": "stale"}
    assert alice_client.post(f"{LIST}order/", stepped)["Location"] == LIST
    assert names() == ["Second", "First", "Built in"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"capability": "nonsense"},
        {"capability": "script", "order": "x"},
        {"capability": "script", "move": "nobody:1"},
    ],
)
def test_a_wrong_order_is_refused(data, alice_client, new_key, team):
    new_key()
    answer = alice_client.post(f"{LIST}order/", data, headers=HTMX)
    assert answer.status_code == 422
    assert toast_of(answer)["level"] == "error"
    assert [one.name for one in order_of(team, Capability.SCRIPT)] == ["openai_compatible", "Built in"]


def test_htmx_gets_the_board_alone(alice_client):
    page, part = alice_client.get(LIST), alice_client.get(LIST, headers=HTMX)
    assert b"<html" in page.content
    assert part.content.decode().lstrip().startswith('<div id="board"')
    assert b"<html" not in part.content


def test_the_list_takes_the_same_queries_for_one_and_three_keys(
    alice_client, new_key, django_assert_num_queries
):
    alice_client.get(LIST)
    new_key()
    with django_assert_num_queries(6):
        alice_client.get(LIST, headers=HTMX)
    new_key("pexels")
    new_key("elevenlabs")
    with django_assert_num_queries(6):
        alice_client.get(LIST, headers=HTMX)


def test_a_refused_key_is_on_the_home_page_of_those_who_can_mend_it(alice_client, bob_client, new_key):
    key = new_key(broken=True, last_error="Acme said no.")
    home = alice_client.get("/studio/morning-show/").content.decode()
    assert "Acme said no." in home
    assert f"{LIST}keys/{key.pk}/" in home
    assert "Acme said no." not in bob_client.get("/studio/morning-show/").content.decode()


def test_a_resting_key_says_until_when(alice_client, new_key):
    new_key(resting_until=timezone.now() + timezone.timedelta(minutes=5))
    assert b"The provider asked to wait" in alice_client.get(LIST).content


def test_voices_of_keys_come_before_the_built_in_ones(new_key, team):
    rows = [
        {"id": "v1", "name": "Rachel", "gender": "female", "language": "en"},
        {"id": "v2", "name": "Hans", "gender": "male", "language": "de"},
        {"id": "v3", "name": "Any", "gender": "", "language": ""},
    ]
    new_key("elevenlabs", facts={"voices": rows})
    assert [voice.id for voice in queries.voices(team, "en-GB")] == [
        "v1",
        "v3",
        "joe",
        "espeak-female",
        "espeak-male",
    ]
    assert queries.voices(team, "de")[0] == VoiceChoice("v2", "Hans", "male", "de")

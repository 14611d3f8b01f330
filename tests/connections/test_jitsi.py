"""Jitsi servers and JaaS accounts, which a person enters (CON-01)."""

import re
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.urls import reverse

from apps.audit.models import AuditRecord
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.services import checking, disconnecting
from tests.connections.factories import ConnectionFactory
from tests.core.http_loopback import Loopback, redirect, status
from tests.sandbox.live import Sandbox, sandbox

__all__ = ["sandbox"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
SCRIPT = b'!function(e,t){"object"==typeof exports?exports.JitsiMeetExternalAPI=t():t()}'
APP_ID = "vpaas-magic-cookie-0123456789abcdef0123456789abcdef"


@cache
def pem(bits: int = 2048, passphrase: bytes = b"") -> str:
    """A private key that JaaS would take, or one with something wrong about it; made once."""
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode()


@cache
def other_pem(kind: str) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    if kind == "curve":
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def on_record() -> str:
    """All that the record says of what was entered."""
    return str(AuditRecord.objects.values().get(action="connection.connect"))


@pytest.fixture
def jitsi(server: Loopback, settings) -> Loopback:
    """A server of the operator's own, on the loopback, which their settings name; it is also JaaS."""
    server.on("GET", "/external_api.js", status(200, SCRIPT))
    server.on("GET", f"/{APP_ID}/external_api.js", status(200, SCRIPT))
    settings.PLATFORM_ADDRESSES = {"jitsi.server": server.url, "jitsi.jaas": server.url}
    return server


def add_server(client, team, **changes):
    data = {"name": "", "address": "", "app_id": "", "secret": "", **changes}
    return client.post(reverse("connections:add_jitsi_server", args=[team.slug]), data)


def add_jaas(client, team, **changes):
    data = {"name": "", "app_id": APP_ID, "key_id": f"{APP_ID}/4f4910", "key": pem(), **changes}
    return client.post(reverse("connections:add_jaas", args=[team.slug]), data)


@pytest.mark.spec("CON-01")
def test_a_server_is_asked_and_kept_with_its_secret_sealed(alice_client, team, jitsi):
    answer = add_server(alice_client, team, address=jitsi.url + "/", app_id="studio", secret="s3cret-of-ours")
    row = Connection.objects.get(platform="jitsi")
    assert answer["Location"] == reverse("connections:detail", args=[team.slug, row.pk])
    assert (row.name, row.status, row.link) == (jitsi.netloc, ConnectionStatus.ACTIVE, jitsi.url)
    assert row.facts == {"kind": "server", "address": jitsi.url, "app_id": "studio"}
    assert row.access_token == "s3cret-of-ours"
    assert [asked.path for asked in jitsi.asked] == ["/external_api.js"]
    page = alice_client.get(answer["Location"]).content.decode()
    assert "kept encrypted" in page
    assert "s3cret-of-ours" not in page + on_record()


@pytest.mark.spec("CON-01")
def test_a_jaas_account_is_kept_with_its_key_sealed(alice_client, team, jitsi):
    answer = add_jaas(alice_client, team, name="Ours")
    row = Connection.objects.get(platform="jitsi")
    assert (row.name, row.external_id, row.facts) == (
        "Ours",
        APP_ID,
        {"kind": "jaas", "app_id": APP_ID, "key_id": "4f4910"},
    )
    assert row.access_token == pem()
    page = alice_client.get(answer["Location"]).content.decode()
    assert APP_ID in page
    assert "Strikes" not in page
    assert "PRIVATE KEY" not in page + on_record()
    checking.check(row)
    row.refresh_from_db()
    assert row.status == ConnectionStatus.ACTIVE


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"address": ""}, "required"),
        ({"address": "ftp://meet.example.com"}, "not a web address"),
        ({"address": "https://u:p@meet.example.com"}, "not a web address"),
        ({"address": "https://[::1"}, "not a web address"),
        ({"address": "http://meet.example.com"}, "begins with https"),
        ({"address": "https://meet.example.com/?room=1"}, "server alone"),
        ({"address": "https://169.254.169.254"}, "private address"),
        ({"app_id": "studio"}, "goes with its secret"),
        ({"secret": "s3cret-of-ours"}, "goes with its app id"),
        ({"app_id": "two words", "secret": "s3cret-of-ours"}, "letters, digits"),
        ({"app_id": "studio", "secret": "short"}, "8 to 200"),
    ],
)
def test_what_is_wrong_with_a_server_stands_beside_its_field(alice_client, team, jitsi, changes, sentence):
    answer = add_server(alice_client, team, **{"address": jitsi.url, **changes})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (status(200, b"<html>Welcome to nginx"), "not as a Jitsi server does"),
        (redirect("https://elsewhere.example/external_api.js"), "leads to another address"),
        (status(404), "does not know this address"),
        (status(503), "has a fault at the moment"),
    ],
)
def test_what_is_no_jitsi_server_is_not_kept(alice_client, team, jitsi, answers, sentence):
    jitsi.on("GET", "/external_api.js", answers)
    answer = add_server(alice_client, team, address=jitsi.url)
    assert (answer.status_code, answer.context["form"].errors.keys()) == (422, {"address"})
    assert sentence in answer.content.decode()
    assert not Connection.objects.exists()


def test_an_address_of_somebody_else_on_the_machine_stays_closed(alice_client, team, jitsi, settings):
    settings.PLATFORM_ADDRESSES = {"jitsi.server": f"{jitsi.url}1"}  # begins alike, and is another port
    answer = add_server(alice_client, team, address=jitsi.url.replace("http:", "https:"))
    assert "private address" in answer.content.decode()
    assert jitsi.asked == []


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"app_id": "vpaas-magic-cookie"}, "app_id", "An AppID looks like"),
        ({"key_id": "vpaas-magic-cookie-ffffffffffff/4f4910"}, "key_id", "belongs to another AppID"),
        ({"key_id": "4f 4910"}, "key_id", "what stands after the AppID"),
        ({"key": ""}, "key", "required"),
        ({"key": "ssh-rsa AAAA"}, "key", "This is no private key"),
        ({"key": lambda: pem()[:200]}, "key", "This is no private key"),
        ({"key": lambda: other_pem("public")}, "key", "This is the public key"),
        ({"key": lambda: other_pem("curve")}, "key", "takes RSA keys of 2048 bits"),
        ({"key": lambda: pem(1024)}, "key", "takes RSA keys of 2048 bits"),
        ({"key": lambda: pem(2048, b"secret")}, "key", "has a passphrase"),
    ],
)
def test_what_is_wrong_with_a_jaas_account_stands_beside_its_field(
    alice_client, team, jitsi, changes, field, sentence
):
    made = {name: value() if callable(value) else value for name, value in changes.items()}
    answer = add_jaas(alice_client, team, **made)
    assert (answer.status_code, answer.context["form"].errors.keys()) == (422, {field})
    page = answer.content.decode()
    assert sentence in page
    assert pem().splitlines()[1] not in page, "what was pasted is not put into the page again"
    assert not Connection.objects.exists()


def test_an_app_id_that_8x8_does_not_know_is_said(alice_client, team, jitsi):
    jitsi.on("GET", f"/{APP_ID}/external_api.js", status(404))
    answer = add_jaas(alice_client, team)
    assert answer.context["form"].errors.keys() == {"app_id"}


def test_keys_stay_unless_what_they_are_for_is_another(alice_client, team, jitsi):
    add_jaas(alice_client, team)
    row = Connection.objects.get()
    address = reverse("connections:change_jitsi", args=[team.slug, row.pk])
    said = {"name": "Renamed", "app_id": APP_ID, "key_id": "4f4910", "key": ""}
    assert "PRIVATE KEY" not in alice_client.get(address).content.decode()
    answer = alice_client.post(address, {**said, "key_id": "another"})
    assert "Paste the key again" in answer.content.decode()
    alice_client.post(address, said)
    row.refresh_from_db()
    assert (row.name, row.access_token) == ("Renamed", pem())


def test_a_secret_stays_unless_the_app_id_is_another(alice_client, team, jitsi):
    add_server(alice_client, team, address=jitsi.url, app_id="studio", secret="s3cret-of-ours")
    row = Connection.objects.get()
    address = reverse("connections:change_jitsi", args=[team.slug, row.pk])
    said = {"name": "Renamed", "address": jitsi.url, "app_id": "studio", "secret": ""}
    answer = alice_client.post(address, {**said, "app_id": "another"})
    assert "Enter the secret again" in answer.content.decode()
    alice_client.post(address, said)
    row.refresh_from_db()
    assert (row.name, row.access_token) == ("Renamed", "s3cret-of-ours")
    alice_client.post(address, {**said, "app_id": ""})
    row.refresh_from_db()
    assert (row.facts["app_id"], row.access_token) == ("", ""), "without an app id there is nothing to sign"


def test_the_same_one_twice_is_said_and_a_disconnected_one_comes_back(alice, alice_client, team, jitsi):
    add_server(alice_client, team, address=jitsi.url, name="Wall")
    assert "is there already: Wall." in add_server(alice_client, team, address=jitsi.url).content.decode()
    row = Connection.objects.get()
    disconnecting.disconnect(connection=row, actor=alice)
    add_server(alice_client, team, address=jitsi.url)
    row.refresh_from_db()
    assert (Connection.objects.count(), row.status) == (1, ConnectionStatus.ACTIVE)


@pytest.mark.spec("CON-05")
def test_a_check_finds_out_that_a_server_is_down_and_that_it_is_back(alice_client, team, jitsi):
    add_server(alice_client, team, address=jitsi.url)
    row = Connection.objects.get()
    for answers, stands in (
        (status(503), ConnectionStatus.FAILING),
        (status(200, b"parked"), ConnectionStatus.FAILING),
        (status(200, SCRIPT), ConnectionStatus.ACTIVE),
    ):
        jitsi.on("GET", "/external_api.js", answers)
        checking.check(row)
        row.refresh_from_db()
        assert row.status == stands


@pytest.mark.spec("CON-01")
def test_on_the_embedded_default_the_stand_in_is_offered_and_connected(sandbox: Sandbox, alice_client, team):
    page = alice_client.get(reverse("connections:add_jitsi_server", args=[team.slug])).content.decode()
    offered = re.search(r'name="address" value="([^"]+)"', page)
    assert offered is not None
    assert offered[1] == f"{sandbox.url}/jitsi"
    add_server(alice_client, team, address=offered[1])
    add_jaas(alice_client, team)
    assert sorted(Connection.objects.values_list("facts__kind", "status")) == [
        ("jaas", "active"),
        ("server", "active"),
    ]
    sandbox.fail("jitsi", "unavailable", operation="script")
    row = Connection.objects.get(facts__kind="jaas")
    checking.check(row)
    row.refresh_from_db()
    assert row.status == ConnectionStatus.FAILING


def test_who_may_not_manage_channels_enters_nothing(victor_client, charlie_client, team):
    row = ConnectionFactory(
        team=team, platform="jitsi", facts={"kind": "server", "address": "https://x.example"}
    )
    addresses = [
        reverse("connections:add_jitsi_server", args=[team.slug]),
        reverse("connections:add_jaas", args=[team.slug]),
        reverse("connections:change_jitsi", args=[team.slug, row.pk]),
    ]
    assert [victor_client.get(address).status_code for address in addresses] == [403] * 3
    assert [charlie_client.get(address).status_code for address in addresses] == [404] * 3

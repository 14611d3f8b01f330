"""Devices: listed, signed out, told of when new; a session that was ended opens nothing (ACC-07, ACC-12)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from redis import Redis

from apps.accounts.models import KnownBrowser, Session, User
from apps.accounts.services import sessions
from apps.accounts.user_agents import device_name
from tests.accounts.people import confirmed, give_password, is_in
from tests.conftest import signed_in
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
DEVICES = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E1 Safari/604.1"


@pytest.fixture(autouse=True)
def nothing_counted(valkey: Redis) -> None:
    """Sign-ins are counted in Valkey."""


def browser(user: User, agent: str = FIREFOX, address: str = "203.0.113.7") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    return give_password(user, client=client)


@pytest.mark.spec("ACC-07")
def test_page_lists_devices_with_name_address_and_which_is_this(alice: User) -> None:
    confirmed(alice)
    phone = browser(alice, IPHONE, "2001:db8::1")
    page = browser(alice).get(DEVICES).content.decode()
    assert re.findall(r'list-title">([^<]+)<', page) == ["Firefox on Windows", "Safari on iPhone"]
    assert ("203.0.113.7" in page, "2001:db8::1" in page, page.count("This device")) == (True, True, 1)
    assert is_in(phone)


@pytest.mark.spec("ACC-07")
def test_device_is_signed_out_from_another(alice: User) -> None:
    confirmed(alice)
    lost, here = browser(alice, IPHONE), browser(alice)
    row = Session.objects.get(user=alice, user_agent=IPHONE)
    assert here.post(f"{DEVICES}{row.pk}/end/")["Location"] == DEVICES
    assert (is_in(lost), is_in(here)) == (False, True)


@pytest.mark.spec("ACC-07")
def test_all_others_are_signed_out_at_once(alice: User, bob: User) -> None:
    confirmed(alice)
    others = [browser(alice), browser(alice, IPHONE)]
    here, bobs = browser(alice), signed_in(bob)
    here.post(f"{DEVICES}end-others/")
    assert [is_in(client) for client in (*others, here, bobs)] == [False, False, True, True]


def test_devices_are_ended_only_with_a_fresh_proof(alice: User) -> None:
    """Whoever found an open browser can't shut its owner out everywhere else."""
    other, stale = signed_in(alice), signed_in(alice)
    session = stale.session
    session["proved_at"] = 0
    session.save()
    row = Session.objects.exclude(pk=sessions.key_of(session)).get(user=alice)
    for address in (f"{DEVICES}{row.pk}/end/", f"{DEVICES}end-others/"):
        assert stale.post(address)["Location"].startswith("/accounts/confirm/")
    assert is_in(other)


def test_session_that_is_left_alone_is_over(alice: User, settings: Any) -> None:
    client = signed_in(alice)
    for idle_s, still_in in ((settings.SESSION_IDLE_S - 60, True), (settings.SESSION_IDLE_S + 60, False)):
        Session.objects.update(seen_at=timezone.now() - timedelta(seconds=idle_s))
        assert is_in(client) is still_in
    assert list(sessions.of(alice)) == []


def test_session_is_over_two_weeks_after_signing_in_however_much_it_is_used(
    alice: User, settings: Any
) -> None:
    client = signed_in(alice)
    for age_s, still_in in (
        (settings.SESSION_LONGEST_S - 60, True),
        (settings.SESSION_LONGEST_S + 60, False),
    ):
        Session.objects.update(signed_in_at=timezone.now() - timedelta(seconds=age_s))
        assert is_in(client) is still_in
    assert sessions.clear_expired() == 1


def test_fresh_proof_gives_the_session_a_new_key(alice: User) -> None:
    """Whoever knew the key before gains nothing by it."""
    client, thief = signed_in(alice), Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    client.post("/accounts/confirm/", {"password": PASSWORD})
    assert (is_in(client), is_in(thief)) == (True, False)
    assert Session.objects.filter(user=alice).count() == 1


def test_security_page_offers_to_sign_other_devices_out(alice: User) -> None:
    here = signed_in(alice)
    assert "end-others" not in here.get("/accounts/security/").content.decode()
    other = signed_in(alice)
    page = here.get("/accounts/security/").content.decode()
    assert ("One other device is signed in" in page, f"{DEVICES}end-others/" in page) == (True, True)
    here.post(f"{DEVICES}end-others/")
    assert (is_in(here), is_in(other)) == (True, False)


def test_nobody_ends_another_person_s_session(alice: User, bob: User) -> None:
    mine, theirs = signed_in(alice), signed_in(bob)
    row = Session.objects.get(user=alice)
    assert theirs.post(f"{DEVICES}{row.pk}/end/").status_code == 404
    assert is_in(mine)


@pytest.mark.spec("ACC-12")
def test_signed_out_session_is_refused_at_once(alice: User) -> None:
    client = signed_in(alice)
    stolen = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not is_in(thief)


def test_new_password_needs_the_old_one(alice: User) -> None:
    client = signed_in(alice)
    secret = "eleven brass trumpets"
    form = {"oldpassword": "a wrong passphrase", "password1": secret, "password2": secret}
    assert client.post("/accounts/password/change/", form).status_code == 200
    alice.refresh_from_db()
    assert (alice.check_password(PASSWORD), alice.check_password(secret)) == (True, False)


@pytest.mark.spec("ACC-04", "ACC-12")
def test_stolen_session_ends_with_a_new_password(alice: User) -> None:
    owner, thief = signed_in(alice), signed_in(alice)
    secret = "eleven brass trumpets"
    form = {"oldpassword": PASSWORD, "password1": secret, "password2": secret}
    owner.post("/accounts/password/change/", form)
    assert (is_in(owner), is_in(thief)) == (True, False)
    assert Session.objects.filter(user=alice).count() == 1


@pytest.mark.spec("ACC-04")
def test_reset_ends_every_session_and_its_link_works_once(alice: User, client: Client) -> None:
    confirmed(alice)
    thief = signed_in(alice)
    client.post("/accounts/password/reset/", {"email": alice.email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert link is not None
    secret = "eleven brass trumpets"
    path = client.get(link[1], follow=True).request["PATH_INFO"]
    client.post(path, {"password1": secret, "password2": secret})
    assert not is_in(thief)
    assert "This link no longer works" in Client().get(link[1], follow=True).content.decode()


def test_session_can_not_be_opened_with_what_the_database_holds(alice: User) -> None:
    client = signed_in(alice)
    cookie = client.cookies["sessionid"].value
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key, session_data FROM accounts_session")
        rows = cursor.fetchall()
    thief = Client()
    thief.cookies["sessionid"] = rows[0][0]
    assert (cookie in str(rows), is_in(thief), is_in(client)) == (False, False, True)


@pytest.mark.spec("ACC-07")
def test_new_device_is_told_of_by_mail_and_a_known_one_is_not(alice: User) -> None:
    confirmed(alice)
    first = browser(alice)
    assert mail.outbox == []  # the first browser of all is no news
    first.post("/accounts/logout/")
    give_password(alice, client=first)
    assert mail.outbox == []
    browser(alice, IPHONE, "198.51.100.9")
    letter = mail.outbox.pop()
    assert (letter.subject, letter.to) == ("A new device signed in", [alice.email])
    assert ("Safari on iPhone" in letter.body, "198.51.100.9" in letter.body) == (True, True)
    assert KnownBrowser.objects.filter(user=alice).count() == 2


def test_last_seen_is_written_once_in_five_minutes(alice: User) -> None:
    client = signed_in(alice)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Session.objects.update(seen_at=an_hour_ago, address=None)
    client.get(DEVICES)
    row = Session.objects.get(user=alice)
    assert (row.seen_at > an_hour_ago, row.address) == (True, "127.0.0.1")
    client.get(DEVICES)
    assert Session.objects.get(user=alice).seen_at == row.seen_at


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("", "Unknown browser"),
        ("x" * 5000, "Unknown browser"),
    ],
)
def test_devices_have_names_that_people_know(agent: str, name: str) -> None:
    assert device_name(agent) == name


@pytest.mark.spec("P-A01")
@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["in", "out", "end", "others", "expire"]), st.integers(0, 3)), max_size=10
    )
)
def test_session_is_valid_exactly_until_it_ends(db: None, steps: list[tuple[str, int]]) -> None:
    user = UserFactory()
    clients = [Client() for _ in range(4)]
    valid: set[int] = set()
    for step, number in steps:
        client = clients[number]
        key = sessions.key_of(client.session)
        if step == "in":
            client.force_login(user)
            valid.add(number)
        elif step == "out":
            client.post("/accounts/logout/")
            valid.discard(number)
        elif step == "end":
            sessions.end(user=user, key=key)
            valid.discard(number)
        elif step == "others":
            sessions.end_all(user=user, keep=key if number in valid else None)
            valid &= {number}
        else:
            Session.objects.filter(pk=key).update(expire_date="2020-01-01T00:00Z")
            valid.discard(number)
        assert [is_in(each) for each in clients] == [place in valid for place in range(4)]

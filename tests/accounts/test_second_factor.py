"""Second factors: set up, asked for in every way in, and every way around them tried (ACC-05)."""

import hashlib
import json
import re
from typing import Any

import pytest
import time_machine
from argon2.low_level import Type, hash_secret_raw
from django.core import mail
from django.db import connection
from django.test import Client
from redis import Redis

from apps.accounts import factors, services
from apps.accounts.errors import AccountError
from apps.accounts.models import BackupCodes, TimeCodeDevice, User
from tests.accounts.people import LOGIN, STEP, code_of, confirmed, give_password, is_in, with_app
from tests.concurrency import at_once
from tests.conftest import signed_in
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.spec("ACC-05")]
SECURITY, ADD, CODES = "/accounts/security/", "/accounts/security/app/", "/accounts/security/codes/"


@pytest.fixture(autouse=True)
def nothing_counted(valkey: Redis) -> None:
    """Wrong codes are counted in Valkey."""


def enrol(client: Client, user: User) -> list[str]:
    """Set up the app through the pages; the backup codes that are shown."""
    client.post(f"{ADD}begin/")
    device = TimeCodeDevice.objects.get(user=user)
    page = client.post(ADD, {"code": code_of(device)}).content.decode()
    return re.findall(r"<li><code>([a-z2-9]{5}-[a-z2-9]{5})</code></li>", page)


def test_app_is_set_up_with_qr_code_key_and_first_code(alice: User) -> None:
    client = signed_in(alice)
    assert client.post(f"{ADD}begin/")["Location"] == ADD
    device = TimeCodeDevice.objects.get(user=alice)
    page = client.get(ADD).content.decode()
    assert ('src="data:image/svg+xml;base64,' in page, device.grouped_key in page) == (True, True)
    alice.refresh_from_db()
    assert not alice.has_second_factor  # nothing is asked for before the first code was right
    codes = enrol(client, alice)
    alice.refresh_from_db()
    assert (len(set(codes)), alice.has_second_factor) == (10, True)
    assert is_in(client)  # the first code counts for this session
    assert [mail_.subject for mail_ in mail.outbox].count("Your account has a new second factor") == 2


def test_wrong_first_code_sets_nothing_up(alice: User) -> None:
    client = signed_in(alice)
    client.post(f"{ADD}begin/")
    assert client.post(ADD, {"code": "12345"}).status_code == 422
    device = TimeCodeDevice.objects.get(user=alice)
    wrong = f"{(int(code_of(device)) + 1) % 10**6:06d}"
    page = client.post(ADD, {"code": wrong})
    assert (page.status_code, "clock of the phone" in page.content.decode()) == (422, True)
    assert not TimeCodeDevice.objects.get(user=alice).confirmed


def test_key_and_codes_are_not_readable_in_the_database(alice: User) -> None:
    codes = enrol(signed_in(alice), alice)
    device = TimeCodeDevice.objects.get(user=alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM accounts_timecodedevice")
        stored_key = cursor.fetchone()[0]
        cursor.execute("SELECT digests FROM accounts_backupcodes")
        stored_codes = cursor.fetchone()[0]
    assert device.key not in stored_key
    assert not any(code in stored_codes or code.replace("-", "") in stored_codes for code in codes)
    assert not any(code.replace("-", "") in BackupCodes.objects.get().digests for code in codes)


def test_sign_in_asks_for_the_code_and_is_nobody_until_then(alice: User) -> None:
    device = with_app(confirmed(alice))
    client = give_password(alice)
    assert client.get(LOGIN, follow=True).redirect_chain in ([(STEP, 302)], [])
    assert "_auth_user_id" not in client.session
    assert not is_in(client)
    assert client.post(STEP, {"code": code_of(device)}).status_code == 302
    assert is_in(client)


def test_wrong_code_is_refused_and_says_so(alice: User) -> None:
    with_app(confirmed(alice))
    client = give_password(alice)
    page = client.post(STEP, {"code": "no-code"})
    assert (page.status_code, "That code is not right" in page.content.decode()) == (422, True)
    assert not is_in(client)


def test_step_without_a_password_before_it_leads_to_the_sign_in(client: Client) -> None:
    assert client.get(STEP)["Location"] == LOGIN


def test_code_opens_once(alice: User) -> None:
    """Somebody who looks over the shoulder has nothing of the code."""
    device = with_app(confirmed(alice))
    code = code_of(device)
    first, second = give_password(alice), give_password(alice)
    first.post(STEP, {"code": code})
    assert second.post(STEP, {"code": code}).status_code == 422
    assert (is_in(first), is_in(second)) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_code_that_is_sent_twice_at_once_opens_once(alice: User) -> None:
    device = with_app(alice)
    code = code_of(device)
    assert sorted(at_once(4, lambda: factors.use_code(alice, code) is not None)) == [
        False,
        False,
        False,
        True,
    ]


def test_older_code_than_the_last_used_is_refused(alice: User) -> None:
    device = with_app(alice)
    assert factors.use_code(alice, code_of(device, skew_s=30)) == device
    assert factors.use_code(alice, code_of(device)) is None


@pytest.mark.parametrize(
    ("skew_s", "opens"), [(-90, True), (-30, True), (0, True), (90, True), (-121, False), (121, False)]
)
def test_phone_s_clock_may_be_wrong_by_ninety_seconds(alice: User, skew_s: int, opens: bool) -> None:
    with time_machine.travel(1_800_000_000, tick=False):
        device = with_app(alice)
        assert (factors.use_code(alice, code_of(device, skew_s=skew_s)) is not None) == opens


def test_backup_code_opens_once_in_any_writing(alice: User) -> None:
    codes = enrol(signed_in(alice), alice)
    confirmed(alice)
    client, again = give_password(alice), give_password(alice)
    typed = codes[0].upper().replace("-", " ")
    client.post(STEP, {"code": typed})
    assert is_in(client)
    assert again.post(STEP, {"code": codes[0]}).status_code == 422
    assert BackupCodes.objects.get(user=alice).left == 9


def test_backup_codes_are_hashed_slowly_and_by_a_salt_of_their_own(alice: User, bob: User) -> None:
    rows = [BackupCodes(user=person, name="codes") for person in (alice, bob)]
    (code, *_rest), _ = (row.renew() for row in rows)
    digests = json.loads(rows[0].digests)
    plain = code.replace("-", "")
    assert rows[0].salt != rows[1].salt
    assert hashlib.sha256(plain.encode()).hexdigest() not in digests
    raw = hash_secret_raw(
        plain.encode(), bytes.fromhex(rows[0].salt), time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32,
        type=Type.ID,
    )  # fmt: skip
    assert raw.hex() == digests[0]


def test_backup_codes_from_before_salts_still_open(alice: User) -> None:
    digests = [hashlib.sha256(code.encode()).hexdigest() for code in ("aaaaabbbbb", "cccccddddd")]
    row = BackupCodes.objects.create(user=alice, name="codes", digests=json.dumps(digests))
    assert [row.verify_token(code) for code in ("AAAAA-bbbbb", "aaaaabbbbb")] == [True, False]
    assert row.left == 1


def test_new_backup_codes_shut_the_old_ones(alice: User) -> None:
    client = signed_in(alice)
    old = enrol(client, alice)
    page = client.post(CODES).content.decode()
    assert 'download="showrunner-backup-codes.txt"' in page
    assert old[0] not in page
    assert factors.use_code(alice, old[0]) is None
    assert old[0] not in client.get(SECURITY).content.decode()


def test_backup_codes_are_no_factor_of_their_own(alice: User) -> None:
    client = signed_in(alice)
    client.post(CODES)
    assert not BackupCodes.objects.exists()
    enrol(client, alice)
    client.post(f"{ADD}remove/")
    alice.refresh_from_db()
    assert (alice.has_second_factor, BackupCodes.objects.count()) == (False, 0)


def test_second_app_is_refused_while_one_is_in_use(alice: User) -> None:
    client = signed_in(alice)
    enrol(client, alice)
    key = TimeCodeDevice.objects.get(user=alice).key
    with pytest.raises(AccountError, match="Remove it first"):
        services.begin_app(user=alice)
    assert TimeCodeDevice.objects.get(user=alice).key == key


@pytest.mark.parametrize("path", [ADD, f"{ADD}begin/", f"{ADD}remove/", CODES])
def test_factors_are_changed_only_with_a_fresh_proof(alice: User, path: str) -> None:
    with_app(alice)
    client = Client()
    client.force_login(alice)
    session = client.session
    session.update({"otp_device_id": TimeCodeDevice.objects.get().persistent_id, "proved_at": 0})
    session.save()
    assert client.post(path)["Location"].startswith("/accounts/confirm/")
    assert TimeCodeDevice.objects.filter(user=alice, confirmed=True).exists()


def test_guessing_codes_locks_and_even_the_right_one_waits(alice: User) -> None:
    device = with_app(confirmed(alice))
    client = give_password(alice)
    answers = [client.post(STEP, {"code": "222222222"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    right = client.post(STEP, {"code": code_of(device)})
    assert (right.status_code, int(right["Retry-After"]) <= 60) == (429, True)
    other = give_password(alice)
    assert other.post(STEP, {"code": code_of(device)}).status_code == 429  # another browser changes nothing
    assert not is_in(client)


@pytest.mark.spec("P-A02")
@pytest.mark.parametrize(
    "path", ["/", "/accounts/profile/", "/accounts/security/", "/studio/morning-show/", "/teams/new/"]
)
def test_session_that_got_around_the_step_opens_nothing(alice: User, path: str) -> None:
    """The second fence: a session made by other means than allauth's."""
    with_app(alice)
    client = signed_in(alice)
    answer = client.get(path)
    assert answer["Location"].startswith("/accounts/confirm/?next=")


def test_other_devices_are_asked_once_a_factor_is_set_up(alice: User) -> None:
    elsewhere, here = signed_in(alice), signed_in(alice)
    enrol(here, alice)
    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_removing_the_factor_of_a_session_asks_for_another(alice: User, bob: User) -> None:
    """A session is verified by a device that exists and is the person's own."""
    client = signed_in(alice)
    enrol(client, alice)
    session = client.session
    session["otp_device_id"] = with_app(bob).persistent_id
    session.save()
    assert not is_in(client)


def test_password_reset_does_not_get_around_the_factor(alice: User) -> None:
    with_app(confirmed(alice))
    client = Client()
    client.post("/accounts/password/reset/", {"email": alice.email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert link is not None
    page: Any = client.get(link[1], follow=True)
    secret = "eleven brass trumpets"
    client.post(page.request["PATH_INFO"], {"password1": secret, "password2": secret})
    assert not is_in(client)
    assert not is_in(give_password(alice, secret, client))
    assert secret != PASSWORD

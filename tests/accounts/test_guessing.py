"""Guessing passwords gets slower and slower, and shuts no owner out (ACC-08)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from redis import Redis

from apps.accounts import lockouts
from apps.accounts.models import Guesses, User
from apps.core.limits import Verdict
from apps.privacy.jobs import clear_sessions
from tests.accounts.people import LOGIN, confirmed, give_password, is_in
from tests.concurrency import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.spec("ACC-08")]


@pytest.fixture(autouse=True)
def nothing_counted(valkey: Redis) -> None:
    """allauth counts sign-ins from one address, right and wrong ones, in the cache."""


def guess(user: User | str, times: int, client: Client | None = None) -> list[int]:
    client = client or Client()
    email = user if isinstance(user, str) else user.email
    form = {"login": email, "password": "a wrong passphrase"}
    return [client.post(LOGIN, form).status_code for _ in range(times)]


def test_account_is_locked_after_five_failures_even_for_the_right_password(alice: User) -> None:
    confirmed(alice)
    assert guess(alice, 7) == [200] * 5 + [429] * 2
    stranger = Client()
    answer = stranger.post(LOGIN, {"login": alice.email.upper(), "password": "a wrong passphrase"})
    assert (answer.status_code, 0 < int(answer["Retry-After"]) <= 60) == (429, True)
    assert not is_in(give_password(alice))


def test_owner_is_told_once_for_each_lock(alice: User) -> None:
    guess(alice, 9)
    assert [(letter.subject, letter.to) for letter in mail.outbox] == [("Sign-in is paused", [alice.email])]


def test_browser_that_was_in_before_is_counted_apart(alice: User) -> None:
    """Nobody shuts an owner out by guessing."""
    own = give_password(confirmed(alice))
    own.post("/accounts/logout/")
    guess(alice, 6)
    assert is_in(give_password(alice, client=own))
    assert not is_in(give_password(alice))


def test_browser_cookie_of_another_person_helps_nobody(alice: User, bob: User) -> None:
    bobs = give_password(confirmed(bob))
    bobs.post("/accounts/logout/")
    guess(alice, 5)
    assert guess(alice, 1, bobs) == [429]


def test_locks_grow_and_stop_growing() -> None:
    guard = lockouts.Guard("try", 2)
    waits = []
    for _ in range(7):
        lockouts.failed(guard, "key")
        waits.append(lockouts.failed(guard, "key").retry_after_s)
    assert waits == [60, 300, 900, 3600, 14400, 14400, 14400]


def test_right_password_forgets_the_failures(alice: User) -> None:
    confirmed(alice)
    guess(alice, 4)
    give_password(alice)
    assert guess(alice, 5) == [200] * 5


def test_network_is_locked_whatever_accounts_it_tries() -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    assert guess("nobody@example.com", 1, client) == [200]
    answers = [guess(f"nobody{number}@example.com", 1, client)[0] for number in range(31)]
    assert (answers[:29], answers[29:]) == ([200] * 29, [429] * 2)
    assert guess("somebody@example.com", 1, Client(REMOTE_ADDR="203.0.113.10")) == [200]


def test_unknown_address_is_answered_as_a_known_one(alice: User) -> None:
    assert guess(alice, 6) == guess("nobody@example.com", 6)


def test_what_is_counted_names_nobody_and_is_forgotten(alice: User) -> None:
    guess(alice, 5)
    rows = Guesses.objects.all()
    assert (len(rows), [row.key for row in rows if "alice" in row.key]) == (2, [])
    assert lockouts.forget_old() == 0
    rows.update(forget_at=timezone.now() - timedelta(seconds=1))
    clear_sessions()
    assert not rows.exists()


def test_locks_of_another_day_are_no_reason_to_wait_longer() -> None:
    guard = lockouts.Guard("try", 1)
    assert [lockouts.failed(guard, "key").retry_after_s for _ in range(2)] == [60, 300]
    Guesses.objects.update(forget_at=timezone.now() - timedelta(seconds=1))
    assert lockouts.failed(guard, "key").retry_after_s == 60


def test_old_failures_count_no_more() -> None:
    guard = lockouts.Guard("try", 2)
    lockouts.failed(guard, "key")
    long_ago = timezone.now() - lockouts.WINDOW - timedelta(seconds=1)
    Guesses.objects.update(failed_at=[long_ago])
    assert lockouts.failed(guard, "key") == Verdict(True, 2, 1, 0.0)


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_all_counted() -> None:
    guard = lockouts.Guard("try", 8)
    found = at_once(8, lambda: lockouts.failed(guard, "key").remaining)
    assert sorted(found) == [0, 1, 2, 3, 4, 5, 6, 7]

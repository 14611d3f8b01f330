"""What a password must be, and the meter that says so while it is typed (ACC-03)."""

import hashlib
import string
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from apps.accounts.models import User
from apps.accounts.password_rules import times_breached
from apps.accounts.passwords import judge
from tests.core.http_loopback import Loopback, running, status

COMMON = CommonPasswordValidator().passwords
WORDS = {*COMMON, "showrunner", "studio"}
PERSON = User(email="nora.winter@example.com", display_name="Nora Winterbottom")
OWN = ("nora", "winter", "example", "com", "nora.winter@example.com", "nora winterbottom", "winterbottom")
METER, SIGNUP = "/accounts/password/strength/", "/accounts/signup/"


def meets_policy(password: str) -> bool:
    """The policy in its own words: long, not common, not like what is known of the person."""
    low = password.lower()
    alike = any(
        len(password) < 10 * len(part) and SequenceMatcher(a=low, b=part).quick_ratio() >= 0.7 for part in OWN
    )
    return len(password) >= 12 and low.strip() not in COMMON and not alike and not disguised(low)


def disguised(low: str) -> bool:
    """Common words with digits and signs around them, look-alikes in them, again and again; rows of a keyboard."""
    left, right = low, low
    while left and not left[0].isalpha():
        left = left[1:]
    while right and not right[-1].isalpha():
        right = right[:-1]
    both = right[len(low) - len(left) :] if left else ""
    words = [low, *([left, right, both] if left else [])]
    for i in ("i", "l"):
        words += [word.translate(str.maketrans("@4310$57!", f"aae{i}ossti")) for word in words[:4]]
    pieces = {
        min((w[:n] for n in range(1, len(w) + 1) if w[:n] * (len(w) // n) == w), key=len) for w in words if w
    }
    rows = ["1234567890" * 4, "0123456789" * 4, string.ascii_lowercase * 4, "qwertyuiopasdfghjklzxcvbnm" * 4]
    return (
        any(piece in WORDS and len(piece) >= 4 for piece in pieces)
        or any(low == low[:n] * (len(low) // n) for n in (1, 2, 3))
        or any(low in row or low[::-1] in row for row in rows)
    )


@pytest.mark.spec("ACC-03")
@pytest.mark.parametrize(
    "password",
    [
        "password2024!!",
        "P@ssw0rd!!!!",
        "$unshine1234",
        "1234qwerty4321",
        "dragondragon",
        "123456789012",
        "zyxwvutsrqponm",
        "qwertyuiopas",
        "abababababab",
        "Showrunner2026",
        "__showrunner__",
    ],
)
def test_common_password_in_disguise_is_refused(password: str) -> None:
    with pytest.raises(ValidationError, match="Many people use this"):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["7#92!x$83%61", "correct horse battery staple", "my dragon eats trains", "4821sam98302"]
)
def test_what_only_holds_a_common_word_is_taken(password: str) -> None:
    validate_password(password)


@pytest.fixture
def stolen(settings: Any) -> Iterator[Loopback]:
    """A list of breached passwords that holds one, by the first five digits of its hash."""
    digest = hashlib.sha1(b"nine lamps above a harbour", usedforsecurity=False).hexdigest().upper()
    with running() as loopback:
        settings.BREACHED_PASSWORDS_URL = loopback.url
        lines = f"{'0' * 35}:0\r\n{digest[5:]}:17\r\n{'F' * 35}:3"
        loopback.on("GET", f"/range/{digest[:5]}", status(200, lines.encode()))
        yield loopback


def sign_up(client: Client, password: str) -> str:
    form = {
        "display_name": "Nora",
        "email": "nw@example.com",
        "password1": password,
        "birth_date": "1990-02-28",
    }
    return client.post(SIGNUP, form).content.decode()


@pytest.mark.spec("ACC-03")
@pytest.mark.django_db
def test_stolen_password_is_refused_and_only_five_digits_of_its_hash_leave(
    client: Client, stolen: Loopback, valkey: Redis
) -> None:
    assert "was stolen elsewhere" in sign_up(client, "nine lamps above a harbour")
    assert not User.objects.exists()
    (asked,) = stolen.asked
    assert (len(asked.path), asked.query, asked.headers["add-padding"]) == (len("/range/12345"), {}, "true")
    client.post(METER, {"password1": "nine lamps above a harbour"})
    assert len(stolen.asked) == 1  # nothing is asked at every key


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["  Nine Lamps above a Harbour ", "Ω nine lamps, ünlit " * 20])
def test_password_is_kept_as_it_was_typed(client: Client, valkey: Redis, password: str) -> None:
    """Neither cut nor trimmed, nor in other letters."""
    sign_up(client, password)
    person = User.objects.get()
    others = (password.strip(), password.lower(), password[:20], password + " ")
    assert (person.check_password(password), [person.check_password(other) for other in others]) == (
        True,
        [False] * 4,
    )


@pytest.mark.django_db
def test_padding_and_a_list_that_does_not_answer_refuse_nothing(
    client: Client, stolen: Loopback, valkey: Redis
) -> None:
    stolen.on("GET", "/range/00000", status(200, b"x"))
    assert times_breached("eleven brass trumpets") == 0  # 404 there
    sign_up(client, "eleven brass trumpets")
    assert User.objects.exists()


letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
near = st.builds(
    lambda a, b: a + b, st.sampled_from([*OWN, "passwordpassword", "123456789012"]), st.text(max_size=6)
)


@pytest.mark.spec("P-A04", "ACC-03")
@settings(max_examples=60, deadline=None)
@given(password=st.one_of(letters, near, st.sampled_from(sorted(word for word in COMMON if len(word) > 11))))
def test_password_is_accepted_exactly_when_it_meets_the_policy(password: str) -> None:
    try:
        validate_password(password, PERSON)
        accepted = True
    except ValidationError:
        accepted = False
    assert accepted == meets_policy(password)
    assert (judge(password, email=PERSON.email, display_name=PERSON.display_name).level > 0) == accepted


@pytest.mark.parametrize(
    ("password", "level"),
    [
        ("short", 0),
        ("aaaaaaaaaaaaaa", 0),
        ("abcabdabeabcab", 1),
        ("correcthorse", 2),
        ("correcthorsebattery", 3),
        ("nine lamps above a harbour", 4),
    ],
)
def test_meter_tells_good_from_better(password: str, level: int) -> None:
    assert judge(password).level == level


@pytest.mark.spec("ACC-03")
@pytest.mark.django_db
def test_meter_answers_while_it_is_typed(client: Client, valkey: Redis) -> None:
    weak = client.post(
        METER, {"password1": "nora winter", "email": "nora.winter@example.com"}
    ).content.decode()
    good = client.post(METER, {"password1": "nine lamps above a harbour"}).content.decode()
    assert ('value="0"' in weak, "Not accepted yet" in weak) == (True, True)
    assert ('value="4"' in good, "Very strong" in good) == (True, True)
    assert client.post(METER, {"password1": ""}).content.decode().strip() == ""
    page = client.get(SIGNUP).content.decode()
    assert f'hx-post="{METER}"' in page


@pytest.mark.spec("ACC-03")
@pytest.mark.django_db
def test_password_like_the_name_is_refused_at_sign_up(client: Client, valkey: Redis) -> None:
    form = {
        "display_name": "Nora Winterbottom",
        "email": "nw@example.com",
        "password1": "Nora-Winterbottom",
        "birth_date": "1990-02-28",
    }
    page = client.post(SIGNUP, form).content.decode()
    assert "too similar" in page
    assert not User.objects.exists()

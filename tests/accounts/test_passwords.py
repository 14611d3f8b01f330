"""What a password must be, and the meter that says so while it is typed (ACC-03)."""

from difflib import SequenceMatcher

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from apps.accounts.models import User
from apps.accounts.passwords import judge

COMMON = CommonPasswordValidator().passwords
PERSON = User(email="nora.winter@example.com", display_name="Nora Winterbottom")
OWN = ("nora", "winter", "example", "com", "nora.winter@example.com", "nora winterbottom", "winterbottom")
METER, SIGNUP = "/accounts/password/strength/", "/accounts/signup/"


def meets_policy(password: str) -> bool:
    """The policy in its own words: long, not common, not like what is known of the person."""
    low = password.lower()
    alike = any(
        len(password) < 10 * len(part) and SequenceMatcher(a=low, b=part).quick_ratio() >= 0.7 for part in OWN
    )
    return len(password) >= 12 and low.strip() not in COMMON and not alike


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
        ("aaaaaaaaaaaaaa", 1),
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

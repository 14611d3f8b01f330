"""How good a password is, for the meter beside the field (ACC-03). What is refused stands in the settings."""

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts.models import User

PASSPHRASE_WORDS = 4
LONG = 16


@dataclass(frozen=True)
class Strength:
    """`level` is 0 (refused) to 4; `problems` are sentences, empty where the password is accepted."""

    level: int
    word: str
    problems: tuple[str, ...] = ()


def judge(password: str, *, email: str = "", display_name: str = "") -> Strength:
    """Refused or accepted exactly as at sign-up, and how far beyond that."""
    try:
        validate_password(password, User(email=email, display_name=display_name))
    except ValidationError as error:
        return Strength(0, _("Not accepted yet"), tuple(error.messages))
    words = {word.lower() for word in password.split() if len(word) > 2}
    kinds = sum(
        any(test(letter) for letter in password)
        for test in (str.islower, str.isupper, str.isdigit, lambda letter: not letter.isalnum())
    )
    if len(set(password)) < 6:
        return Strength(1, _("Accepted, but it repeats itself"))
    if len(words) >= PASSPHRASE_WORDS or (len(password) >= LONG and kinds >= 3):
        return Strength(4, _("Very strong"))
    if len(password) >= LONG or kinds >= 3:
        return Strength(3, _("Strong"))
    return Strength(2, _("Good"))

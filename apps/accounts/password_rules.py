"""Which passwords are refused beyond Django's own rules: what guessing programs try first (ACC-03)."""

import hashlib
import logging
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core import http

logger = logging.getLogger(__name__)

SHORTEST_PIECE = 4
# What lies side by side on keyboards or in the alphabet, each long enough to go round.
ROWS = tuple(
    row * 4
    for row in ("1234567890", "0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
)
LOOKALIKES = tuple(str.maketrans("@4310$57!", found) for found in ("aaeiossti", "aaelossti"))
BREACHED_WAIT_S = 3.0


class NotMadeOfCommonWords:
    """Refuses a common password, or a word of this installation, in disguise.

    Disguises are digits and signs around it, look-alikes in it (p@ssw0rd), itself again and again, and what lies side
    by side on a keyboard. Django's list alone has few that are as long as ours must be.
    """

    def validate(self, password: str, user: object | None = None) -> None:
        low = password.lower()
        if _is_short_again_and_again(low) or _is_a_row(low) or not _common().isdisjoint(_words_in(low)):
            raise ValidationError(
                _(
                    "Many people use this, or something much like it. Take several words that do not belong together."
                ),
                code="password_made_of_common_words",
            )

    def get_help_text(self) -> str:
        return _("Your password can't be a commonly used one in disguise.")


@lru_cache
def _common() -> frozenset[str]:
    """Django's list, and the words of this installation (settings.PASSWORD_WORDS)."""
    return frozenset(CommonPasswordValidator().passwords) | frozenset(settings.PASSWORD_WORDS)


def _words_in(low: str) -> set[str]:
    """What is left of it without its disguises."""
    letters = [at for at, letter in enumerate(low) if letter.isalpha()] or [0, -1]
    first, last = letters[0], letters[-1] + 1
    bare = {low, low[first:], low[:last], low[first:last]}
    plain = bare | {word.translate(table) for word in bare for table in LOOKALIKES}
    return {piece for word in plain if word and len(piece := _piece(word)) >= SHORTEST_PIECE}


def _is_short_again_and_again(low: str) -> bool:
    return bool(low) and len(_piece(low)) < min(SHORTEST_PIECE, len(low))


def _piece(text: str) -> str:
    """The shortest piece that, again and again, makes the text: abc of abcabcabc."""
    return text[: (text + text).index(text, 1)]


def _is_a_row(text: str) -> bool:
    return any(text in row or text[::-1] in row for row in ROWS)


def times_breached(password: str) -> int:
    """How often it stands in the list of breached passwords; 0 where no list is asked or it does not answer.

    Only the first five of forty digits of its SHA-1 leave, and hundreds of others come back with it
    (haveibeenpwned.com/API/v3, "Searching by range").
    """
    if not settings.BREACHED_PASSWORDS_URL:
        return 0
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    try:
        with http.Client(
            settings.BREACHED_PASSWORDS_URL, guard=False, timeout_s=BREACHED_WAIT_S, label="passwords"
        ) as client:
            answer = client.get(f"/range/{digest[:5]}", headers={"Add-Padding": "true"})
    except http.OutsideError as error:
        logger.warning("a password was not compared with breached ones: %s", error)
        return 0
    for line in answer.content.decode("ascii", "replace").splitlines():
        suffix, _colon, times = line.partition(":")
        if suffix.strip() == digest[5:] and times.strip().isdigit():
            return int(times)
    return 0

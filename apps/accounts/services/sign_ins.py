"""What happens around a sign-in: new browsers are told of, guesses are counted (ACC-07, ACC-08)."""

from dataclasses import dataclass
from math import ceil

from django.db import transaction
from django.utils import timezone

from apps.accounts import lockouts, mails
from apps.accounts.devices import digest
from apps.accounts.models import KnownBrowser, User
from apps.accounts.user_agents import browser_of, system_of
from apps.core.limits import Verdict


@transaction.atomic
def recognise(*, user: User, token: str, agent: str, address: str | None) -> bool:
    """Remember this browser as the person's own; True, and a mail, where it is new. The first one of all is no news."""
    known = KnownBrowser.objects.filter(user=user)
    first = not known.exists()
    row, made = KnownBrowser.objects.get_or_create(user=user, digest=digest(token))
    if not made:
        KnownBrowser.objects.filter(pk=row.pk).update(seen_at=timezone.now())
        return False
    if first:
        return False
    mails.send(user, "new_device", browser=browser_of(agent), system=system_of(agent), ip=address or "–")
    return True


@dataclass(frozen=True)
class Attempt:
    """Who wants to sign in, as far as it can be known: `network` is the caller's address or its /64."""

    email: str
    network: str
    browser_token: str | None = None

    @property
    def account_key(self) -> str:
        """A browser that the account knows is counted apart from all others."""
        known = self.browser_token and KnownBrowser.objects.filter(
            user__email=self.email, digest=digest(self.browser_token)
        )
        return f"{self.email} {digest(str(self.browser_token))}" if known and known.exists() else self.email


def may_try(attempt: Attempt) -> Verdict:
    """Whether a password is listened to now."""
    by_account = lockouts.look(lockouts.PASSWORD, attempt.account_key)
    by_network = lockouts.look(lockouts.ADDRESS, attempt.network)
    return max(by_account, by_network, key=lambda verdict: verdict.retry_after_s)


def note_wrong_password(attempt: Attempt) -> Verdict:
    """Count it against the account and against the network; the owner is told when the account is locked."""
    lockouts.failed(lockouts.ADDRESS, attempt.network)
    verdict = lockouts.failed(lockouts.PASSWORD, attempt.account_key)
    owner = None if verdict.allowed else User.objects.filter(email=attempt.email).first()
    if owner is not None:
        mails.send(owner, "locked_out", ip=attempt.network, minutes=ceil(verdict.retry_after_s / 60))
    return verdict


def note_right_password(attempt: Attempt) -> None:
    lockouts.passed(lockouts.PASSWORD, attempt.account_key)

"""A team's keys: added and changed only when a real call proves them, switched off, deleted and brought
back (PRV-02)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.core.errors import UserError
from apps.core.http import AuthExpired, OutsideError
from apps.events.services import record
from apps.providers.adapters import Credentials
from apps.providers.errors import ProviderError
from apps.providers.events import KEY_CHANGED, KeyChanged
from apps.providers.models import ProviderKey, hint_of
from apps.providers.registry import PROVIDERS, KeyFacts, Provider
from apps.teams.models import Team

UNDO_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class KeyWishes:
    """What a person entered. An empty secret leaves the one that is there."""

    label: str = ""
    secret: str = field(default="", repr=False)
    base_address: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


def add_key(*, team: Team, slug: str, wishes: KeyWishes, actor: User) -> ProviderKey:
    """Check the key by a real call, and keep it if it works. Raises UserError or OutsideError if it does not."""
    about = PROVIDERS[slug]
    if about.secret_required and not wishes.secret:
        raise ProviderError(f"Enter the {about.secret_label.lower()}.", field="secret")
    key = ProviderKey(team=team, provider=slug)
    _take_over(key, about, wishes)
    facts = _checked(about, key)
    with transaction.atomic():
        _note_check(key, facts)
        key.save(force_insert=True)
        _tell("provider.key_add", key, actor, after=_shown(key))
    return key


def change_key(*, key: ProviderKey, wishes: KeyWishes, actor: User) -> ProviderKey:
    """Check the key with its new settings, and keep them if it works. Raises UserError or OutsideError if not.

    With another base address the secret has to be entered again: it must not be sent anywhere it was not
    meant for.
    """
    about = PROVIDERS[key.provider]
    before = _shown(key)
    moved = (wishes.base_address or about.base_address) != (key.base_address or about.base_address)
    if moved and key.secret and not wishes.secret:
        raise ProviderError("Enter the key again, since the address has changed.", field="secret")
    _take_over(key, about, wishes)
    facts = _checked(about, key)
    with transaction.atomic():
        _note_check(key, facts)
        key.save()
        _tell("provider.key_change", key, actor, before=before, after=_shown(key))
    return key


def check_key(*, key: ProviderKey, actor: User) -> ProviderKey:
    """Make the harmless call again and note what came of it; never raises for what the provider says."""
    about = PROVIDERS[key.provider]
    try:
        facts = _checked(about, key)
    except (OutsideError, UserError) as error:
        key.check_result = key.last_error = error.message[:300]
        key.checked_at = key.last_error_at = timezone.now()
        key.broken = key.broken or isinstance(error, (AuthExpired, UserError))
    else:
        _note_check(key, facts)
    with transaction.atomic():
        key.save(update_fields=["check_result", "last_error", "checked_at", "last_error_at", "broken", "resting_until",
                                "facts", "updated_at"])  # fmt: skip
        _tell("provider.key_check", key, actor, after={"result": key.check_result})
    return key


@transaction.atomic
def switch_key(*, key: ProviderKey, enabled: bool, actor: User) -> None:
    """Use the key from now on, or stop using it."""
    key.enabled = enabled
    key.save(update_fields=["enabled", "updated_at"])
    _tell("provider.key_switch", key, actor, after={"enabled": enabled})


@transaction.atomic
def delete_key(*, key: ProviderKey, actor: User) -> None:
    """Stop using the key at once; it is wiped out when it can no longer be brought back."""
    key.deleted_at = timezone.now()
    key.save(update_fields=["deleted_at", "updated_at"])
    _tell("provider.key_delete", key, actor, before=_shown(key))


@transaction.atomic
def restore_key(*, key: ProviderKey, actor: User) -> None:
    """Bring a deleted key back."""
    key.deleted_at = None
    key.save(update_fields=["deleted_at", "updated_at"])
    _tell("provider.key_restore", key, actor, after=_shown(key))


@transaction.atomic
def reveal_key(*, key: ProviderKey, actor: User) -> str:
    """The whole secret, for the person's eyes; that it was read is recorded (SEC-08). Raises ProviderError."""
    secret = key.secret
    if not secret:
        raise ProviderError("This key has no secret: there is nothing to show.")
    audit("provider.key_reveal", team=key.team, actor=actor, target=key)
    return str(secret)


def purge_deleted() -> int:
    """Wipe out the keys that were deleted long enough ago; returns how many."""
    gone = ProviderKey.objects.filter(deleted_at__lt=timezone.now() - UNDO_FOR)
    return gone.delete()[1].get(ProviderKey._meta.label, 0)


def _take_over(key: ProviderKey, about: Provider, wishes: KeyWishes) -> None:
    key.label = wishes.label or about.name
    if wishes.secret:
        key.secret, key.hint = wishes.secret, hint_of(wishes.secret)
    if about.address_is_open:
        key.base_address = "" if wishes.base_address == about.base_address else wishes.base_address
    names = {known.name for known in about.fields}
    key.options = {name: value for name, value in wishes.options.items() if name in names and value}


def _checked(about: Provider, key: ProviderKey) -> KeyFacts:
    if about.check is None:
        return KeyFacts("This provider has nothing to check.")
    return about.check(Credentials(key.secret, key.base_address or about.base_address, key.options))


def _note_check(key: ProviderKey, facts: KeyFacts) -> None:
    key.check_result, key.facts, key.checked_at = facts.sentence[:300], dict(facts.facts), timezone.now()
    key.broken, key.resting_until, key.last_error, key.last_error_at = False, None, "", None


def _shown(key: ProviderKey) -> dict[str, object]:
    """What the record may hold of a key: never its secret."""
    return {
        "provider": key.provider, "label": key.label, "hint": key.hint, "base_address": key.base_address,
        "options": key.options, "enabled": key.enabled,
    }  # fmt: skip


def _tell(
    action: str,
    key: ProviderKey,
    actor: User,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit(action, team=key.team, actor=actor, target=key, before=before, after=after)
    state = "deleted" if key.deleted_at else key.state
    record(
        KEY_CHANGED, team=key.team, subject=key, data=KeyChanged(key.provider, str(key), state), actor=actor
    )

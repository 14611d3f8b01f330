"""Adding and removing second factors (ACC-05). Each change is told to the floors above, and to the person by mail."""

from django.db import transaction
from django_otp_webauthn.models import WebAuthnCredential

from apps.accounts import signals
from apps.accounts.errors import AccountError
from apps.accounts.models import BackupCodes, TimeCodeDevice, User
from apps.accounts.models.factors import new_key


@transaction.atomic
def begin_app(*, user: User) -> TimeCodeDevice:
    """A new key for an authenticator app, not yet good for anything. Raises AccountError where an app is in use."""
    device, made = TimeCodeDevice.objects.select_for_update().get_or_create(
        user=user, defaults={"name": "Authenticator app", "confirmed": False}
    )
    if device.confirmed:
        raise AccountError("An authenticator app is set up already. Remove it first.")
    if not made:
        device.key, device.last_step = new_key(), -1
        device.save(update_fields=["key", "last_step"])
    return device


@transaction.atomic
def confirm_app(*, user: User, code: str) -> tuple[TimeCodeDevice, list[str]]:
    """Put the app into use with its first code. Returns it, and new backup codes if the person had none.

    Raises AccountError where the code is wrong or nothing was begun.
    """
    device = TimeCodeDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None:
        raise AccountError("Begin again: there is no app to confirm.")
    if not device.verify_token(code):
        raise AccountError(
            "That code does not fit. Check that the clock of the phone is right, then type the next one.",
            field="code",
        )
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    signals.factor_added.send(User, user=user, kind="time_code", name=device.name)
    return device, ensure_codes(user)


def ensure_codes(user: User) -> list[str]:
    """Backup codes for a first factor; an empty list where the person has some that are left."""
    codes = BackupCodes.objects.filter(user=user).first()
    return [] if codes is not None and codes.left else renew_codes(user=user)


@transaction.atomic
def renew_codes(*, user: User) -> list[str]:
    """Ten new backup codes, to be shown once; those before no longer open."""
    row, _ = BackupCodes.objects.select_for_update().get_or_create(
        user=user, defaults={"name": "Backup codes"}
    )
    codes = row.renew()
    row.save()
    signals.factor_added.send(User, user=user, kind="backup_codes", name=row.name)
    return codes


@transaction.atomic
def remove_app(*, user: User) -> None:
    """Take the authenticator app away, and the backup codes with the last factor."""
    device = TimeCodeDevice.objects.select_for_update().filter(user=user).first()
    if device is None:
        return
    confirmed, name = device.confirmed, device.name
    device.delete()
    if confirmed:
        drop_codes_without_factor(user)
        signals.factor_removed.send(User, user=user, kind="time_code", name=name)


def drop_codes_without_factor(user: User) -> None:
    """Backup codes stand in for a factor: without one they would be a factor of their own."""
    if not User.objects.filter(pk=user.pk, has_second_factor=True).exists():
        BackupCodes.objects.filter(user=user).delete()


@transaction.atomic
def remove_passkey(*, user: User, passkey_id: int) -> bool:
    """Take one of the person's passkeys away; False where there is none."""
    device = WebAuthnCredential.objects.filter(user=user, pk=passkey_id).first()
    if device is None:
        return False
    name = device.name
    device.delete()
    drop_codes_without_factor(user)
    signals.factor_removed.send(User, user=user, kind="passkey", name=name)
    return True

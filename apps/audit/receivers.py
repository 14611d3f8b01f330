"""Sensitive actions done outside our services or on the floors below: they leave their record here (AUD-01)."""

from typing import Any

from allauth.account import signals as allauth
from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver

from apps.accounts import signals as accounts
from apps.accounts.models import User
from apps.audit import services
from apps.core.signals import sensitive_action


@receiver(sensitive_action)
def record_action(sender: Any, signal: Any, **facts: Any) -> None:
    services.record(**facts)


@receiver(user_logged_in)
def record_sign_in(sender: Any, user: User, **kwargs: Any) -> None:
    services.record("account.sign_in", actor=user, target=user)


@receiver(user_logged_out)
def record_sign_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        services.record("account.sign_out", actor=user, target=user)


@receiver(user_login_failed)
def record_failed_sign_in(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """What was typed as the address is not kept: people type passwords there."""
    email = str(credentials.get("email") or credentials.get("username") or "")
    services.record("account.sign_in_failed", target=User.objects.filter(email__iexact=email).first())


@receiver(allauth.user_signed_up)
def record_sign_up(sender: Any, user: User, **kwargs: Any) -> None:
    services.record("account.sign_up", actor=user, target=user)


@receiver(allauth.password_set)
@receiver(allauth.password_changed)
@receiver(allauth.password_reset)
def record_new_password(sender: Any, user: User, **kwargs: Any) -> None:
    services.record("account.password_change", actor=user, target=user)


@receiver(accounts.factor_added)
def record_new_factor(sender: Any, user: User, kind: str, name: str, **kwargs: Any) -> None:
    services.record("account.factor_add", actor=user, target=user, after={"kind": kind, "name": name})


@receiver(accounts.factor_removed)
def record_removed_factor(sender: Any, user: User, kind: str, name: str, **kwargs: Any) -> None:
    services.record("account.factor_remove", actor=user, target=user, before={"kind": kind, "name": name})


@receiver(accounts.sessions_revoked)
def record_ended_sessions(
    sender: Any, user: User, session_keys: list[str], reason: str, **kwargs: Any
) -> None:
    facts = {"sessions": len(session_keys), "reason": reason}
    services.record("account.sessions_end", actor=user, target=user, after=facts)


@receiver(accounts.deletion_requested)
def record_wish_to_be_deleted(sender: Any, user: User, due: Any, **kwargs: Any) -> None:
    services.record("account.deletion_request", actor=user, target=user, after={"due": due})


@receiver(accounts.deletion_cancelled)
def record_wish_to_stay(sender: Any, user: User, **kwargs: Any) -> None:
    services.record("account.deletion_cancel", actor=user, target=user)


@receiver(accounts.data_exported)
def record_export(sender: Any, user: User, **kwargs: Any) -> None:
    services.record("account.data_export", actor=user, target=user)


@receiver(allauth.email_confirmed)
def record_confirmed_email(sender: Any, email_address: Any, **kwargs: Any) -> None:
    user = email_address.user
    services.record("account.email_confirm", actor=user, target=user, after={"email": email_address.email})


@receiver(allauth.email_changed)
def record_new_email(
    sender: Any, user: User, from_email_address: Any, to_email_address: Any, **kwargs: Any
) -> None:
    services.record(
        "account.email_change",
        actor=user,
        target=user,
        before={"email": from_email_address.email if from_email_address else ""},
        after={"email": to_email_address.email},
    )


@receiver(post_save, sender=LogEntry)
def record_admin_change(sender: Any, instance: LogEntry, created: bool, **kwargs: Any) -> None:
    """What operators do in the admin site."""
    if not created:
        return
    kind = {ADDITION: "add", DELETION: "delete"}.get(instance.action_flag, "change")
    services.record(
        f"admin.{kind}",
        actor=instance.user,
        after={
            "type": str(instance.content_type),
            "id": instance.object_id,
            "name": instance.object_repr,
            "message": instance.get_change_message(),
        },
    )

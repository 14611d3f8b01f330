"""What allauth asks of the product."""

import re
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _

from apps.accounts import mails
from apps.accounts.password_rules import times_breached
from apps.accounts.services import sign_ins
from apps.accounts.sign_in_attempts import attempt_of
from apps.core.caller import address_of

PLAIN = re.compile(r"[\x21-\x7e]+")


class AccountAdapter(DefaultAccountAdapter):
    def clean_email(self, email: str) -> str:
        """The address in lower case; only ASCII, so that no two that look alike are ever taken for one.

        Letters such as ı (dotless), K (the Kelvin sign) and ｅ (full width) become others' in upper or lower case or as
        a domain: a reset letter would go to a stranger (CVE-2019-19844).
        """
        if not PLAIN.fullmatch(email.strip()):
            raise ValidationError(
                _("Use an address of plain letters, digits and signs. Write its domain as xn--…")
            )
        return str(super().clean_email(email.strip())).lower()

    def clean_password(self, password: str, user: Any = None) -> str:
        """The validators of the settings, then the list of breached passwords: asked once, not at every key."""
        password = str(super().clean_password(password, user))
        if times_breached(password):
            raise ValidationError(
                _(
                    "This password is in a list that was stolen elsewhere. Choose one that you use nowhere else."
                )
            )
        return password

    def populate_username(self, request: HttpRequest, user: object) -> None:
        """People have no user name."""

    def get_login_stages(self) -> list[str]:
        return [*super().get_login_stages(), "apps.accounts.stages.SecondFactorStage"]

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same address as in the audit record: proxies of ours are looked through, others not believed."""
        return address_of(request) or "0.0.0.0"  # noqa: S104 – stands for "unknown" in limits and letters  # nosec B104

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """allauth's letters in the language of who reads them; to who has no account, in the browser's."""
        asking = self.request.user if self.request.user.is_authenticated else None
        reader = context.get("user") or mails.reader_of(email) or asking
        language = reader.language if reader else get_language_from_request(self.request)
        zone = reader.time_zone if reader else "UTC"
        subject, text = mails.written(template_prefix, context, language=language, time_zone=zone)
        return EmailMessage(subject, text, self.get_from_email(), [email], headers=headers)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            sign_ins.note_right_password(attempt_of(request, user.email))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_ins.note_wrong_password(attempt_of(request, str(credentials.get("email", ""))))

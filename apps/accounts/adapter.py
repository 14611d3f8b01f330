"""What allauth asks of the product."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()

    def populate_username(self, request: HttpRequest, user: object) -> None:
        """People have no user name."""

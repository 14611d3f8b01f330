"""The second step of signing in: allauth leads every way in – password, provider, reset – through it (ACC-05)."""

from typing import Any

from allauth.account.stages import LoginStage
from django.shortcuts import redirect


class SecondFactorStage(LoginStage):
    key = "second_factor"
    urlname = "accounts:sign_in_step"

    def handle(self) -> tuple[Any, bool]:
        """Nobody is signed in before this stage says so: the page it sends to exits the stage."""
        user = self.login.user
        if user is not None and user.has_second_factor and getattr(user, "otp_device", None) is None:
            return redirect("accounts:sign_in_step"), True
        return None, True

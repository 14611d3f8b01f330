"""Every write to people and to what proves that it is they."""

from . import sessions, sign_ins
from .factors import begin_app, confirm_app, ensure_codes, remove_app, remove_passkey, renew_codes
from .people import choose_theme, claim_operator, operator_exists, update_profile
from .picture import change_picture, remove_picture

__all__ = [
    "begin_app",
    "change_picture",
    "choose_theme",
    "claim_operator",
    "confirm_app",
    "ensure_codes",
    "operator_exists",
    "remove_app",
    "remove_passkey",
    "remove_picture",
    "renew_codes",
    "sessions",
    "sign_ins",
    "update_profile",
]

"""A person's own pages: profile, security, and what proves that it is they."""

from .confirm import confirm, passkey_begin, sign_in_step
from .picture import change_picture, picture
from .profile import profile, setup, theme
from .security import (
    add_app,
    add_passkey,
    add_passkey_begin,
    begin_app,
    new_codes,
    remove_app,
    remove_passkey,
    security,
)
from .sessions import end_other_sessions, end_session, sessions
from .sign_in import connections, email, sign_in
from .strength import password_strength

__all__ = [
    "add_app",
    "add_passkey",
    "add_passkey_begin",
    "begin_app",
    "change_picture",
    "confirm",
    "connections",
    "email",
    "end_other_sessions",
    "end_session",
    "new_codes",
    "passkey_begin",
    "password_strength",
    "picture",
    "profile",
    "remove_app",
    "remove_passkey",
    "security",
    "sessions",
    "setup",
    "sign_in",
    "sign_in_step",
    "theme",
]

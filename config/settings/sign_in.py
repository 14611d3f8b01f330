"""Google, Facebook and Apple for signing in: each is there exactly when its keys are (ACC-02)."""

from typing import Any

import environ

from .platforms import GRAPH_VERSION

ORIGINS = {
    "google": "https://accounts.google.com",
    "facebook": "https://www.facebook.com",
    "apple": "https://appleid.apple.com",
}


def from_environment(env: environ.Env) -> dict[str, dict[str, Any]]:
    """allauth's SOCIALACCOUNT_PROVIDERS of what is configured."""
    found: dict[str, dict[str, Any]] = {}
    if client_id := env.str("GOOGLE_SIGN_IN_ID", default=""):
        app = {"client_id": client_id, "secret": env.str("GOOGLE_SIGN_IN_SECRET")}
        found["google"] = {"APPS": [app], "SCOPE": ["profile", "email"], "OAUTH_PKCE_ENABLED": True}
    if client_id := env.str("FACEBOOK_SIGN_IN_ID", default=""):
        app = {"client_id": client_id, "secret": env.str("FACEBOOK_SIGN_IN_SECRET")}
        found["facebook"] = {
            "APPS": [app],
            "METHOD": "oauth2",
            "SCOPE": ["email", "public_profile"],
            "FIELDS": ["id", "email", "name", "first_name", "last_name"],  # each must exist in that version
            "VERSION": GRAPH_VERSION,
        }
    if client_id := env.str("APPLE_SIGN_IN_ID", default=""):
        app = {
            "client_id": client_id,
            "secret": env.str("APPLE_SIGN_IN_KEY_ID"),
            "key": env.str("APPLE_SIGN_IN_TEAM_ID"),
            "settings": {"certificate_key": env.str("APPLE_SIGN_IN_KEY", multiline=True)},
        }
        found["apple"] = {"APPS": [app]}
    return found

"""Zoom's addresses."""

from apps.sandbox.standin import Route, StandIn
from apps.sandbox.zoom import oauth, users
from apps.sandbox.zoom.habits import ZoomHabits

ZOOM = StandIn(
    slug="zoom",
    name="Zoom",
    account_word="user",
    habits=ZoomHabits(),
    routes=(
        Route("GET", "oauth/authorize", "oauth.authorize", oauth.authorize, open=True),
        Route("POST", "oauth/token", "oauth.token", oauth.token, open=True),
        Route("POST", "oauth/revoke", "oauth.revoke", oauth.revoke, open=True),
        Route("GET", "v2/users/me", "users.me", users.me, ("user:read:user",)),
    ),
    samples=users.samples,
    new_account=users.new_account,
)

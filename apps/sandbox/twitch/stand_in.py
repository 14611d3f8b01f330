"""Twitch's addresses."""

from apps.sandbox.standin import Route, StandIn
from apps.sandbox.twitch import helix, oauth
from apps.sandbox.twitch.habits import TwitchHabits

MANAGE, KEY = ("channel:manage:broadcast",), ("channel:read:stream_key",)
FOLLOWERS = ("moderator:read:followers",)

TWITCH = StandIn(
    slug="twitch",
    name="Twitch",
    account_word="channel",
    habits=TwitchHabits(),
    routes=(
        Route("GET", "oauth2/authorize", "oauth.authorize", oauth.authorize, open=True),
        Route("POST", "oauth2/token", "oauth.token", oauth.token, open=True),
        Route("GET", "oauth2/validate", "oauth.validate", oauth.validate, open=True),
        Route("POST", "oauth2/revoke", "oauth.revoke", oauth.revoke, open=True),
        Route("GET", "helix/users", "helix.users", helix.users),
        Route("GET", "helix/channels", "helix.channels", helix.channels),
        Route("GET", "helix/channels/followers", "helix.followers", helix.followers, FOLLOWERS),
        Route("PATCH", "helix/channels", "helix.channels.update", helix.change_channel, MANAGE),
        Route("GET", "helix/streams/key", "helix.streams.key", helix.stream_key, KEY),
        Route("GET", "helix/streams", "helix.streams", helix.streams),
    ),
    samples=helix.samples,
    new_account=helix.new_account,
)

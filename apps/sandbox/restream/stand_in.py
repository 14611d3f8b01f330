"""Restream's addresses."""

from apps.sandbox.restream import oauth, user
from apps.sandbox.restream.habits import RestreamHabits
from apps.sandbox.standin import Route, StandIn

PROFILE, READ, WRITE, STREAM = ("profile.read",), ("channels.read",), ("channels.write",), ("stream.read",)

RESTREAM = StandIn(
    slug="restream",
    name="Restream",
    account_word="account",
    habits=RestreamHabits(),
    routes=(
        Route("GET", "login", "oauth.authorize", oauth.authorize, open=True),
        Route("POST", "oauth/token", "oauth.token", oauth.token, open=True),
        Route("POST", "oauth/revoke", "oauth.revoke", oauth.revoke, open=True),
        Route("GET", "v2/user/profile", "user.profile", user.profile, PROFILE),
        Route("GET", "v2/user/channel/all", "channels.list", user.channels, READ),
        Route("GET", "v2/user/channel/{id}", "channels.get", user.channel, READ),
        Route("PATCH", "v2/user/channel/{id}", "channels.update", user.change_channel, WRITE),
        Route("GET", "v2/user/channel-meta/{id}", "channels.meta", user.meta, READ),
        Route("PATCH", "v2/user/channel-meta/{id}", "channels.meta.update", user.change_meta, WRITE),
        Route("GET", "v2/user/streamKey", "stream.key", user.stream_key, STREAM),
    ),
    samples=user.samples,
    new_account=user.new_account,
)

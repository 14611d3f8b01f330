"""The addresses of a Jitsi server, and of JaaS below an AppID."""

from apps.sandbox.jitsi import rooms
from apps.sandbox.jitsi.habits import JitsiHabits
from apps.sandbox.standin import Route, StandIn

JITSI = StandIn(
    slug="jitsi",
    name="Jitsi",
    account_word="server",
    habits=JitsiHabits(),
    routes=(
        Route("GET", "external_api.js", "script", rooms.script, open=True),
        Route("GET", "{app}/external_api.js", "script", rooms.script_of_app, open=True),
        Route("GET", "{room}", "room", rooms.room, open=True),
        Route("GET", "{app}/{room}", "room", rooms.room_of_app, open=True),
    ),
    samples=rooms.samples,
    new_account=rooms.new_account,
)

"""Addresses below /studio/<team>/channels/."""

from django.urls import URLPattern, path

from apps.connections.views import board, meeting_servers, signing_in, strikes, targets

app_name = "connections"

urlpatterns: list[URLPattern] = [
    path("", board.channel_list, name="list"),
    path("connect/", board.connect, name="connect"),
    path("connect/<slug:slug>/", signing_in.start, name="start"),
    path("platforms/", board.platforms, name="platforms"),
    path("sign-ins/<uuid:sign_in_id>/", signing_in.choose, name="choose"),
    path("rtmp/", targets.add, name="add_target"),
    path("jitsi/", meeting_servers.add_server, name="add_jitsi_server"),
    path("jitsi/jaas/", meeting_servers.add_jaas, name="add_jaas"),
    path("<uuid:connection_id>/", board.detail, name="detail"),
    path("<uuid:connection_id>/picture/", board.picture, name="picture"),
    path("<uuid:connection_id>/check/", board.check, name="check"),
    path("<uuid:connection_id>/reconnect/", signing_in.reconnect, name="reconnect"),
    path("<uuid:connection_id>/disconnect/", board.disconnect, name="disconnect"),
    path("<uuid:connection_id>/target/", targets.change, name="change_target"),
    path("<uuid:connection_id>/jitsi/", meeting_servers.change, name="change_jitsi"),
    path("<uuid:connection_id>/strikes/", strikes.strike_list, name="strikes"),
    path("<uuid:connection_id>/strikes/new/", strikes.record, name="record_strike"),
    path("<uuid:connection_id>/strikes/<uuid:strike_id>/", strikes.decide, name="decide_strike"),
]

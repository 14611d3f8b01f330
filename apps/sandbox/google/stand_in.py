"""Google's addresses."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from apps.sandbox import consent
from apps.sandbox.google import channels, comments, extras, oauth, playlists, search, uploads, videos
from apps.sandbox.google.habits import READ, WRITE, Cost, GoogleHabits
from apps.sandbox.standin import Call, Route, StandIn

API, UPLOAD = "youtube/v3", "upload/youtube/v3"
YOUTUBE, FORCE_SSL, READONLY, UPLOAD_SCOPE, PARTNER = (
    f"{oauth.SCOPES}{name}"
    for name in ("youtube", "youtube.force-ssl", "youtube.readonly", "youtube.upload", "youtubepartner")
)
MANAGE = (YOUTUBE, FORCE_SSL, PARTNER)
LOOK = (*MANAGE, READONLY)
SEND = (*MANAGE, UPLOAD_SCOPE)
TALK = (FORCE_SSL,)
CAPTIONS = (FORCE_SSL, PARTNER)


def authorize(call: Call) -> HttpResponseBase:
    """The consent page, with Google's own names of what is asked."""
    query = call.query
    return consent.ask(
        call,
        client_id=query.get("client_id", ""),
        scopes=query.get("scope", "").split(),
        challenge=query.get("code_challenge", ""),
        challenge_method=query.get("code_challenge_method", "plain" if query.get("code_challenge") else ""),
        offline=query.get("access_type") == "offline",
    )


def watch(call: Call) -> HttpResponseBase:
    """Where a video's public link leads."""
    return redirect(reverse("sandbox:watch", args=[call.query.get("v", "") or "nothing"]))


GOOGLE = StandIn(
    slug="google",
    name="YouTube",
    account_word="channel",
    habits=GoogleHabits(),
    routes=(
        Route("GET", "o/oauth2/v2/auth", "oauth.authorize", authorize, open=True),
        Route("POST", "token", "oauth.token", oauth.token, open=True),
        Route("POST", "revoke", "oauth.revoke", oauth.revoke, open=True),
        Route("GET", "watch", "watch", watch, open=True),
        Route("GET", f"{API}/channels", "channels.list", channels.list_channels, LOOK, cost=READ),
        Route("GET", f"{API}/videoCategories", "videoCategories.list", channels.list_categories, LOOK, cost=READ),
        Route("GET", f"{API}/videos", "videos.list", videos.list_videos, LOOK, cost=READ),
        Route("GET", f"{API}/videos:batchGetStats", "videos.batchGetStats", videos.batch_stats, LOOK, cost=READ),
        Route("PUT", f"{API}/videos", "videos.update", videos.update_video, MANAGE, cost=WRITE),
        Route("DELETE", f"{API}/videos", "videos.delete", videos.delete_video, MANAGE, cost=WRITE),
        Route("POST", f"{UPLOAD}/videos", "videos.insert", uploads.insert_video, SEND, cost=Cost("uploads")),
        Route("PUT", f"{UPLOAD}/videos", "videos.insert.bytes", uploads.put_bytes, open=True, takes_bytes=True),
        Route("DELETE", f"{UPLOAD}/videos", "videos.insert.cancel", uploads.cancel, open=True),
        Route("POST", f"{UPLOAD}/thumbnails/set", "thumbnails.set", extras.set_thumbnail, SEND, cost=WRITE),
        Route("GET", f"{API}/captions", "captions.list", extras.list_captions, CAPTIONS, cost=WRITE),
        Route("POST", f"{UPLOAD}/captions", "captions.insert", extras.insert_caption, CAPTIONS,
              cost=Cost("units", 400)),
        Route("DELETE", f"{API}/captions", "captions.delete", extras.delete_caption, CAPTIONS, cost=WRITE),
        Route("GET", f"{API}/playlists", "playlists.list", playlists.list_playlists, LOOK, cost=READ),
        Route("POST", f"{API}/playlists", "playlists.insert", playlists.insert_playlist, MANAGE, cost=WRITE),
        Route("DELETE", f"{API}/playlists", "playlists.delete", playlists.delete_playlist, MANAGE, cost=WRITE),
        Route("GET", f"{API}/playlistItems", "playlistItems.list", playlists.list_items, LOOK, cost=READ),
        Route("POST", f"{API}/playlistItems", "playlistItems.insert", playlists.insert_item, MANAGE, cost=WRITE),
        Route("DELETE", f"{API}/playlistItems", "playlistItems.delete", playlists.delete_item, MANAGE, cost=WRITE),
        Route("GET", f"{API}/commentThreads", "commentThreads.list", comments.list_threads, TALK, cost=READ),
        Route("POST", f"{API}/commentThreads", "commentThreads.insert", comments.insert_thread, TALK, cost=WRITE),
        Route("GET", f"{API}/comments", "comments.list", comments.list_comments, TALK, cost=READ),
        Route("POST", f"{API}/comments", "comments.insert", comments.reply, TALK, cost=WRITE),
        Route("PUT", f"{API}/comments", "comments.update", comments.update_comment, TALK, cost=WRITE),
        Route("DELETE", f"{API}/comments", "comments.delete", comments.delete_comment, TALK, cost=WRITE),
        Route("POST", f"{API}/comments/setModerationStatus", "comments.setModerationStatus", comments.moderate, TALK,
              cost=WRITE),
        Route("GET", f"{API}/search", "search.list", search.search, LOOK, cost=Cost("searches")),
    ),
    samples=channels.samples,
    new_account=channels.new_account,
)  # fmt: skip

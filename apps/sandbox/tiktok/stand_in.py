"""TikTok's addresses."""

from apps.sandbox.standin import Route, StandIn
from apps.sandbox.tiktok import display, oauth, people, posting
from apps.sandbox.tiktok.habits import TikTokHabits

PUBLISH = "v2/post/publish"
DIRECT, DRAFT, EITHER, LIST = (
    ("video.publish",),
    ("video.upload",),
    ("video.publish", "video.upload"),
    ("video.list",),
)

# `cost` is how many calls a minute one account may make.
TIKTOK = StandIn(
    slug="tiktok",
    name="TikTok",
    account_word="account",
    habits=TikTokHabits(),
    routes=(
        Route("GET", "v2/auth/authorize/", "oauth.authorize", oauth.authorize, open=True),
        Route("GET", "{handle}/video/{id}", "watch", display.watch, open=True),
        Route("POST", "v2/oauth/token/", "oauth.token", oauth.token, open=True),
        Route("POST", "v2/oauth/revoke/", "oauth.revoke", oauth.revoke, open=True),
        Route("GET", "v2/user/info/", "user.info", people.user_info, cost=600),
        Route("POST", f"{PUBLISH}/creator_info/query/", "creator_info", people.creator_info, DIRECT, cost=20),
        Route("POST", f"{PUBLISH}/video/init/", "post.init", posting.direct_init, DIRECT, cost=6),
        Route("POST", f"{PUBLISH}/inbox/video/init/", "inbox.init", posting.inbox_init, DRAFT, cost=6),
        Route("PUT", "upload", "post.bytes", posting.put_bytes, open=True, takes_bytes=True),
        Route("POST", f"{PUBLISH}/status/fetch/", "post.status", posting.status, EITHER, cost=30),
        Route("POST", f"{PUBLISH}/cancel/", "post.cancel", posting.cancel, EITHER),
        Route("POST", "v2/video/list/", "video.list", display.video_list, LIST, cost=600),
        Route("POST", "v2/video/query/", "video.query", display.video_query, LIST, cost=600),
    ),
    samples=people.samples,
    new_account=people.new_account,
)

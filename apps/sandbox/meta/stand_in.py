"""Meta's addresses: www (dialog), graph and graph-video, rupload."""

from collections.abc import Callable

from apps.sandbox.meta import (
    comments,
    insights,
    instagram,
    nodes,
    oauth,
    page_uploads,
    pages,
    people,
    resumable,
    rupload,
    subscribed,
)
from apps.sandbox.meta.habits import MetaHabits
from apps.sandbox.models import Account
from apps.sandbox.standin import Answer, Call, Handler, Route, StandIn

GRAPH = "graph/{version}"
LIST, POST = ("pages_show_list",), ("pages_manage_posts",)
READ = ("pages_read_engagement", "pages_show_list", "instagram_basic")
GRAM, PUBLISH = ("instagram_basic",), ("instagram_content_publish",)
TALK = ("pages_read_user_content", "pages_manage_engagement", "instagram_manage_comments")
TELL = ("pages_manage_metadata",)
ANSWER = ("pages_manage_engagement", "instagram_manage_comments")


def at(kind: str, handler: Callable[[Call, Account], Answer]) -> Handler:
    """A handler of an edge of one kind of account."""
    return lambda call: handler(call, nodes.account_of(call, kind))


def either(handler: Callable[[Call, Account], Answer]) -> Handler:
    """A handler of an edge that pages and Instagram accounts have."""
    return lambda call: handler(call, nodes.account_of(call, people.PAGE, people.INSTAGRAM))


def subscriptions() -> tuple[Route, ...]:
    handlers = {"POST": subscribed.subscribe, "DELETE": subscribed.unsubscribe, "GET": subscribed.listed}
    return tuple(
        Route(verb, f"{GRAPH}/{{id}}/subscribed_apps", f"hooks.{verb.lower()}", either(handler), TELL)
        for verb, handler in handlers.items()
    )


def gallery(call: Call, one: Account) -> Answer:
    return nodes.edge(call, instagram.published(one), "id")


def reels(call: Call, page: Account) -> Answer:
    return nodes.edge(call, pages.listed(page, "reel"), "id,description,updated_time")


def videos(call: Call, page: Account) -> Answer:
    return nodes.edge(call, pages.listed(page, "video"), "id,description,updated_time")


def talk(call: Call) -> Answer:
    return nodes.edge(call, comments.of_video(call), "id")


def replies(call: Call) -> Answer:
    return nodes.edge(call, comments.replies(call), "id")


GRAM_EDGE, PAGE_EDGE = people.INSTAGRAM, people.PAGE

META = StandIn(
    slug="meta",
    name="Facebook and Instagram",
    account_word="person with a page",
    habits=MetaHabits(),
    routes=(
        Route("GET", "www/{version}/dialog/oauth", "oauth.authorize", oauth.authorize, open=True),
        Route("GET", f"{GRAPH}/oauth/access_token", "oauth.token", oauth.access_token, open=True),
        Route("POST", f"{GRAPH}/oauth/access_token", "oauth.token", oauth.access_token, open=True),
        Route("GET", f"{GRAPH}/debug_token", "oauth.debug", oauth.debug_token, open=True),
        Route("GET", f"{GRAPH}/me/permissions", "oauth.permissions", oauth.permissions),
        Route("DELETE", f"{GRAPH}/me/permissions", "oauth.revoke", oauth.revoke),
        Route("GET", f"{GRAPH}/me/accounts", "pages.list", nodes.accounts_of, LIST),
        Route("GET", f"{GRAPH}/me", "node.get", nodes.get),
        Route("POST", f"{GRAPH}/{{id}}/media", "ig.container", at(GRAM_EDGE, instagram.new_container), PUBLISH),
        Route("GET", f"{GRAPH}/{{id}}/media", "ig.list", at(GRAM_EDGE, gallery), GRAM),
        Route("POST", f"{GRAPH}/{{id}}/media_publish", "ig.publish", at(GRAM_EDGE, instagram.publish), PUBLISH),
        Route("GET", f"{GRAPH}/{{id}}/content_publishing_limit", "ig.limit", at(GRAM_EDGE, instagram.limit), GRAM),
        Route("POST", f"{GRAPH}/{{id}}/replies", "ig.reply", comments.reply, ANSWER),
        Route("GET", f"{GRAPH}/{{id}}/replies", "ig.replies", replies, TALK),
        Route("POST", f"{GRAPH}/{{id}}/video_reels", "page.reels", at(PAGE_EDGE, page_uploads.reels), POST),
        Route("GET", f"{GRAPH}/{{id}}/video_reels", "page.reels.list", at(PAGE_EDGE, reels), READ),
        Route("POST", f"{GRAPH}/{{id}}/videos", "page.videos", at(PAGE_EDGE, page_uploads.videos), POST,
              takes_bytes=True),
        Route("GET", f"{GRAPH}/{{id}}/videos", "page.videos.list", at(PAGE_EDGE, videos), READ),
        Route("POST", f"{GRAPH}/{{id}}/thumbnails", "page.thumbnail", pages.set_thumbnail, POST),
        Route("GET", f"{GRAPH}/{{id}}/thumbnails", "page.thumbnails", pages.thumbnails, READ),
        Route("POST", f"{GRAPH}/{{id}}/comments", "comments.insert", comments.say, ANSWER),
        Route("GET", f"{GRAPH}/{{id}}/comments", "comments.list", talk, TALK),
        *subscriptions(),
        Route("GET", f"{GRAPH}/{{id}}/insights", "ig.insights", insights.of_media, ("instagram_manage_insights",)),
        Route("GET", f"{GRAPH}/{{id}}/video_insights", "page.insights", insights.of_video, ("read_insights",)),
        Route("POST", f"{GRAPH}/{{id}}/uploads", "file.start", resumable.start),
        Route("GET", f"{GRAPH}/{{id}}", "node.get", nodes.get),
        Route("POST", f"{GRAPH}/{{id}}", "node.post", nodes.post, takes_bytes=True),
        Route("DELETE", f"{GRAPH}/{{id}}", "node.delete", nodes.delete),
        Route("POST", "rupload/ig-api-upload/{version}/{id}", "ig.bytes", rupload.receive, takes_bytes=True),
        Route("GET", "rupload/ig-api-upload/{version}/{id}", "ig.offset", rupload.offset),
        Route("POST", "rupload/video-upload/{version}/{id}", "page.bytes", rupload.receive, takes_bytes=True),
        Route("GET", "rupload/video-upload/{version}/{id}", "page.offset", rupload.offset),
    ),
    samples=people.samples,
    new_account=people.new_account,
    slash_is_free=True,
)  # fmt: skip

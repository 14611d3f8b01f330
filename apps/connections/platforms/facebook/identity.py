"""The Facebook pages that a person manages."""

from typing import Any

from apps.connections.adapters import Account, AppCredentials, Call, Grant
from apps.connections.platforms.meta.graph import Graph, rows
from apps.connections.platforms.meta.login import MetaIdentity, may_publish
from apps.connections.platforms.meta.subscribed import TELL, TELL_WHY
from apps.core import http

SHOW, READ, POST, ENGAGE, INSIGHTS = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_posts",
    "pages_manage_engagement",
    "read_insights",
)
SCOPES = {
    SHOW: "List the pages that you manage",
    READ: "Know the page, its picture and its followers",
    POST: "Publish, edit and delete videos and reels",
    ENGAGE: "Write the first comment",
    INSIGHTS: "See how often videos were seen, to find the best times",
    TELL: TELL_WHY,
}
_PAGE = "id,name,username,link,followers_count,picture"


class FacebookIdentity(MetaIdentity):
    """Each page speaks by a token of its own."""

    service = "Facebook"
    scopes = tuple(SCOPES)

    def accounts(self, app: AppCredentials, grant: Grant) -> tuple[Account, ...]:
        fields = f"{_PAGE},access_token,tasks"
        pages = rows(
            Graph(app, grant.access_token, self.service).get("me/accounts", fields=fields, limit=100)
        )
        facts = self.grantor(app, grant)
        return tuple(_account(page, facts) for page in pages if page.get("id") and may_publish(page))

    def account(self, call: Call) -> Account:
        page = Graph.of(call, self.service).get(call.account_id, fields=_PAGE)
        if not page.get("id"):
            raise http.AuthExpired("Facebook: this sign-in no longer reaches the page. Connect it again.")
        return _account(page, {})


def _account(page: dict[str, Any], facts: dict[str, str]) -> Account:
    username, picture = str(page.get("username") or ""), page.get("picture")
    data = picture.get("data") if isinstance(picture, dict) else None
    followers = page.get("followers_count")
    return Account(
        external_id=str(page["id"]),
        name=str(page.get("name") or page["id"]),
        handle=f"@{username}" if username else "",
        picture_url=str(data.get("url") or "") if isinstance(data, dict) else "",
        link=str(page.get("link") or f"https://www.facebook.com/{page['id']}"),
        token=str(page.get("access_token") or ""),
        figures={"followers": followers} if isinstance(followers, int) else {},
        facts=facts,
    )

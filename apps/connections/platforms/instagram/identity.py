"""Instagram professional accounts behind the pages that a person manages."""

from typing import Any

from apps.connections.adapters import Account, AppCredentials, Call, Grant
from apps.connections.platforms.meta.graph import Graph, rows
from apps.connections.platforms.meta.login import MetaIdentity
from apps.connections.platforms.meta.subscribed import TELL, TELL_WHY
from apps.core import http

PUBLISH, COMMENT, INSIGHTS = (
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_insights",
)
SCOPES = {
    "pages_show_list": "List your pages, behind which Instagram accounts are found",
    "pages_read_engagement": "Read the page that the account belongs to",
    "instagram_basic": "Know the account, its picture and its followers",
    PUBLISH: "Publish reels",
    COMMENT: "Write the first comment",
    INSIGHTS: "See how often reels were seen, to find the best times",
    TELL: TELL_WHY,
}
_ACCOUNT = "id,username,name,profile_picture_url,followers_count,follows_count,media_count"


class InstagramIdentity(MetaIdentity):
    """Each account is spoken for by the token of its page."""

    service = "Instagram"
    scopes = tuple(SCOPES)

    def accounts(self, app: AppCredentials, grant: Grant) -> tuple[Account, ...]:
        fields = f"id,name,access_token,tasks,instagram_business_account{{{_ACCOUNT}}}"
        pages = rows(
            Graph(app, grant.access_token, self.service).get("me/accounts", fields=fields, limit=100)
        )
        facts = self.grantor(app, grant)
        found = []
        for page in pages:
            profile = page.get("instagram_business_account")
            if isinstance(profile, dict) and profile.get("id"):
                found.append(_account(profile, str(page.get("access_token") or ""), facts))
        return tuple(found)

    def account(self, call: Call) -> Account:
        profile = Graph.of(call, self.service).get(call.account_id, fields=_ACCOUNT)
        if not profile.get("id"):
            raise http.AuthExpired("Instagram: this sign-in no longer reaches the account. Connect it again.")
        return _account(profile, "", {})


def _account(profile: dict[str, Any], token: str, facts: dict[str, str]) -> Account:
    username = str(profile.get("username") or "")
    counted = {"followers": "followers_count", "posts": "media_count"}
    return Account(
        external_id=str(profile["id"]),
        name=str(profile.get("name") or username or profile["id"]),
        handle=f"@{username}" if username else "",
        picture_url=str(profile.get("profile_picture_url") or ""),
        link=f"https://www.instagram.com/{username}/" if username else "",
        token=token,
        facts=facts,
        figures={
            name: int(profile[field])
            for name, field in counted.items()
            if isinstance(profile.get(field), int)
        },
    )

"""Creators: what may be shown of them, and how they may post."""

from typing import Any

from apps.sandbox import queries
from apps.sandbox.models import Account, FaultKind
from apps.sandbox.services import accounts, faults
from apps.sandbox.standin import Answer, Call, sandbox_url
from apps.sandbox.tiktok.habits import PLATFORM, invalid, ok

PUBLIC, FRIENDS, FOLLOWERS, SELF = (
    "PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"
)  # fmt: skip
BASIC = ("open_id", "union_id", "avatar_url", "avatar_url_100", "avatar_large_url", "display_name")
PROFILE = ("bio_description", "profile_deep_link", "is_verified", "username")
STATS = ("follower_count", "following_count", "likes_count", "video_count")
SCOPE_OF = {
    **dict.fromkeys(BASIC, "user.info.basic"),
    **dict.fromkeys(PROFILE, "user.info.profile"),
    **dict.fromkeys(STATS, "user.info.stats"),
}


def user_info(call: Call) -> Answer:
    """GET /v2/user/info/: the fields that are named, each within its scope."""
    fields = [field for field in call.query.get("fields", "").split(",") if field]
    unknown = [field for field in fields if field not in SCOPE_OF]
    if not fields or unknown:
        raise invalid(f"Fields are missing or not known: {', '.join(unknown)}.")
    if any(SCOPE_OF[field] not in call.grant.scopes for field in fields):
        raise call.stand_in.habits.scope_missing(call.route)
    whole = _user(call.account)
    return ok({"user": {field: whole[field] for field in fields}})


def _user(one: Account) -> dict[str, Any]:
    picture = f"{sandbox_url()}/picture/{one.external_id}/"
    return {
        "open_id": one.external_id,
        "union_id": f"union-{one.external_id}",
        "avatar_url": picture,
        "avatar_url_100": picture,
        "avatar_large_url": picture,
        "display_name": one.name,
        "username": one.handle,
        "bio_description": "",
        "profile_deep_link": f"{sandbox_url()}/accounts/{one.external_id}/",
        "is_verified": False,
        "follower_count": accounts.figure(one, "followers", 90_000),
        "following_count": accounts.figure(one, "following", 900),
        "likes_count": accounts.figure(one, "likes", 500_000),
        "video_count": queries.public_videos(account=one).count(),
    }


def creator_info(call: Call) -> Answer:
    """POST …/creator_info/query/: what this creator may choose, to be asked before each post."""
    one = call.account
    return ok(
        {
            "creator_avatar_url": f"{sandbox_url()}/picture/{one.external_id}/",
            "creator_username": one.handle,
            "creator_nickname": one.name,
            "privacy_level_options": privacy_options(one),
            "comment_disabled": bool(one.facts.get("comment_disabled", False)),
            "duet_disabled": bool(one.facts.get("duet_disabled", False)),
            "stitch_disabled": bool(one.facts.get("stitch_disabled", False)),
            "max_video_post_duration_sec": longest_s(one),
        }
    )


def privacy_options(one: Account) -> list[str]:
    """A private account's followers take the place of everybody."""
    return [FOLLOWERS if one.facts.get("private") else PUBLIC, FRIENDS, SELF]


def longest_s(one: Account) -> int:
    return int(one.facts.get("longest_s", 600))


def is_audited(one: Account) -> bool:
    return not faults.stands(PLATFORM, FaultKind.UNAUDITED, one)


def samples() -> list[Account]:
    return [
        accounts.sample(PLATFORM, "creator", "Night Kitchen", "sbx-tiktok-night-kitchen", handle="nightkitchen"),
        accounts.sample(
            PLATFORM, "creator", "Private profile", "sbx-tiktok-private", handle="quiet.cook",
            facts={"private": True},
        ),
        accounts.sample(
            PLATFORM, "creator", "One minute only", "sbx-tiktok-short", handle="one.minute",
            facts={"longest_s": 60, "duet_disabled": True},
        ),
    ]  # fmt: skip


def new_account(name: str) -> Account:
    return accounts.new_account(PLATFORM, "creator", name)

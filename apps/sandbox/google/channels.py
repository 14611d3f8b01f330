"""Channels, their lists of uploads, and YouTube's categories."""

import secrets
from typing import Any

from apps.sandbox import queries
from apps.sandbox.google.errors import missing, refusal
from apps.sandbox.google.habits import PLATFORM
from apps.sandbox.google.resources import (
    Resource,
    chosen,
    ids_of,
    moment,
    plain_list,
    thumbnails,
)
from apps.sandbox.models import Account
from apps.sandbox.services import accounts, playlists
from apps.sandbox.standin import Answer, Call, sandbox_url

CATEGORIES = {
    "1": "Film & Animation", "2": "Autos & Vehicles", "10": "Music", "15": "Pets & Animals", "17": "Sports",
    "19": "Travel & Events", "20": "Gaming", "22": "People & Blogs", "23": "Comedy", "24": "Entertainment",
    "25": "News & Politics", "26": "Howto & Style", "27": "Education", "28": "Science & Technology",
    "29": "Nonprofits & Activism",
}  # fmt: skip


def list_channels(call: Call) -> Answer:
    """By `mine`, `id` or `forHandle`."""
    query = call.query
    if query.get("mine") == "true":
        found = [] if call.account.facts.get("no_channel") else [call.account]
    elif ids := ids_of(call):
        found = list(Account.objects.filter(platform=PLATFORM, external_id__in=ids))
    elif handle := query.get("forHandle", "").removeprefix("@"):
        found = list(Account.objects.filter(platform=PLATFORM, handle__iexact=handle))
    else:
        raise missing("id, mine, forHandle")
    return Answer(plain_list("channelListResponse", [chosen(channel(one), call) for one in found]))


def need_channel(call: Call) -> Account:
    """The caller's channel. Raises youtubeSignupRequired for a Google account without one."""
    if call.account.facts.get("no_channel"):
        raise refusal(401, "youtubeSignupRequired", "Unauthorized", domain="youtube.header")
    return call.account


def channel(account: Account) -> Resource:
    words = {"title": account.name, "description": f"{account.name} in the sandbox."}
    return {
        "kind": "youtube#channel",
        "id": account.external_id,
        "snippet": {
            **words,
            "customUrl": f"@{account.handle}",
            "publishedAt": moment(account.created_at),
            "thumbnails": thumbnails(f"{sandbox_url()}/picture/{account.external_id}/"),
            "localized": words,
            "country": "DE",
        },
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": uploads_list(account)}},
        "statistics": _statistics(account),
        "status": {
            "privacyStatus": "public",
            "isLinked": True,
            "longUploadsStatus": "allowed" if account.facts.get("verified", True) else "eligible",
            "madeForKids": False,
            "isChannelMonetizationEnabled": bool(account.facts.get("monetized", False)),
        },
        "brandingSettings": {"channel": {**words, "country": "DE"}},
    }


def _statistics(account: Account) -> Resource:
    videos = list(queries.public_videos(account=account))
    return {
        "viewCount": str(sum(queries.views(video) for video in videos)),
        "subscriberCount": str(accounts.figure(account, "subscribers", 50_000)),
        "hiddenSubscriberCount": False,
        "videoCount": str(len(videos)),
    }


def uploads_list(account: Account) -> str:
    """The playlist of everything a channel has uploaded: its id with U for C."""
    return "UU" + account.external_id.removeprefix("UC")


def list_categories(call: Call) -> Answer:
    def category(number: str, title: str) -> Resource:
        snippet: dict[str, Any] = {
            "title": title,
            "assignable": True,
            "channelId": "UCBR8-60-B28hp2BmDPdntcQ",
        }
        return chosen({"kind": "youtube#videoCategory", "id": number, "snippet": snippet}, call)

    wanted = ids_of(call) or list(CATEGORIES)
    rows = [category(number, CATEGORIES[number]) for number in wanted if number in CATEGORIES]
    return Answer(plain_list("videoCategoryListResponse", rows))


def samples() -> list[Account]:
    """Who is there to be connected: a usual channel, one that is not verified, and an account without any."""
    kitchen = accounts.sample(
        PLATFORM, "channel", "Night Kitchen", "UCsandboxNightKitchen001", handle="nightkitchen"
    )
    playlists.sample(kitchen, "Late suppers", "PLsandboxLateSuppers0000001", privacy="public")
    playlists.sample(kitchen, "Try-outs", "PLsandboxTryOuts00000000002", privacy="private")
    return [
        kitchen,
        accounts.sample(PLATFORM, "channel", "Field Notes", "UCsandboxFieldNotes00002", handle="fieldnotes"),
        accounts.sample(
            PLATFORM, "channel", "Not verified yet", "UCsandboxUnverified00003", handle="newcomer",
            facts={"verified": False},
        ),
        accounts.sample(
            PLATFORM, "account", "Somebody without a channel", "UCsandboxNoChannel000004",
            handle="nochannel", facts={"no_channel": True},
        ),
    ]  # fmt: skip


def new_account(name: str) -> Account:
    return accounts.new_account(PLATFORM, "channel", name, external_id=f"UC{secrets.token_urlsafe(16)}")

"""Switches and choices that only one platform has, as forms offer them and adapters read them.

Sources: YouTube Data API `videos` (status, snippet.categoryId), `videoCategories`; TikTok Content Posting API "Direct
post" and its guidelines for what a person has to be asked; Instagram "Content publishing".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.library.categories import category_choices
from apps.publishing import words


@dataclass(frozen=True)
class Switch:
    """Something on or off under `options`. `off_by` names the fact of an account that takes
    it away."""

    name: str
    label: str
    hint: str = ""
    default: bool = False
    off_by: str = ""

    def is_offered(self, facts: Mapping[str, Any]) -> bool:
        return not (self.off_by and facts.get(self.off_by))


@dataclass(frozen=True)
class Choice:
    """One of several under `options`."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    default: str


SWITCHES: dict[str, tuple[Switch, ...]] = {
    "youtube": (
        Switch("notify_subscribers", "Tell subscribers", default=True),
        Switch("embeddable", "Other sites may embed it", default=True),
    ),
    "tiktok": (
        Switch("comment", "Allow comments", off_by="comments_off"),
        Switch("duet", "Allow duets", off_by="duet_off"),
        Switch("stitch", "Allow stitches", off_by="stitch_off"),
        Switch("brand_organic", "Promotes my own brand", "TikTok labels it “Promotional content”."),
    ),
    "instagram": (Switch("share_to_feed", "Show it in the feed too", default=True),),
}
TRIM = Switch(  # on every channel, where the video is too long for it
    words.MAY_TRIM,
    "Cut it to what fits",
    "It is longer than this channel takes: only its beginning goes out there.",
)
CHOICES: dict[str, tuple[Choice, ...]] = {
    "youtube": (
        Choice(
            "license", "Licence there",
            (("youtube", "Standard YouTube licence"), ("creativeCommon", "Creative Commons (CC BY)")), "youtube",
        ),
    ),
}  # fmt: skip
CATEGORIES = {"youtube": category_choices()}
PRIVACY_WORDS = {
    "public": "Public",
    "unlisted": "Unlisted: whoever has the link",
    "private": "Private",
    "PUBLIC_TO_EVERYONE": "Everyone",
    "MUTUAL_FOLLOW_FRIENDS": "Friends: followers you follow back",
    "FOLLOWER_OF_CREATOR": "Followers",
    "SELF_ONLY": "Only you",
}
# TikTok wants the person to choose who may see a post, each time, with nothing chosen beforehand.
ASKS_PRIVACY = frozenset({"tiktok"})
CONSENT = {
    "tiktok": "By posting, you agree to TikTok's Music Usage Confirmation, and for branded content to its "
    "Branded Content Policy.",
}


def privacies(platform: str, offered: tuple[str, ...], facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The ways of being seen that the account allows now, the widest first, with words for people."""
    allowed = facts.get("privacies") or offered
    return [(word, privacy_word(word)) for word in offered if word in allowed]


def privacy_word(word: str) -> str:
    """A way of being seen in words for people."""
    return PRIVACY_WORDS.get(word, word.replace("_", " ").capitalize())

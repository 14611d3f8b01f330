"""Videos: what is said of them, how far they are, who may see them. Bytes come in by uploads.py."""

import secrets
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.sandbox import queries
from apps.sandbox.google.channels import CATEGORIES
from apps.sandbox.google.errors import forbidden, invalid, missing, not_found
from apps.sandbox.google.habits import PLATFORM
from apps.sandbox.google.resources import Resource, chosen, ids_of, listing, moment, parts_of, plain_list
from apps.sandbox.google.video_resource import duration, video
from apps.sandbox.models import Account, FaultKind, Upload, Video
from apps.sandbox.services import faults, videos
from apps.sandbox.standin import Answer, Call

UNVERIFIED_MAX_S = 15 * 60
PRIVACIES = ("public", "unlisted", "private")
SAID = ("snippet", "status", "paidProductPlacementDetails", "recordingDetails", "localizations")


def list_videos(call: Call) -> Answer:
    """By id, the caller's ratings, or what is popular."""
    parts_of(call)
    ids = ids_of(call)
    if ids:
        found = {row.external_id: row for row in _videos().filter(external_id__in=ids[:50])}
        rows = [
            settle(found[one]) for one in ids if one in found and _may_see(call.account, settle(found[one]))
        ]
        return Answer(plain_list("videoListResponse", [_shown(row, call) for row in rows]))
    if call.query.get("chart") == "mostPopular":
        public = queries.public_videos(PLATFORM)
        return Answer(listing("videoListResponse", call, public, lambda row: _shown(row, call)))
    raise missing("chart, id, myRating")


def batch_stats(call: Call) -> Answer:
    """videos:batchGetStats: figures only."""
    wanted = set(parts_of(call)) if call.query.getlist("part") else {"statistics"}
    items = []
    for row in _videos().filter(external_id__in=ids_of(call)):
        if not _may_see(call.account, settle(row)):
            continue
        whole = {
            "statistics": {"viewCount": str(queries.views(row)), "likeCount": str(queries.likes(row)),
                           "commentCount": str(row.comments.count())},
            "contentDetails": {"duration": duration(row)},
            "snippet": {"publishTime": moment(row.published_at or row.created_at)},
        }  # fmt: skip
        items.append(
            {
                "kind": "youtube#videoStat",
                "id": row.external_id,
                **{k: v for k, v in whole.items() if k in wanted},
            }
        )
    return Answer(plain_list("batchGetStatsResponse", items, pages=False))


def update_video(call: Call) -> Answer:
    """PUT: each part that is named is replaced as a whole."""
    body = call.json
    row = own(call, str(body.get("id", "")))
    said = dict(row.facts)
    for part in parts_of(call):
        if part not in SAID:
            raise invalid("invalidPart", f"'{part}' cannot be updated.", "part")
        said[part] = body.get(part) or {}
    check_said(said, named=parts_of(call))
    _say(row, said)
    return Answer(_shown(row, call))


def delete_video(call: Call) -> Answer:
    videos.remove(own(call, call.query.get("id", "")))
    return Answer(None, 204)


def own(call: Call, external_id: str) -> Video:
    """A video of the caller's. 404 where there is none, 403 where it is another's."""
    row = queries.video(PLATFORM, external_id)
    if row is None:
        raise not_found("video")
    if row.account_id != call.account.pk:
        raise forbidden("The video is not the caller's.")
    return settle(row)


def _videos() -> QuerySet[Video]:
    return Video.objects.select_related("account").filter(account__platform=PLATFORM, deleted_at=None)


def _may_see(account: Account, row: Video) -> bool:
    return row.account_id == account.pk or (row.privacy != "private" and row.is_processed)


def settle(row: Video) -> Video:
    """YouTube itself makes a private video public at its time."""
    if row.publish_at and row.privacy == "private" and row.publish_at <= timezone.now():
        at = row.publish_at
        return videos.publish(row, at, privacy="public", publish_at=None)
    return row


def check_said(said: Resource, *, named: tuple[str, ...] = SAID) -> None:
    """What YouTube refuses of a video's words and settings."""
    snippet, status = said.get("snippet") or {}, said.get("status") or {}
    if "snippet" in named:
        _check_snippet(snippet)
    if "status" in named:
        _check_status(status)


def _check_snippet(snippet: Resource) -> None:
    title, description = str(snippet.get("title", "")), str(snippet.get("description", ""))
    if not title.strip() or len(title) > 100 or set("<>") & set(title):
        raise invalid("invalidTitle", "The request metadata specifies an invalid or empty video title.")
    if len(description.encode()) > 5000 or set("<>") & set(description):
        raise invalid("invalidDescription", "The request metadata specifies an invalid video description.")
    tags = [str(tag) for tag in snippet.get("tags") or []]
    if sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(len(tags) - 1, 0) > 500:
        raise invalid("invalidTags", "The request metadata specifies invalid video keywords.")
    if str(snippet.get("categoryId", "")) not in CATEGORIES:
        raise invalid("invalidCategoryId", "The request metadata specifies an invalid category ID.")


def _check_status(status: Resource) -> None:
    privacy, given = status.get("privacyStatus", "public"), status.get("publishAt")
    if privacy not in PRIVACIES:
        raise forbidden("The request attempts to set an invalid privacy setting.", "forbiddenPrivacySetting")
    if given is None:
        return
    at = parse_datetime(str(given))
    if at is None or privacy != "private" or at.utcoffset() is None or at <= timezone.now():
        raise invalid(
            "invalidPublishAt", "The request metadata specifies an invalid scheduled publishing time."
        )


def new_video(account: Account, upload: Upload, said: Resource) -> Video:
    """What a complete upload becomes. Of an application that is not audited it stays private."""
    locked = faults.stands(PLATFORM, FaultKind.UNAUDITED, account)
    row = videos.new_video(
        account,
        upload,
        external_id=secrets.token_urlsafe(8)[:11],
        refusal="" if upload.size else "emptyFile",
        facts={"locked": locked},
    )
    if not row.failure and row.duration_s > UNVERIFIED_MAX_S and not account.facts.get("verified", True):
        videos.change(row, failure="length")
    _say(row, said)
    return row


def _say(row: Video, said: Resource) -> None:
    """Take over words and privacy; who becomes public is so from now on."""
    snippet, status = said.get("snippet") or {}, said.get("status") or {}
    privacy = str(status.get("privacyStatus") or row.privacy or "public")
    given = status.get("publishAt")
    at: datetime | None = parse_datetime(str(given)) if given else None
    if row.facts.get("locked"):
        privacy, at = "private", None
    facts = {
        **{name: value for name, value in said.items() if name in SAID},
        "locked": row.facts.get("locked", False),
    }
    videos.change(
        row,
        title=str(snippet.get("title", "")),
        text=str(snippet.get("description", "")),
        privacy=privacy,
        publish_at=at,
        facts=facts,
        published_at=(row.published_at or timezone.now()) if privacy == "public" else None,
    )


def _shown(row: Video, call: Call) -> Resource:
    return chosen(video(row, mine=row.account_id == call.account.pk), call)


def shown(row: Video, call: Call) -> Resource:
    """As its owner sees it, in the parts that are asked for."""
    return chosen(video(row, mine=True), call)

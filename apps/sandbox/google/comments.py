"""Comments and their threads."""

import secrets

from django.db.models import QuerySet

from apps.sandbox.google.channels import need_channel
from apps.sandbox.google.errors import forbidden, invalid, missing, not_found
from apps.sandbox.google.habits import PLATFORM
from apps.sandbox.google.resources import Resource, chosen, ids_of, listing, moment, parts_of
from apps.sandbox.models import Comment, Video
from apps.sandbox.services import comments
from apps.sandbox.standin import Answer, Call, sandbox_url

LONGEST = 10_000
MODERATION = ("published", "heldForReview", "rejected")


def list_threads(call: Call) -> Answer:
    """Of a video, a channel, or by id."""
    parts_of(call)
    found = _threads()
    if video_id := call.query.get("videoId"):
        found = found.filter(video=_video(video_id))
    elif channel := call.query.get("allThreadsRelatedToChannelId"):
        found = found.filter(video__account__external_id=channel)
    elif ids := ids_of(call):
        found = found.filter(external_id__in=ids)
    else:
        raise missing("allThreadsRelatedToChannelId, id, videoId")
    found = found.filter(moderation=call.query.get("moderationStatus", "published"))
    if words := call.query.get("searchTerms"):
        found = found.filter(text__icontains=words)
    found = found.order_by("-created_at", "-id")
    return Answer(
        listing("commentThreadListResponse", call, found, lambda row: chosen(_thread(row), call), most=100)
    )


def insert_thread(call: Call) -> Answer:
    parts_of(call)
    author = need_channel(call)
    snippet = call.json.get("snippet") or {}
    top = (snippet.get("topLevelComment") or {}).get("snippet") or {}
    video = _video(str(snippet.get("videoId", "")))
    if video.privacy == "private" and video.account_id != author.pk:
        raise forbidden("The video is private.")
    row = comments.say(
        video, author, _text(top), external_id=f"Ug{secrets.token_urlsafe(18)}", moderation="published"
    )
    return Answer(chosen(_thread(row), call))


def list_comments(call: Call) -> Answer:
    """Replies of a thread, or by id."""
    parts_of(call)
    found = Comment.objects.select_related("video__account", "parent").filter(
        video__account__platform=PLATFORM
    )
    if parent := call.query.get("parentId"):
        found = found.filter(parent__external_id=parent)
    elif ids := ids_of(call):
        found = found.filter(external_id__in=ids)
    else:
        raise missing("id, parentId")
    return Answer(
        listing("commentListResponse", call, found, lambda row: chosen(_comment(row), call), most=100)
    )


def reply(call: Call) -> Answer:
    parts_of(call)
    author = need_channel(call)
    snippet = call.json.get("snippet") or {}
    parent = _found(str(snippet.get("parentId", "")))
    external_id = f"{parent.external_id}.{secrets.token_urlsafe(12)}"
    row = comments.say(
        parent.video, author, _text(snippet), external_id=external_id, parent=parent, moderation="published"
    )
    return Answer(chosen(_comment(row), call))


def update_comment(call: Call) -> Answer:
    parts_of(call)
    row = _found(str(call.json.get("id", "")))
    if row.author_id != call.account.external_id:
        raise forbidden("The comment is not the caller's.")
    comments.change(row, text=_text(call.json.get("snippet") or {}))
    return Answer(chosen(_comment(row), call))


def moderate(call: Call) -> Answer:
    status = call.query.get("moderationStatus", "")
    if status not in MODERATION:
        raise invalid("invalidModerationStatus", "The moderation status is not known.", "moderationStatus")
    for one in ids_of(call):
        row = _found(one)
        if row.video.account_id != call.account.pk:
            raise forbidden("Only the channel's owner moderates its comments.")
        comments.change(row, moderation=status)
    return Answer(None, 204)


def delete_comment(call: Call) -> Answer:
    row = _found(call.query.get("id", ""))
    if call.account.external_id not in (row.author_id, row.video.account.external_id):
        raise forbidden("The comment is not the caller's.")
    comments.remove(row)
    return Answer(None, 204)


def _text(snippet: Resource) -> str:
    text = str(snippet.get("textOriginal", ""))
    if not text.strip():
        raise invalid("commentTextRequired", "The comment resource does not specify the text.")
    if len(text) > LONGEST:
        raise invalid("commentTextTooLong", "The comment is longer than 10000 characters.")
    return text


def _video(external_id: str) -> Video:
    row = Video.objects.filter(account__platform=PLATFORM, external_id=external_id, deleted_at=None).first()
    if row is None:
        raise not_found("video")
    return row


def _threads() -> QuerySet[Comment]:
    return (
        Comment.objects.select_related("video__account")
        .prefetch_related("replies__video__account", "replies__parent")
        .filter(video__account__platform=PLATFORM, parent=None)
    )


def _found(external_id: str) -> Comment:
    row = Comment.objects.select_related("video__account", "parent").filter(external_id=external_id).first()
    if row is None or row.video.account.platform != PLATFORM:
        raise not_found("comment")
    return row


def _thread(row: Comment) -> Resource:
    replies = [_comment(one) for one in row.replies.all()]
    whole: Resource = {
        "kind": "youtube#commentThread",
        "id": row.external_id,
        "snippet": {
            "channelId": row.video.account.external_id,
            "videoId": row.video.external_id,
            "topLevelComment": _comment(row),
            "canReply": True,
            "totalReplyCount": len(replies),
            "isPublic": row.moderation == "published",
        },
    }
    return {**whole, "replies": {"comments": replies}} if replies else whole


def _comment(row: Comment) -> Resource:
    snippet: Resource = {
        "channelId": row.video.account.external_id,
        "videoId": row.video.external_id,
        "textDisplay": row.text,
        "textOriginal": row.text,
        "authorDisplayName": row.author_name,
        "authorProfileImageUrl": f"{sandbox_url()}/picture/{row.author_id}/",
        "authorChannelUrl": f"{sandbox_url()}/accounts/{row.author_id}/",
        "authorChannelId": {"value": row.author_id},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": row.likes,
        "publishedAt": moment(row.created_at),
        "updatedAt": moment(row.updated_at),
    }
    if row.moderation != "published":
        snippet["moderationStatus"] = row.moderation
    if row.parent:
        snippet["parentId"] = row.parent.external_id
    return {"kind": "youtube#comment", "id": row.external_id, "snippet": snippet}

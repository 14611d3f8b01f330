"""Playlists and what is in them; the list of uploads is one that YouTube keeps itself."""

import secrets

from django.db.models import Count, QuerySet

from apps.sandbox.google.channels import need_channel
from apps.sandbox.google.errors import forbidden, invalid, missing, not_found
from apps.sandbox.google.habits import PLATFORM
from apps.sandbox.google.resources import Resource, chosen, ids_of, listing, moment, parts_of, thumbnails
from apps.sandbox.google.video_resource import thumbnail_url
from apps.sandbox.google.videos import settle
from apps.sandbox.models import Account, Playlist, PlaylistItem, Video
from apps.sandbox.services import playlists
from apps.sandbox.standin import Answer, Call, sandbox_url


def list_playlists(call: Call) -> Answer:
    parts_of(call)
    found = Playlist.objects.select_related("account").filter(account__platform=PLATFORM)
    if call.query.get("mine") == "true":
        found = found.filter(account=call.account)
    elif ids := ids_of(call):
        found = found.filter(external_id__in=ids)
    elif channel := call.query.get("channelId"):
        found = found.filter(account__external_id=channel, privacy="public")
    else:
        raise missing("channelId, id, mine")
    found = found.annotate(count=Count("items"))
    return Answer(
        listing("playlistListResponse", call, found, lambda row: chosen(_playlist(row, row.count), call))
    )


def insert_playlist(call: Call) -> Answer:
    parts_of(call)
    account, said = need_channel(call), call.json
    snippet, status = said.get("snippet") or {}, said.get("status") or {}
    title = str(snippet.get("title", ""))
    if not title.strip() or len(title) > 150:
        raise invalid("playlistTitleRequired", "The request must specify a playlist title.")
    row = playlists.new_playlist(
        account,
        title,
        text=str(snippet.get("description", "")),
        privacy=str(status.get("privacyStatus", "private")),
        external_id=f"PL{secrets.token_urlsafe(24)}",
    )
    return Answer(chosen(_playlist(row, 0), call))


def delete_playlist(call: Call) -> Answer:
    playlists.remove(_own(call, call.query.get("id", "")))
    return Answer(None, 204)


def list_items(call: Call) -> Answer:
    """Of a playlist, with `videoId` only that video; or of a channel's uploads."""
    parts_of(call)
    wanted = call.query.get("playlistId", "")
    if not wanted:
        raise missing("id, playlistId")
    if wanted.startswith("UU"):
        return _uploads(call, wanted)
    row = _found(wanted)
    if row.privacy == "private" and row.account_id != call.account.pk:
        raise not_found("playlist")
    found = row.items.select_related("video__account", "playlist__account").filter(video__deleted_at=None)
    if video_id := call.query.get("videoId"):
        found = found.filter(video__external_id=video_id)
    return Answer(listing("playlistItemListResponse", call, found, lambda item: chosen(_item(item), call)))


def _uploads(call: Call, wanted: str) -> Answer:
    account = Account.objects.filter(platform=PLATFORM, external_id="UC" + wanted.removeprefix("UU")).first()
    if account is None:
        raise not_found("playlist")
    found: QuerySet[Video] = Video.objects.select_related("account").filter(account=account, deleted_at=None)
    if account != call.account:
        found = found.filter(privacy="public")

    def shape(row: Video) -> Resource:
        settle(row)
        item = PlaylistItem(
            playlist=Playlist(external_id=wanted, account=account), video=row, external_id=row.external_id
        )
        item.created_at = row.created_at
        return chosen(_item(item), call)

    return Answer(listing("playlistItemListResponse", call, found, shape))


def insert_item(call: Call) -> Answer:
    """YouTube itself takes the same video twice; so does this."""
    parts_of(call)
    snippet = call.json.get("snippet") or {}
    row = _own(call, str(snippet.get("playlistId", "")))
    resource = snippet.get("resourceId") or {}
    video = Video.objects.filter(
        account__platform=PLATFORM, external_id=str(resource.get("videoId", "")), deleted_at=None
    ).first()
    if video is None:
        raise not_found("video")
    item = playlists.add(row, video, position=snippet.get("position"), external_id=secrets.token_urlsafe(24))
    return Answer(chosen(_item(item), call))


def delete_item(call: Call) -> Answer:
    item = PlaylistItem.objects.filter(external_id=call.query.get("id", "")).first()
    if item is None:
        raise not_found("playlistItem")
    _own(call, item.playlist.external_id)
    playlists.take_out(item)
    return Answer(None, 204)


def _found(external_id: str) -> Playlist:
    row = Playlist.objects.filter(external_id=external_id, account__platform=PLATFORM).first()
    if row is None:
        raise not_found("playlist")
    return row


def _own(call: Call, external_id: str) -> Playlist:
    row = _found(external_id)
    if row.account_id != call.account.pk:
        raise forbidden("The playlist is not the caller's.", "playlistForbidden")
    return row


def _playlist(row: Playlist, count: int) -> Resource:
    return {
        "kind": "youtube#playlist",
        "id": row.external_id,
        "snippet": {
            "publishedAt": moment(row.created_at),
            "channelId": row.account.external_id,
            "channelTitle": row.account.name,
            "title": row.title,
            "description": row.text,
            "thumbnails": thumbnails(f"{sandbox_url()}/picture/{row.account.external_id}/"),
            "localized": {"title": row.title, "description": row.text},
        },
        "status": {"privacyStatus": row.privacy},
        "contentDetails": {"itemCount": count},
    }


def _item(item: PlaylistItem) -> Resource:
    row = item.video
    return {
        "kind": "youtube#playlistItem",
        "id": item.external_id,
        "snippet": {
            "publishedAt": moment(item.created_at),
            "channelId": item.playlist.account.external_id,
            "channelTitle": item.playlist.account.name,
            "videoOwnerChannelId": row.account.external_id,
            "videoOwnerChannelTitle": row.account.name,
            "title": row.title,
            "description": row.text,
            "thumbnails": thumbnails(thumbnail_url(row)),
            "playlistId": item.playlist.external_id,
            "position": item.position,
            "resourceId": {"kind": "youtube#video", "videoId": row.external_id},
        },
        "contentDetails": {
            "videoId": row.external_id,
            "videoPublishedAt": moment(row.published_at or row.created_at),
        },
        "status": {"privacyStatus": row.privacy},
    }

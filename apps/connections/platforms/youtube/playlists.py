"""The playlists of the channel itself (Data API, `playlists.list` with `mine`)."""

from typing import Any

from apps.connections.adapters import Call, Playlist, PlaylistPage
from apps.connections.platforms.youtube.client import client, count, items, part

PAGE = 50  # the most that one answer holds


def page(call: Call, token: str) -> PlaylistPage:
    """The next fifty; `token` is what the page before said, "" for the first."""
    query = {"part": "snippet,status,contentDetails", "mine": "true", "maxResults": PAGE}
    with client(call.app, "api", call.token) as service:
        answer = service.get("/youtube/v3/playlists", params=query | ({"pageToken": token} if token else {}))
    following = str(answer.json_object().get("nextPageToken") or "")
    return PlaylistPage(tuple(_playlist(row) for row in items(answer) if row.get("id")), following)


def _playlist(row: dict[str, Any]) -> Playlist:
    name = str(row["id"])
    return Playlist(
        external_id=name,
        title=str(part(row, "snippet").get("title") or name),
        videos=count(part(row, "contentDetails").get("itemCount")),
        privacy=str(part(row, "status").get("privacyStatus") or ""),
    )

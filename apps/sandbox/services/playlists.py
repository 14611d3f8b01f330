"""Playlists."""

from apps.sandbox.models import Account, Playlist, PlaylistItem, Video


def new_playlist(account: Account, title: str, *, text: str, privacy: str, external_id: str) -> Playlist:
    return Playlist.objects.create(
        account=account, title=title, text=text, privacy=privacy, external_id=external_id
    )


def sample(account: Account, title: str, external_id: str, *, privacy: str) -> Playlist:
    """One that is there from the beginning; made once."""
    facts = {"account": account, "title": title, "privacy": privacy}
    found, _ = Playlist.objects.get_or_create(external_id=external_id, defaults=facts)
    return found


def add(playlist: Playlist, video: Video, *, position: int | None, external_id: str) -> PlaylistItem:
    """At the end, or at a place."""
    at = playlist.items.count() if position is None else int(position)
    return PlaylistItem.objects.create(playlist=playlist, video=video, position=at, external_id=external_id)


def take_out(item: PlaylistItem) -> None:
    item.delete()


def remove(playlist: Playlist) -> None:
    playlist.delete()

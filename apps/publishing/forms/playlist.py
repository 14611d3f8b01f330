"""The playlist of one channel: chosen among its own, or by address where those can't be had."""

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.connections.adapters import Playlist
from apps.connections.models import Connection
from apps.publishing.forms.channel import ChannelForm, prefix_of
from apps.publishing.options import privacy_word


class PlaylistForm(forms.Form):
    """The one field of ChannelForm, named as there. Without `playlists` it is the address, with `trouble` beside it."""

    playlist = ChannelForm.base_fields["playlist"]

    def __init__(
        self, connection: Connection, playlists: Sequence[Playlist] | None, chosen: str, trouble: str = ""
    ) -> None:
        prefix = prefix_of(connection)
        super().__init__({f"{prefix}-playlist": chosen}, prefix=prefix)
        if playlists is not None:
            self.fields["playlist"] = forms.ChoiceField(required=False, choices=_choices(playlists, chosen))
        self.full_clean()
        if trouble:
            self.add_error("playlist", trouble)


def playlist_given(connection: Connection, given: Any) -> str:
    """What stands in the field of the composer now."""
    return str(given.get(f"{prefix_of(connection)}-playlist", ""))[:500]


def _choices(playlists: Sequence[Playlist], chosen: str) -> list[tuple[str, str]]:
    """None, the channel's own, and the one that was chosen where it is another."""
    found = [("", "None"), *((row.external_id, _words(row)) for row in playlists)]
    return found if chosen in dict(found) else [*found, (chosen, chosen)]


def _words(row: Playlist) -> str:
    videos = f"{row.videos:,} video{'' if row.videos == 1 else 's'}"
    closed = f", {privacy_word(row.privacy).partition(':')[0].lower()}" if row.privacy != "public" else ""
    return f"{row.title} ({videos}{closed})"

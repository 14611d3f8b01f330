"""Where many videos come from."""

from typing import Any

from django import forms

from apps.core.ids import new_id

LARGEST_TABLE = 2_000_000  # bytes
TABLE, FOLDER, FEED = "table", "folder", "feed"
FROM = [(TABLE, "Table (CSV)"), (FOLDER, "Folder or bucket"), (FEED, "Feed")]


class ImportForm(forms.Form):
    """A table, names in the import folder, or the address of a feed: the one that `source` says."""

    source = forms.ChoiceField(choices=FROM)
    batch = forms.UUIDField(required=False)
    file = forms.FileField(label="CSV file", required=False)
    feed = forms.CharField(
        label="Address of the feed",
        required=False,
        max_length=2000,
        widget=forms.URLInput({"placeholder": "https://example.com/videos.xml"}),
        help_text="RSS or Atom with video enclosures, Media RSS, JSON Feed, or a JSON list with video_url and title.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["batch"] = data.get("batch") or new_id()
        file = data.get("file")
        if data.get("source") == TABLE and file is None and "file" not in self.errors:
            self.add_error("file", "Choose the table first.")
        if file is not None and file.size > LARGEST_TABLE:
            self.add_error("file", "The table is larger than 2 MB. Split it.")
        if data.get("source") == FEED and not data.get("feed", "").strip():
            self.add_error("feed", "Give the address of the feed.")
        return data

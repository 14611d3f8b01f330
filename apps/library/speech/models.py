"""What was heard in a video, part by part."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from apps.core.models import TeamOwned
from apps.media.captions import Word


class Transcription(TeamOwned):
    """The last time that a video was listened to. What was heard is kept until the captions are written, so that nobody
    pays twice for a part of it.

    `language` is the one that was asked for, empty for whichever is heard. `parts_json` has a row for each part: its
    times, and once it was heard its words and their language. `file_mark` is the checksum of the file that is listened
    to, `marks_json` those of the captions there were, by language: only those may be replaced.
    """

    video = models.OneToOneField("library.Video", on_delete=models.CASCADE, related_name="transcription")
    language = models.CharField(max_length=10, blank=True)
    file_mark = models.CharField(max_length=64)
    marks_json = models.JSONField(default=dict)
    parts_json = models.JSONField(default=list)
    heard_language = models.CharField(max_length=10, blank=True)
    cue_count = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"What is said in {self.video_id}"

    @property
    def missing(self) -> list[dict[str, Any]]:
        """The parts that nobody has listened to yet."""
        return [part for part in self.parts_json if part["words"] is None]

    @property
    def spoken_in(self) -> str:
        """The language of most of the parts that were heard; empty while nothing was."""
        heard = [part["language"] for part in self.parts_json if part["words"]]
        return max(heard, key=heard.count, default="")

    def words(self) -> Iterator[Word]:
        """All of them, in the time of the video."""
        for part in self.parts_json:
            for word in part["words"] or []:
                yield Word.from_json(word).shifted(part["start_s"])

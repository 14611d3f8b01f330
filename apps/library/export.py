"""Videos as a table for spreadsheets."""

import csv
import io
from collections.abc import Iterable

from apps.core.text import harmless_cell
from apps.library.categories import category_name
from apps.library.models import Video

COLUMNS = (
    "id", "title", "status", "source", "language", "duration_s", "tags", "description", "made_for_kids", "category",
    "visibility", "created_at",
    "updated_at",
)  # fmt: skip


def videos_csv(videos: Iterable[Video]) -> str:
    """One row a video under a row of names; times as ISO 8601, tags between commas, marked as UTF-8 for Excel."""
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for video in videos:
        writer.writerow(_row(video))
    return text.getvalue()


def _row(video: Video) -> list[str]:
    length = "" if video.duration_s is None else f"{video.duration_s:.3f}"
    words = [video.title, video.status, video.source, video.language]
    times = [video.created_at.isoformat(), video.updated_at.isoformat()]
    cells = [
        *words,
        length,
        ", ".join(video.tags),
        video.description,
        str(video.made_for_kids).lower(),
        category_name(video.category),
        video.visibility,
        *times,
    ]
    return [str(video.pk), *(harmless_cell(cell) for cell in cells)]

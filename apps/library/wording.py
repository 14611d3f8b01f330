"""Words with variables in them, and what a video makes of them (LIB-05)."""

import re
from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format

from apps.library.errors import LibraryError
from apps.library.languages import language_name
from apps.library.models import Video
from apps.teams.models import Team

VARIABLES = {
    "title": "the title of the video",
    "description": "its description",
    "tags": "its tags, between commas",
    "language": "its language",
    "length": "its length, such as 1:05",
    "number": "its place among the videos that are filled together: 1, 2, 3 …",
    "date": "today's date",
    "year": "this year",
    "team": "the name of the team",
    "channel": "a channel, which is asked for",
}
_VARIABLE = re.compile(r"\{([A-Za-z_]+)\}")


def used(*texts: str) -> set[str]:
    """The names between braces."""
    return {name for text in texts for name in _VARIABLE.findall(text)}


def check(text: str, *, field: str) -> None:
    """Raises LibraryError where the text asks for something that no video has."""
    for name in sorted(used(text) - VARIABLES.keys()):
        raise LibraryError(
            f"There is no variable {{{name}}}. There are: "
            + ", ".join(f"{{{known}}}" for known in VARIABLES)
            + ".",
            field=field,
        )


def values(video: Video, *, team: Team, today: date, number: int, channel: str) -> dict[str, str]:
    """What each variable stands for in this video."""
    minutes, seconds = divmod(round(video.duration_s or 0), 60)
    return {
        "title": video.title,
        "description": video.description,
        "tags": ", ".join(video.tags),
        "language": language_name(video.language),
        "length": f"{minutes}:{seconds:02}",
        "number": str(number),
        "date": date_format(today, "DATE_FORMAT"),
        "year": str(today.year),
        "team": team.name,
        "channel": channel,
    }


def fill(text: str, known: Mapping[str, str]) -> str:
    """The text with its variables replaced, once: what comes in is not looked through again."""
    return _VARIABLE.sub(lambda found: known.get(found[1], found[0]), text)

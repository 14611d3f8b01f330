"""The words of a video. Every change is a version with its author, and every version can be restored (LIB-04)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Self, TypedDict, Unpack

from django.db import transaction

from apps.accounts.models import User
from apps.events.services import record
from apps.library import chapters as chaptering
from apps.library import overrides as overriding
from apps.library.categories import CATEGORIES
from apps.library.chapters import Chapter
from apps.library.errors import LibraryError, WordsChanged
from apps.library.events import VIDEO_EDITED, VideoEdited
from apps.library.models import Video, VideoVersion, Visibility
from apps.library.overrides import Override

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 5000
TAG_LENGTH = 50
TAGS = 30
COLUMNS = {"chapters": "own_chapters_json", "overrides": "overrides_json"}


class Changes(TypedDict, total=False):
    """What an edit may change; what is left out stays. `chapters` None: those the video was made with."""

    title: str
    description: str
    tags: Iterable[str]
    language: str
    made_for_kids: bool
    category: str
    visibility: str
    chapters: Iterable[Chapter] | None
    overrides: Iterable[Override]


@dataclass(frozen=True)
class Words:
    """What is versioned."""

    title: str
    description: str = ""
    tags: Iterable[str] = ()
    language: str = ""
    made_for_kids: bool = False
    category: str = ""
    visibility: str = Visibility.PUBLIC.value
    chapters: Iterable[Chapter] | None = None
    overrides: Iterable[Override] = ()

    def cleaned(self, duration_s: float | None = None) -> Self:
        """Trimmed and checked. Raises LibraryError beside the field that is wrong."""
        title = " ".join(self.title.split())
        description = self.description.replace("\r\n", "\n").strip()
        if not title:
            raise LibraryError("Give the video a title.", field="title")
        if len(title) > TITLE_LENGTH:
            raise LibraryError(f"Keep the title within {TITLE_LENGTH} characters.", field="title")
        if len(description) > DESCRIPTION_LENGTH:
            raise LibraryError(
                f"Keep the description within {DESCRIPTION_LENGTH} characters.", field="description"
            )
        if not self.language.strip():
            raise LibraryError("Choose the language of the video.", field="language")
        if self.category and self.category not in CATEGORIES:
            raise LibraryError("Choose one of the categories.", field="category")
        if self.visibility not in Visibility.values:
            raise LibraryError("Choose who may see the video.", field="visibility")
        return replace(
            self,
            title=title,
            description=description,
            tags=clean_tags(self.tags),
            language=self.language.strip(),
            chapters=None if self.chapters is None else chaptering.checked(self.chapters, duration_s),
            overrides=overriding.checked(
                replace(one, tags=clean_tags(one.tags, field=f"tags_{one.platform}"))
                for one in self.overrides
            ),
        )

    @classmethod
    def of(cls, row: Video | VideoVersion) -> Self:
        own = row.own_chapters_json
        return cls(
            title=row.title,
            description=row.description,
            tags=tuple(row.tags),
            language=row.language,
            made_for_kids=row.made_for_kids,
            category=row.category,
            visibility=row.visibility,
            chapters=None if own is None else tuple(Chapter.from_json(data) for data in own),
            overrides=overriding.from_json(row.overrides_json),
        )

    def put_on(self, row: Video | VideoVersion) -> None:
        """Onto a row, from words that are cleaned."""
        row.title, row.description, row.tags = self.title, self.description, list(self.tags)
        row.language, row.made_for_kids = self.language, self.made_for_kids
        row.category, row.visibility = self.category, self.visibility
        row.own_chapters_json = None if self.chapters is None else [one.to_json() for one in self.chapters]
        row.overrides_json = overriding.to_json(self.overrides)

    def changed_from(self, other: Self) -> list[str]:
        """The names of the fields in which this differs from the other."""
        return [
            field.name for field in fields(self) if getattr(self, field.name) != getattr(other, field.name)
        ]


def clean_tags(tags: Iterable[str], *, field: str = "tags") -> tuple[str, ...]:
    """Without `#`, surplus spaces and repetitions (whatever their case), in the order given. Raises LibraryError."""
    found: dict[str, str] = {}
    for tag in tags:
        text = " ".join(tag.replace("#", " ").replace(",", " ").split())
        if len(text) > TAG_LENGTH:
            raise LibraryError(f"Keep each tag within {TAG_LENGTH} characters: “{text[:20]}…”", field=field)
        if text:
            found.setdefault(text.casefold(), text)
    if len(found) > TAGS:
        raise LibraryError(f"Keep at most {TAGS} tags.", field=field)
    return tuple(found.values())


@transaction.atomic
def edit_metadata(
    video: Video,
    *,
    author: User | None,
    restored_from: int | None = None,
    read: int | None = None,
    **changes: Unpack[Changes],
) -> VideoVersion | None:
    """Change the words of the video: a new version, or None where they say the same. Raises LibraryError.

    `read` is the number of the version that the changes were made on. What others changed since then stays; where they
    changed the same, nothing is saved. Raises WordsChanged.
    """
    locked = Video.objects.select_for_update().filter(pk=video.pk).first()
    if locked is None:
        raise LibraryError("This video was deleted meanwhile. Bring it back to edit it.")
    before = Words.of(locked)
    base = _as_read(locked, read) or before
    words = _merged(locked, base, before, _cleaned(locked, replace(base, **changes)))
    changed = words.changed_from(before)
    if not changed:
        return None
    words.put_on(locked)
    locked.save(update_fields=[*(COLUMNS.get(name, name) for name in changed), "updated_at"])
    words.put_on(video)
    version = add_version(locked, author=author, restored_from=restored_from)
    data = VideoEdited(version=version.number, changed=changed)
    record(VIDEO_EDITED, team=locked.team, subject=locked, data=data, actor=author)
    return version


def _cleaned(video: Video, words: Words) -> Words:
    cleaned = words.cleaned(video.duration_s)
    return replace(cleaned, chapters=None) if cleaned.chapters == video.made_chapters else cleaned


def _as_read(video: Video, number: int | None) -> Words | None:
    """What the video said in the version of this number; None where nobody says which, or it is unknown."""
    row = VideoVersion.objects.filter(video=video, number=number).first() if number else None
    return Words.of(row) if row else None


def _merged(video: Video, base: Words, now: Words, mine: Words) -> Words:
    """The words of now with what `mine` changed of `base`."""
    wished = mine.changed_from(base)
    theirs = now.changed_from(base)
    both = [name for name in wished if name in theirs and getattr(now, name) != getattr(mine, name)]
    if both:
        last = video.versions.select_related("author").order_by("-number")[0]
        raise WordsChanged(
            f"{last.author or 'Somebody else'} changed this meanwhile, in version {last.number}. "
            "Save again to put yours in its place.",
            fields=tuple(both),
            number=last.number,
        )
    return replace(now, **{name: getattr(mine, name) for name in wished})


def restore_version(version: VideoVersion, *, author: User | None) -> VideoVersion | None:
    """Say again what this version said: a new version, or None where the video says so already."""
    said = Words.of(version)
    return edit_metadata(
        version.video,
        author=author,
        restored_from=version.number,
        **{f.name: getattr(said, f.name) for f in fields(said)},
    )


def add_version(video: Video, *, author: User | None, restored_from: int | None = None) -> VideoVersion:
    """Keep what the locked or new video says now."""
    last = (
        VideoVersion.objects.filter(video=video).order_by("-number").values_list("number", flat=True).first()
    )
    version = VideoVersion(
        team=video.team, video=video, number=(last or 0) + 1, author=author, restored_from=restored_from
    )
    Words.of(video).put_on(version)
    version.save(force_insert=True)
    return version

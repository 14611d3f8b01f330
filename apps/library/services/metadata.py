"""The words of a video. Every change is a version with its author, and every version can be restored (LIB-04)."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import Self

from django.db import transaction

from apps.accounts.models import User
from apps.events.services import record
from apps.library.errors import LibraryError
from apps.library.events import VIDEO_EDITED, VideoEdited
from apps.library.models import Video, VideoVersion

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 5000
TAG_LENGTH = 50
TAGS = 30


@dataclass(frozen=True)
class Words:
    """What is versioned."""

    title: str
    description: str
    tags: tuple[str, ...]
    language: str
    made_for_kids: bool

    @classmethod
    def cleaned(
        cls, title: str, description: str, tags: Iterable[str], language: str, made_for_kids: bool
    ) -> Self:
        """Trimmed and checked. Raises LibraryError beside the field that is wrong."""
        title = " ".join(title.split())
        description = description.replace("\r\n", "\n").strip()
        if not title:
            raise LibraryError("Give the video a title.", field="title")
        if len(title) > TITLE_LENGTH:
            raise LibraryError(f"Keep the title within {TITLE_LENGTH} characters.", field="title")
        if len(description) > DESCRIPTION_LENGTH:
            raise LibraryError(
                f"Keep the description within {DESCRIPTION_LENGTH} characters.", field="description"
            )
        if not language.strip():
            raise LibraryError("Choose the language of the video.", field="language")
        return cls(title, description, clean_tags(tags), language.strip(), made_for_kids)

    @classmethod
    def of(cls, row: Video | VideoVersion) -> Self:
        return cls(row.title, row.description, tuple(row.tags), row.language, row.made_for_kids)

    def put_on(self, row: Video | VideoVersion) -> None:
        row.title, row.description, row.tags = self.title, self.description, list(self.tags)
        row.language, row.made_for_kids = self.language, self.made_for_kids

    def changed_from(self, other: Self) -> list[str]:
        """The names of the fields in which this differs from the other."""
        names = [field.name for field in fields(self)]
        return [
            name for name, one, two in zip(names, astuple(self), astuple(other), strict=True) if one != two
        ]


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Without `#`, surplus spaces and repetitions (whatever their case), in the order given. Raises LibraryError."""
    found: dict[str, str] = {}
    for tag in tags:
        text = " ".join(tag.replace("#", " ").replace(",", " ").split())
        if len(text) > TAG_LENGTH:
            raise LibraryError(f"Keep each tag within {TAG_LENGTH} characters: “{text[:20]}…”", field="tags")
        if text:
            found.setdefault(text.casefold(), text)
    if len(found) > TAGS:
        raise LibraryError(f"Keep at most {TAGS} tags.", field="tags")
    return tuple(found.values())


@transaction.atomic
def edit_metadata(
    video: Video,
    *,
    author: User | None,
    title: str,
    description: str,
    tags: Iterable[str],
    language: str,
    made_for_kids: bool | None = None,
    restored_from: int | None = None,
) -> VideoVersion | None:
    """Change the words of the video: a new version, or None where they say the same. Raises LibraryError."""
    locked = Video.objects.select_for_update().filter(pk=video.pk).first()
    if locked is None:
        raise LibraryError("This video was deleted meanwhile. Bring it back to edit it.")
    for_kids = locked.made_for_kids if made_for_kids is None else made_for_kids
    words = Words.cleaned(title, description, tags, language, for_kids)
    changed = words.changed_from(Words.of(locked))
    if not changed:
        return None
    words.put_on(locked)
    locked.save(update_fields=[*changed, "updated_at"])
    words.put_on(video)
    version = add_version(locked, author=author, restored_from=restored_from)
    data = VideoEdited(version=version.number, changed=changed)
    record(VIDEO_EDITED, team=locked.team, subject=locked, data=data, actor=author)
    return version


def restore_version(version: VideoVersion, *, author: User | None) -> VideoVersion | None:
    """Say again what this version said: a new version, or None where the video says so already."""
    return edit_metadata(
        version.video,
        author=author,
        title=version.title,
        description=version.description,
        tags=version.tags,
        language=version.language,
        made_for_kids=version.made_for_kids,
        restored_from=version.number,
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

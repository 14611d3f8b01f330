"""Templates of words: kept by a team, filled into one video or many (LIB-05)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.library import wording
from apps.library.categories import CATEGORIES
from apps.library.errors import LibraryError
from apps.library.models import Video, VideoVersion, Visibility, WordTemplate
from apps.library.services.bulk import Bulk, chosen
from apps.library.services.metadata import Words, clean_tags, edit_metadata
from apps.teams.models import Team


class Fields(TypedDict):
    """What a template consists of; empty ones leave the video's."""

    name: str
    title: str
    description: str
    tags: Iterable[str]
    category: str
    visibility: str


@dataclass(frozen=True)
class Filled:
    """What one video would say, or the sentence that says why it cannot."""

    video: Video
    words: Words
    error: str = ""

    def as_row(self) -> VideoVersion:
        """The words as a version that is not kept, to be compared with what the video says now."""
        row = VideoVersion(video=self.video, number=0)
        self.words.put_on(row)
        return row


def checked_template(template: WordTemplate, fields: Fields) -> WordTemplate:
    """The template with these fields, not saved. Raises LibraryError beside the field that is wrong."""
    template.name = " ".join(fields["name"].split())
    template.title = " ".join(fields["title"].split())
    template.description = fields["description"].replace("\r\n", "\n").strip()
    template.tags = list(clean_tags(fields["tags"]))
    template.category, template.visibility = fields["category"], fields["visibility"]
    if not template.name:
        raise LibraryError("Give the template a name.", field="name")
    if template.category and template.category not in CATEGORIES:
        raise LibraryError("Choose one of the categories.", field="category")
    if template.visibility and template.visibility not in Visibility.values:
        raise LibraryError("Choose who may see the videos.", field="visibility")
    for field in ("title", "description"):
        wording.check(getattr(template, field), field=field)
    wording.check(", ".join(template.tags), field="tags")
    if not any((template.title, template.description, template.tags, template.category, template.visibility)):
        raise LibraryError("Fill at least one field: this template would change nothing.", field="title")
    return template


@transaction.atomic
def save_template(
    *, team: Team, template: WordTemplate | None = None, **fields: Unpack[Fields]
) -> WordTemplate:
    """A new template, or a changed one. Raises LibraryError."""
    row = checked_template(template or WordTemplate(team=team), fields)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise LibraryError(
            "There is a template of this name already. Choose another one.", field="name"
        ) from error
    return row


@transaction.atomic
def delete_template(template: WordTemplate, *, actor: User) -> None:
    """Videos keep what was filled into them."""
    audit("word_template.delete", team=template.team, actor=actor, target=template)
    template.delete()


def fill(template: WordTemplate, video: Video, *, today: date, number: int = 1, channel: str = "") -> Filled:
    """What the video would say after it. An error is in the result, so that others can be shown all the same."""
    known = wording.values(video, team=template.team, today=today, number=number, channel=channel)
    now = Words.of(video)
    words = replace(
        now,
        title=wording.fill(template.title, known) or now.title,
        description=wording.fill(template.description, known) or now.description,
        tags=_tags(template, known) or now.tags,
        category=template.category or now.category,
        visibility=template.visibility or now.visibility,
    )
    try:
        return Filled(video, words.cleaned(video.duration_s))
    except LibraryError as error:
        return Filled(video, now, error.message)


def _tags(template: WordTemplate, known: dict[str, str]) -> tuple[str, ...]:
    """{tags} brings all of the video's own."""
    filled = [wording.fill(tag, known) for tag in template.tags]
    return tuple(part for tag in filled for part in tag.split(","))


def fill_all(
    template: WordTemplate, videos: Iterable[Video], *, today: date, channel: str = ""
) -> list[Filled]:
    """What each of them would say. Raises LibraryError where the template needs a channel and none is named."""
    if (
        "channel" in wording.used(template.title, template.description, *template.tags)
        and not channel.strip()
    ):
        raise LibraryError("This template names a channel: say which.", field="channel")
    return [
        fill(template, video, today=today, number=number, channel=" ".join(channel.split()))
        for number, video in enumerate(videos, 1)
    ]


@transaction.atomic
def apply_template(
    template: WordTemplate, *, ids: Collection[UUID], author: User, today: date, channel: str = ""
) -> Bulk:
    """Fill it into all of the videos, each a version. Raises LibraryError; then none is changed."""
    videos = chosen(template.team, ids)
    changed = 0
    for filled in fill_all(template, videos, today=today, channel=channel):
        if filled.error:
            raise LibraryError(f"“{filled.video.title}”: {filled.error}")
        said = filled.words
        changed += (
            edit_metadata(
                filled.video,
                author=author,
                title=said.title,
                description=said.description,
                tags=said.tags,
                category=said.category,
                visibility=said.visibility,
            )
            is not None
        )
    return Bulk(changed, len(videos) - changed)

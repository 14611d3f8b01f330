"""The words of a post, and what becomes of them on one channel (PUB-01)."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from apps.publishing.errors import PublishingError
from apps.publishing.models import Post, Target

TITLE_LENGTH = 200
TEXT_LENGTH = 10_000
TAG_LENGTH = 100
TAGS = 100
OPTION_BYTES = 4000
MAY_TRIM = "may_trim"  # the switch of a channel by which a person agrees that what is too long is cut
PRIVACIES = ("public", "unlisted", "private")


@dataclass(frozen=True)
class Words:
    """What a post says and how it is to be taken. `hashtags` are without their sign.

    `language`, `category`, `playlist` and `options` are of one channel only; `privacy` there may be the platform's own
    word.
    """

    title: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    first_comment: str = ""
    privacy: str = "public"
    made_for_kids: bool = False
    ai_made: bool = False
    paid_promotion: bool = False
    language: str = ""
    category: str = ""
    playlist: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """The text with its hashtags under it, as people read it."""
        tags = " ".join(f"#{tag}" for tag in self.hashtags)
        return "\n\n".join(part for part in (self.text, tags) if part)


NAMES = frozenset(field.name for field in fields(Words))
OF_CHANNELS = frozenset({"language", "category", "playlist", "options"})
OF_POSTS = NAMES - OF_CHANNELS
SWITCHES = ("made_for_kids", "ai_made", "paid_promotion")


def of_post(post: Post) -> Words:
    """The common words."""
    values = {name: getattr(post, name) for name in OF_POSTS}
    return Words(**{**values, "tags": tuple(post.tags), "hashtags": tuple(post.hashtags)})


def of_target(target: Target) -> Words:
    """The words on this channel: the common ones with what differs here."""
    video = target.post.video
    changes = {"language": video.language if video else "", **target.overrides}
    lists = {name: tuple(changes[name]) for name in ("tags", "hashtags") if name in changes}
    known = {name: value for name, value in changes.items() if name in NAMES}
    return Words(**{**asdict(of_post(target.post)), **known, **lists})


def cleaned(changes: Mapping[str, Any], *, names: frozenset[str] = OF_POSTS) -> dict[str, Any]:
    """The changes trimmed and checked, by the names of fields. Raises PublishingError beside the one that is wrong."""
    if unknown := sorted(changes.keys() - names):
        raise PublishingError(f"A post has nothing called {unknown[0]} here.", field=unknown[0])
    return {name: _cleaned(name, value) for name, value in changes.items()}


def _cleaned(name: str, value: Any) -> Any:
    if name in SWITCHES:
        return bool(value)
    if name == "tags":
        return _list_of(value, name, "tag")
    if name == "hashtags":
        return [_hashtag(tag) for tag in _list_of(value, name, "hashtag")]
    if name == "options":
        return _options(value)
    text = str(value).replace("\r\n", "\n").replace("\x00", "").strip()
    if name == "title":
        text = " ".join(text.split())
    limit = TEXT_LENGTH if name in ("text", "first_comment") else TITLE_LENGTH
    if len(text) > limit:
        label = name.replace("_", " ")
        raise PublishingError(
            f"Keep the {label} within {limit:,} characters; it has {len(text):,}.", field=name
        )
    return text


def _list_of(values: Iterable[Any], name: str, word: str) -> list[str]:
    """Without surplus spaces and repetitions (whatever their case), in the order given."""
    found: dict[str, str] = {}
    for value in values:
        text = " ".join(str(value).replace("\x00", "").replace(",", " ").split()).lstrip("#")
        if len(text) > TAG_LENGTH:
            raise PublishingError(
                f"Keep each {word} within {TAG_LENGTH} characters: “{text[:20]}…”", field=name
            )
        if text:
            found.setdefault(text.casefold(), text)
    if len(found) > TAGS:
        raise PublishingError(f"Keep at most {TAGS} {word}s; there are {len(found)}.", field=name)
    return list(found.values())


def _hashtag(text: str) -> str:
    """Platforms end a hashtag at the first sign that is neither letter, digit nor underscore."""
    wrong = next((sign for sign in text if not _goes_into_hashtag(sign)), None)
    if wrong is not None:
        raise PublishingError(
            f"“#{text}” ends at “{wrong}”: a hashtag has letters, digits and _ only.", field="hashtags"
        )
    return text


def _goes_into_hashtag(sign: str) -> bool:
    return sign == "_" or unicodedata.category(sign)[0] in "LNM"


def _options(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or len(str(value)) > OPTION_BYTES:
        raise PublishingError("These switches of the platform can't be kept.", field="options")
    return {str(key): item for key, item in value.items() if isinstance(item, str | int | bool | float)}

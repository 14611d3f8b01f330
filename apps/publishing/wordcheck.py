"""The words of a post held against what a platform takes (PUB-01)."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from apps.connections.capabilities import TextLimits
from apps.publishing.findings import Finding, Severity
from apps.publishing.words import TAGS, TEXT_LENGTH, TITLE_LENGTH, Words

Unit = Literal["characters", "bytes", "utf16"]
UNITS: dict[Unit, str] = {"characters": "characters", "bytes": "bytes", "utf16": "characters"}
MENTION = re.compile(r"(?<![\w@])@\w")


def length_in(text: str, unit: Unit) -> int:
    """How long a platform takes the text to be."""
    if unit == "bytes":
        return len(text.encode())
    return len(text.encode("utf-16-le")) // 2 if unit == "utf16" else len(text)


def tags_length(tags: Sequence[str]) -> int:
    """All tags as YouTube counts them: with the commas between, and quotation marks around what has spaces
    (reference of `videos`, snippet.tags[])."""
    return sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(len(tags) - 1, 0)


def word_findings(words: Words, limits: TextLimits, platform: str) -> list[Finding]:
    """Everything that the platform, or we, would refuse of these words."""
    return [*_ours(words), *_lengths(words, limits, platform), *_counts(words, limits, platform)]


def _ours(words: Words) -> Iterator[Finding]:
    for field, text, limit in (
        ("title", words.title, TITLE_LENGTH),
        ("text", words.text, TEXT_LENGTH),
        ("first_comment", words.first_comment, TEXT_LENGTH),
    ):
        if len(text) > limit:
            label = field.replace("_", " ")
            yield Finding(
                f"{field}_long",
                f"The {label} has {len(text):,} characters; {limit:,} can be kept.",
                field=field,
            )
    for field, values in (("tags", words.tags), ("hashtags", words.hashtags)):
        if len(values) > TAGS:
            yield Finding(
                f"{field}_many", f"There are {len(values)} {field}; {TAGS} can be kept.", field=field
            )


def _lengths(words: Words, limits: TextLimits, platform: str) -> Iterator[Finding]:
    if limits.needs_title and not words.title.strip():
        yield Finding("title_missing", f"{platform} takes nothing without a title.", field="title")
    if limits.title and len(words.title) <= TITLE_LENGTH:
        yield from _too_long("title", words.title, limits.title, "characters", platform)
    if len(words.text) <= TEXT_LENGTH:
        yield from _too_long("text", words.description, limits.description, limits.description_unit, platform)
    if limits.comment and len(words.first_comment) <= TEXT_LENGTH:
        yield from _too_long("first_comment", words.first_comment, limits.comment, "characters", platform)
    if limits.tags and len(words.tags) <= TAGS and (total := tags_length(words.tags)) > limits.tags:
        yield Finding(
            "tags_long",
            f"All tags together have {total:,} characters; {platform} takes {limits.tags:,}.",
            mend="Take some out, or choose others for this channel.",
            field="tags",
        )


def _too_long(field: str, text: str, limit: int, unit: Unit, platform: str) -> Iterator[Finding]:
    if not limit or (length := length_in(text, unit)) <= limit:
        return
    label = "text with its hashtags" if field == "text" else field.replace("_", " ")
    yield Finding(
        f"{field}_too_long",
        f"The {label} has {length:,} {UNITS[unit]}; {platform} takes {limit:,}.",
        mend="Shorten it, or write a shorter one for this channel.",
        field=field,
    )


def _counts(words: Words, limits: TextLimits, platform: str) -> Iterator[Finding]:
    if limits.hashtags and (found := len(hashtags_of(words))) > limits.hashtags:
        yield Finding(
            "hashtags_too_many",
            f"There are {found} hashtags; {platform} takes {limits.hashtags}.",
            mend="Take some out, or choose others for this channel.",
            field="hashtags",
        )
    if limits.mentions and (found := len(MENTION.findall(words.text))) > limits.mentions:
        yield Finding(
            "mentions_too_many",
            f"{found} accounts are mentioned; {platform} takes {limits.mentions}.",
            mend="Mention fewer.",
            field="text",
        )
    for field, text in (("title", words.title), ("text", words.text), ("tags", " ".join(words.tags))):
        if wrong := sorted(set(text) & set(limits.forbidden)):
            yield Finding(
                f"{field}_forbidden",
                f"{platform} refuses {' and '.join(wrong)} in the {field}.",
                mend="Write it without.",
                field=field,
            )
    if words.hashtags and not limits.hashtags and not limits.description:
        yield Finding("hashtags_unseen", f"{platform} shows no hashtags.", Severity.ADVICE, field="hashtags")


def hashtags_of(words: Words) -> list[str]:
    """Those of the list, and those that stand in the text."""
    return [*words.hashtags, *re.findall(r"(?<![\w#])#(\w+)", words.text)]

"""What changed between two versions of a video's words."""

import difflib
import re
from dataclasses import dataclass

from apps.library.categories import category_name
from apps.library.chapters import Chapter, to_text
from apps.library.languages import language_name
from apps.library.models import Video, VideoVersion, Visibility
from apps.library.overrides import platforms

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is the same in both, only in the new one, or only in the old one."""

    kind: str  # same, added, removed
    text: str


@dataclass(frozen=True)
class Difference:
    """One field that differs, as pieces in reading order."""

    field: str
    pieces: list[Piece]


def differences(old: VideoVersion | Video | None, new: VideoVersion | Video) -> list[Difference]:
    """Every field that differs, word by word; against nothing, everything is new."""
    before = _texts(old) if old else dict.fromkeys(_texts(new), "")
    after = _texts(new)
    return [
        Difference(name, _pieces(before[name], after[name])) for name in after if before[name] != after[name]
    ]


def _texts(row: VideoVersion | Video) -> dict[str, str]:
    chapters = [Chapter.from_json(data) for data in row.own_chapters_json or []]
    texts = {
        "Title": row.title,
        "Description": row.description,
        "Tags": ", ".join(row.tags),
        "Language": language_name(row.language),
        "Audience": "Made for children" if row.made_for_kids else "Everybody",
        "Category": category_name(row.category),
        "Visibility": Visibility(row.visibility).label,
        "Chapters": to_text(chapters),
    }
    for platform in platforms():
        said = row.overrides_json.get(platform.slug, {})
        texts[f"Title on {platform.name}"] = said.get("title", "")
        texts[f"Description on {platform.name}"] = said.get("description", "")
        texts[f"Tags on {platform.name}"] = ", ".join(said.get("tags", []))
    return texts


def _pieces(old: str, new: str) -> list[Piece]:
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    pieces: list[Piece] = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece("removed", "".join(before[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("added", "".join(after[j1:j2])))
    return pieces

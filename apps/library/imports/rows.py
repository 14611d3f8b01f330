"""Rows of an import: where a file comes from, its words, and the right to use it; and all that is wrong with them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self
from urllib.parse import urlsplit

from apps.core import http
from apps.jobs.rows import Row
from apps.library.categories import CATEGORIES
from apps.library.errors import LibraryError
from apps.library.languages import language_choices
from apps.library.models import Visibility
from apps.library.provenance import LICENCES, NEEDS_PROOF
from apps.library.services.metadata import Words

COLUMNS = (
    "url", "file", "title", "description", "tags", "language", "category", "visibility", "made_for_kids", "licence",
    "credit", "receipt",
)  # fmt: skip
MOST = 500
SAMPLE = {
    "url": "https://example.com/videos/harbour.mp4",
    "title": "The harbour at five in the morning",
    "description": "An hour of fog and gulls.",
    "tags": "harbour, slow tv",
    "language": "en",
    "category": "Travel & Events",
    "visibility": "public",
    "made_for_kids": "no",
    "licence": "own work",
}
YES, NO = frozenset({"yes", "true", "1", "x"}), frozenset({"no", "false", "0", ""})
FORMULA = "This is a formula. Save its result as text, and import that."
ESCAPED = ("'=", "'+", "'-", "'@")  # what our own export puts before what would be a formula
CATEGORY_IDS = {name.casefold(): number for number, name in CATEGORIES.items()}


@dataclass(frozen=True)
class Wish:
    """One video to bring in: exactly one of `url` and `file` (a name in the team's import folder)."""

    url: str = ""
    file: str = ""
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    category: str = ""
    visibility: str = Visibility.PUBLIC.value
    made_for_kids: bool = False
    licence: str = LICENCES[0][0]
    credit: str = ""
    receipt: str = ""

    @property
    def place(self) -> str:
        return self.url or self.file

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"tags": list(self.tags)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        known = {field.name for field in fields(cls)}
        return cls(
            **{**{name: data[name] for name in known & data.keys()}, "tags": tuple(data.get("tags", ()))}
        )

    def words(self) -> dict[str, Any]:
        """What the video is to say; what is empty it says by itself."""
        given: dict[str, Any] = {
            "title": self.title, "description": self.description, "tags": list(self.tags), "language": self.language,
            "category": self.category, "visibility": self.visibility, "made_for_kids": self.made_for_kids,
        }  # fmt: skip
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True)
class Checked:
    """A row as it was read: its number, what it asks for, and what is wrong by column ("" for the whole row)."""

    number: int
    wish: Wish
    problems: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.problems)


@dataclass
class _Reader:
    """Reads one row, and notes what is wrong with each cell."""

    cells: Mapping[str, str]
    problems: list[tuple[str, str]] = field(default_factory=list)

    def text(self, name: str) -> str:
        cell = self.cells.get(name, "")
        if cell.startswith("="):
            self.problems.append((name, FORMULA))
            return ""
        return cell[1:] if cell.startswith(ESCAPED) else cell

    def choice(self, name: str, known: Mapping[str, str], wrong: str, default: str = "") -> str:
        cell = self.text(name)
        if not cell:
            return default
        if cell.casefold() in known:
            return known[cell.casefold()]
        self.problems.append((name, wrong))
        return default

    def yes(self, name: str) -> bool:
        cell = self.text(name).casefold()
        if cell not in YES | NO:
            self.problems.append((name, "Write yes or no."))
        return cell in YES


def check_rows(rows: Sequence[Row], *, here: Collection[str], known: Collection[str]) -> list[Checked]:
    """Every row with its problems. `here` are the files of the import folder, `known` the addresses that were imported
    before: those are only noted, for the bytes decide."""
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        reader = _Reader(row.cells)
        wish = _wish(reader, here)
        problems = [*([("", row.error)] if row.error else []), *reader.problems, *_wrong_words(wish)]
        if wish.place and wish.place in seen:
            column = "url" if wish.url else "file"
            problems.append((column, f"The same stands in row {seen[wish.place]}. Remove one of them."))
        seen.setdefault(wish.place, row.number)
        note = "It was imported before; the same file is not kept twice." if wish.url in known else ""
        found.append(Checked(row.number, wish, tuple(problems), note))
    return found


def _wish(reader: _Reader, here: Collection[str]) -> Wish:
    languages = {code: code for code, _ in language_choices()} | {
        name.casefold(): code for code, name in language_choices()
    }
    licences = {name.casefold(): name for name, _ in LICENCES}
    url, file = _place(reader, here)
    return Wish(
        url=url,
        file=file,
        title=reader.text("title"),
        description=reader.text("description"),
        tags=tuple(tag.strip() for tag in reader.text("tags").split(",") if tag.strip()),
        language=reader.choice("language", languages, "Use a code such as en or de."),
        category=reader.choice(
            "category",
            CATEGORY_IDS | {number: number for number in CATEGORIES},
            "Use a name such as Education.",
        ),
        visibility=reader.choice(
            "visibility",
            {name: name for name in Visibility.values},
            "Write public, unlisted or private.",
            "public",
        ),
        made_for_kids=reader.yes("made_for_kids"),
        licence=_licence(reader, licences),
        credit=reader.text("credit"),
        receipt=reader.text("receipt"),
    )


def _place(reader: _Reader, here: Collection[str]) -> tuple[str, str]:
    url, file = reader.text("url"), reader.text("file")
    if bool(url) == bool(file):
        problem = (
            "Give an address or a file: one of both."
            if url
            else "Say where the video is: an address or a file."
        )
        reader.problems.append(("url", problem))
        return "", ""
    if file and file not in here:
        reader.problems.append(("file", "There is no file of this name in the import folder."))
    if url:
        _check_url(reader, url)
    return url, file


def _check_url(reader: _Reader, url: str) -> None:
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError
        http.check_public(url)
    except ValueError:
        reader.problems.append(("url", "Give a whole address that starts with https://."))
    except http.AddressRefused as refused:
        reader.problems.append(("url", refused.message))


def _licence(reader: _Reader, licences: Mapping[str, str]) -> str:
    names = ", ".join(licences.values())
    licence = reader.choice("licence", licences, f"Write one of: {names}.", LICENCES[0][0])
    wanted = NEEDS_PROOF.get(licence)
    if wanted and not reader.cells.get(wanted, "").strip():
        reader.problems.append(
            (wanted, "Say whom to name." if wanted == "credit" else "Say where the licence is.")
        )
    return licence


def _wrong_words(wish: Wish) -> list[tuple[str, str]]:
    try:
        Words(
            title=wish.title or "Untitled",
            description=wish.description,
            tags=wish.tags,
            language=wish.language or "en",
        ).cleaned()
    except LibraryError as error:
        return [(error.field or "", error.message)]
    return []

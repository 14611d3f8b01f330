"""Rows out of a CSV file that a person made: told apart, named and checked before anything is started (JOB-10)."""

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from apps.jobs.errors import JobError

DELIMITERS = ",;\t"
ENCODINGS = ("utf-8-sig", "cp1252")


@dataclass(frozen=True)
class Row:
    """One line of the file with its number there (the first is 1), its cells by column, and what is wrong with it."""

    number: int
    cells: Mapping[str, str]
    error: str = ""


def read_csv(data: bytes, *, columns: Collection[str], most: int) -> list[Row]:
    """The rows below the heading, empty ones left out. Columns are found by their heading, in any order.

    Raises JobError where the file as a whole can't be used: no text, no known heading, more than `most` rows.
    """
    lines = _text(data).splitlines(keepends=True)
    if not any(line.strip() for line in lines):
        raise JobError("The file is empty.")
    delimiter = max(DELIMITERS, key=lines[0].count)
    reader = csv.reader(io.StringIO("".join(lines)), delimiter=delimiter, strict=True)
    try:
        table = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise JobError(f"Line {reader.line_num} can't be read: {error}. Check its quotation marks.") from None
    heading = [cell.strip().casefold() for cell in table[0][1]]
    _check_heading(heading, columns)
    rows = [
        _row(number, heading, cells) for number, cells in table[1:] if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise JobError("The file has a heading, but no rows below it.")
    if len(rows) > most:
        raise JobError(f"The file has {len(rows)} rows; {most} can be started at once. Split it.")
    return rows


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise JobError("The file is no text. Save the table as CSV (UTF-8) and choose that file.")


def _check_heading(heading: list[str], columns: Collection[str]) -> None:
    known = ", ".join(columns)
    if not set(heading) & set(columns):
        raise JobError(f"The first line must name the columns. These are known: {known}.")
    if unknown := [name for name in heading if name and name not in columns]:
        raise JobError(f"There is no column “{unknown[0][:60]}”. These are known: {known}.")
    if doubled := [name for name in heading if name and heading.count(name) > 1]:
        raise JobError(f"The column “{doubled[0]}” is there twice.")


def _row(number: int, heading: list[str], cells: list[str]) -> Row:
    named = {name: cell.strip() for name, cell in zip(heading, cells, strict=False) if name}
    beyond = [cell for cell in cells[len(heading) :] if cell.strip()]
    error = f"It has {len(cells)} cells, but there are {len(heading)} columns." if beyond else ""
    return Row(number, named, error)

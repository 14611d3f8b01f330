"""The record as a file: for spreadsheets, and in JSON lines from which the chain can be verified elsewhere (AUD-02)."""

import csv
import io
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from apps.audit.choices import ExportFormat
from apps.audit.models import AuditRecord
from apps.core.text import harmless_cell

LINES_AT_A_TIME = 1000
COLUMNS = (
    "number", "at", "actor_name", "actor_id", "action", "target_type", "target_id", "target_name", "before", "after",
    "address", "correlation_id", "previous_hash", "hash",
)  # fmt: skip
INSTALLATION_COLUMNS = ("chain", *COLUMNS)
CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON_LINES: "application/jsonl; charset=utf-8",
}


def download(
    request: HttpRequest,
    rows: QuerySet[AuditRecord],
    kind: ExportFormat,
    stem: str,
    columns: Sequence[str] = COLUMNS,
) -> StreamingHttpResponse:
    """The rows, oldest first, sent while they are read: memory stays constant however many there are."""
    batches = _Batches(rows, kind, columns)
    stream = batches.asynchronously() if isinstance(request, ASGIRequest) else batches.one_by_one()
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{stem}.{kind.value}") or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(stream, content_type=CONTENT_TYPES[kind], headers=headers)


class _Batches:
    """Pieces of text, each of so many lines; the next begins behind the last row that was read.

    Rows are read by their keys: within a chain these grow with the numbers, since its lines are written one at a time.
    """

    def __init__(self, rows: QuerySet[AuditRecord], kind: ExportFormat, columns: Sequence[str]) -> None:
        self.rows = rows.order_by("pk")
        self.write = partial(_csv, columns) if kind == ExportFormat.CSV else _json_lines
        self.text = _csv_head(columns) if kind == ExportFormat.CSV else ""
        self.after = 0

    def one_by_one(self) -> Iterator[str]:
        while self._read():
            yield self.text

    async def asynchronously(self) -> AsyncIterator[str]:
        read = sync_to_async(self._read)
        while await read():
            yield self.text

    def _read(self) -> bool:
        """Make the next piece; False when there is none. The first holds the head of the table, rows or not."""
        batch = list(self.rows.filter(pk__gt=self.after)[:LINES_AT_A_TIME])
        head, self.text = (self.text if not self.after else ""), self.write(batch)
        self.text = head + self.text
        if batch:
            self.after = batch[-1].pk
        else:
            self.after = self.after or 1
        return bool(self.text)


def _csv_head(columns: Sequence[str]) -> str:
    """Marked as UTF-8 for Excel."""
    return "\ufeff" + ",".join(columns) + "\r\n"


def _csv(columns: Sequence[str], batch: list[AuditRecord]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([harmless_cell(_cell(getattr(line, name))) for name in columns] for line in batch)
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _json_lines(batch: list[AuditRecord]) -> str:
    """Each line holds what its hash covers, and the hash."""
    lines = ({**line.content(), "hash": line.hash} for line in batch)
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)

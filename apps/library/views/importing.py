"""Importing many videos: choose where from, look at every row, then start one job for each (LIB-03)."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.errors import UserError
from apps.core.http import OutsideError
from apps.core.limits import by_person, limited
from apps.core.pages import answer
from apps.jobs.rows import Row, read_csv
from apps.library import services
from apps.library.errors import LibraryError
from apps.library.forms.importing import FEED, FOLDER, FROM, TABLE, ImportForm
from apps.library.imports.feeds import read_feed
from apps.library.imports.places import folder_of, names, waiting
from apps.library.imports.rows import COLUMNS, MOST, SAMPLE, Checked, check_rows
from apps.library.services.importing import keep_preview, known_addresses
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

SHOWN_FILES = 200


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
@limited("library.import", limit=60, window_s=3600, by=by_person)
def import_videos(request: TeamRequest) -> HttpResponse:
    """The page; what it sends is looked at first, and started when nothing in it is wrong."""
    if "start" in request.POST:
        return _start(request)
    form = ImportForm(request.POST or None, request.FILES or None, initial={"source": TABLE})
    rows: list[Checked] = []
    if request.method == "POST" and form.is_valid():
        try:
            rows = _rows(request, form.cleaned_data)
        except UserError as error:
            field = {TABLE: "file", FEED: "feed"}.get(form.cleaned_data["source"])
            form.add_error(field, error.message)
        except OutsideError as error:
            form.add_error("feed", error.message)
    return _page(request, form, rows)


def _rows(request: TeamRequest, data: dict[str, Any]) -> list[Checked]:
    """What was chosen, checked row by row; kept for the start where all of it is right."""
    given = _given(request, data)
    here = names(request.team.pk)
    known = known_addresses(request.team, [row.cells.get("url", "") for row in given])
    rows = check_rows(given, here=here, known=known)
    if not any(row.is_wrong for row in rows):
        keep_preview(request.team, data["batch"], rows)
    return rows


def _given(request: TeamRequest, data: dict[str, Any]) -> list[Row]:
    if data["source"] == FEED:
        return read_feed(data["feed"].strip(), most=MOST)
    if data["source"] == FOLDER:
        chosen = list(dict.fromkeys(request.POST.getlist("names")))[:MOST]
        if not chosen:
            raise LibraryError("Choose at least one file of the folder.")
        return [Row(number, {"file": name}) for number, name in enumerate(chosen, 1)]
    return read_csv(data["file"].read(), columns=COLUMNS, most=MOST)


def _start(request: TeamRequest) -> HttpResponse:
    form = ImportForm({"source": FOLDER, "batch": request.POST.get("batch", "")})
    if not form.is_valid():
        return redirect("library:import", request.team.slug)
    try:
        batch = services.start_import(
            team=request.team,
            actor=request.user,
            batch_id=form.cleaned_data["batch"],
            title="Import of videos",
        )
    except UserError as error:
        messages.error(request, error.message)
        return redirect("library:import", request.team.slug)
    return redirect("jobs:batch", request.team.slug, batch.pk)


def _page(request: TeamRequest, form: ImportForm, rows: list[Checked]) -> HttpResponse:
    source = form["source"].value() or TABLE
    asked = request.GET.get("from", source) if request.method == "GET" else source
    context = {
        "form": form,
        "rows": rows,
        "wrong": sum(row.is_wrong for row in rows),
        "batch": form.cleaned_data["batch"] if rows else "",
        "source": asked if asked in dict(FROM) else TABLE,
        "sources": FROM,
        "files": waiting(request.team.pk, most=SHOWN_FILES) if asked == FOLDER else [],
        "folder": folder_of(request.team.pk),
        "columns": COLUMNS,
        "most": MOST,
    }
    bad = bool(form.errors) or any(row.is_wrong for row in rows)
    return answer(request, "library/import.html", context, status=422 if bad else 200)


@require_GET
@member_of_team(Permission.EDIT_LIBRARY)
def import_template(request: TeamRequest) -> HttpResponse:
    """A table with every column and one row as an example, marked as UTF-8 for Excel."""
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerow(SAMPLE)
    headers = {"Content-Disposition": 'attachment; filename="showrunner-import.csv"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)

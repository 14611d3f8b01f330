"""What every page does: answer with the page or with its partial, and cut long lists into pages."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property


def wants_partial(request: HttpRequest) -> bool:
    """True for an HTMX request that swaps a part; boosted and history-restore requests want the page."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def answer(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    partial: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render `template`, or `template#partial` where HTMX asked for that part."""
    if partial and wants_partial(request):
        template = f"{template}#{partial}"
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


COUNTED = 1000  # rows of a list that are counted for each page of it
FURTHEST = 1_000_000  # no list has more pages


class LongPage(Page):  # type: ignore[type-arg]  # not generic at run time
    """A page of a list that is counted only so far: whether another follows is seen by looking one row further."""

    def __init__(self, rows: list[Any], number: int, paginator: "LongPaginator") -> None:
        super().__init__(rows[: paginator.per_page], number, paginator)
        self.more = len(rows) > paginator.per_page

    def has_next(self) -> bool:
        return self.more

    def next_page_number(self) -> int:
        return self.number + 1

    def end_index(self) -> int:
        return self.start_index() + len(self.object_list) - 1 if self.object_list else 0


class LongPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of a list that may be very long: PostgreSQL counts no more than COUNTED rows for a page of it."""

    object_list: Any

    @cached_property
    def count(self) -> int:
        """How many rows there are, COUNTED + 1 for any number above."""
        return self.object_list.order_by()[: COUNTED + 1].count()

    @property
    def count_text(self) -> str:
        """For people: 345, or 1,000+."""
        return f"{COUNTED:,}+" if self.count > COUNTED else f"{self.count:,}"

    def page(self, number: int | str) -> LongPage:
        """Raises ValueError for what is no page number, EmptyPage past the end."""
        asked = int(number)
        if asked < 1:
            raise ValueError("pages count from 1")
        first = (asked - 1) * self.per_page
        whole = self.count <= COUNTED
        if asked > 1 and (first >= self.count if whole else asked > FURTHEST):
            raise EmptyPage("past the end")
        rows = list(self.object_list[first : first + self.per_page + 1])
        if not rows and asked > 1:
            raise EmptyPage("past the end")
        return LongPage(rows, asked, self)

    def last(self) -> LongPage:
        """The last page, counting everything: only for who asked for a page past it."""
        rows = self.object_list.order_by().count()
        return self.page(max(1, -(-rows // self.per_page)))


def paginate(request: HttpRequest, queryset: QuerySet[Any], *, per_page: int = 25) -> LongPage:
    """The page that `?page=` asks for; a page past the end is the last one, nonsense is the first.

    `page.object_list` is a list. `page.paginator.count_text` is for people: lists are counted up to COUNTED only.
    """
    paginator = LongPaginator(queryset, per_page)
    try:
        return paginator.page(request.GET.get("page", "1"))
    except ValueError:
        return paginator.page(1)
    except EmptyPage:
        return paginator.last()


def ordering(request: HttpRequest, fields: Mapping[str, str], *, default: str) -> str:
    """The `order_by` argument for `?sort=name` or `?sort=-name`; names not in `fields` fall back to `default`.

    `fields` maps the names of the address to the model's: {"made": "created_at"}.
    """
    asked = request.GET.get("sort", "")
    name = asked.removeprefix("-")
    if name not in fields:
        return default
    return f"-{fields[name]}" if asked.startswith("-") else fields[name]

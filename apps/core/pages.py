"""What every page does: answer with the page or with its partial, and cut long lists into pages."""

from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def wants_partial(request: HttpRequest) -> bool:
    """True for an HTMX request that swaps a part; boosted and history-restore requests want the page."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


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
    response["Vary"] = "HX-Request"
    return response


def paginate(request: HttpRequest, queryset: QuerySet[Any], *, per_page: int = 50) -> Page[Any]:
    """The page that `?page=` asks for; a page past the end is the last one, nonsense is the first."""
    paginator = Paginator(queryset, per_page)
    try:
        return paginator.page(request.GET.get("page", "1"))
    except PageNotAnInteger:
        return paginator.page(1)
    except EmptyPage:
        return paginator.page(paginator.num_pages)

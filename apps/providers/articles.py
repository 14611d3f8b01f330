"""The article in a web page: fetched through the guarded seam, extracted by trafilatura (Apache-2.0)."""

import re
from dataclasses import dataclass
from datetime import date

import lxml.etree

from apps.core import http
from apps.core.errors import UserError
from apps.core.http import OutsideError
from apps.providers.text import clean, detect_language

MAX_PAGE_BYTES = 5_000_000
TIMEOUT_S = 20.0  # for each hop
MAX_TEXT = 200_000
MIN_TEXT = 200
PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
MAX_ELEMENTS = 30_000  # extraction takes two seconds for as many, and grows with their square
TOO_LARGE = "The page is too large. Copy the part you need and paste it as text."
FIELD = "source_url"
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True)
class Article:
    """A page's own text without menus, advertisements and comments. `url` is where it was found in the end."""

    title: str
    text: str
    language: str
    url: str
    site: str
    published: date | None = None


def fetch_article(url: str) -> Article:
    """The article at `url`; an address without http:// is taken as https.

    Raises UserError with `field` "source_url" and what to do instead: for an address that may not or cannot
    be opened, a file that is no page, and a page without an article. A fault of the site that may pass (429, 5xx) stays
    an OutsideError, so that a job tries again.
    """
    address = url.strip()
    if not address:
        raise UserError("Enter the address of an article.", field=FIELD)
    if not _SCHEME.match(address):
        address = f"https://{address}"
    try:
        page = http.fetch(address, max_bytes=MAX_PAGE_BYTES, allowed_types=PAGE_TYPES, timeout_s=TIMEOUT_S)
    except (http.RateLimited, http.Unavailable) as error:
        if error.status is not None:  # the site answers, but not now: worth another try by itself
            raise
        raise UserError(_sentence(error), field=FIELD) from error
    except (OutsideError, http.AddressRefused) as error:
        raise UserError(_sentence(error), field=FIELD) from error
    return extract_article(page)


def extract_article(page: http.Response) -> Article:
    """The article in a page that was fetched already. Raises UserError where there is none."""
    if page.content_type == "text/plain":
        return _article(page, page.text, title="", site="", published="")
    import trafilatura  # here, since few workers ever read an article and it takes 10 MB of each
    from trafilatura.settings import Document

    tree = trafilatura.load_html(page.content)
    if tree is not None and sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
        raise UserError(TOO_LARGE, field=FIELD)
    try:
        found = (
            trafilatura.bare_extraction(
                tree, url=page.url, include_comments=False, include_tables=False, with_metadata=True
            )
            if tree is not None
            else None
        )
    except (lxml.etree.LxmlError, ValueError, RecursionError):
        found = None
    if not isinstance(found, Document):
        return _article(page, "", title="", site="", published="")
    site = found.sitename or found.hostname or ""
    return _article(page, found.text or "", title=found.title or "", site=site, published=found.date or "")


def _article(page: http.Response, text: str, *, title: str, site: str, published: str) -> Article:
    text = clean(text)[:MAX_TEXT]
    if len(text) < MIN_TEXT:
        raise UserError(
            "No article was found on that page. It may need a sign-in or a browser. "
            "Open it yourself, copy the text, and paste it here.",
            field=FIELD,
        )
    return Article(
        clean(title), text, detect_language(text), page.url, clean(site) or page.service, _date(published)
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _sentence(error: OutsideError | http.AddressRefused) -> str:
    if isinstance(error, http.WrongType):
        return _type_sentence(error.content_type)
    if isinstance(error, http.TooLarge):
        return TOO_LARGE
    if isinstance(error, (http.AuthExpired, http.QuotaExceeded)) or getattr(error, "status", None) == 403:
        return "The page wants a sign-in or does not let programs read it. Copy the text and paste it here."
    if getattr(error, "status", None) in (404, 410):
        return "There is no page at that address. Check it for a typing mistake."
    return str(error)


def _type_sentence(content_type: str) -> str:
    if content_type == "application/pdf":
        return "The address leads to a PDF, which cannot be read yet. Copy its text and paste it here."
    kind = content_type.partition("/")[0]
    if kind in ("image", "video", "audio"):
        return f"The address leads to {'an' if kind[0] in 'aei' else 'a'} {kind} file, not to an article."
    return "The address does not lead to a web page. Copy the text and paste it here."

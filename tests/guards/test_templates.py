"""Every page stands in a layout, every field that a page shows has a name, and no page carries its own styles."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from tests.accounts.people import give_password
from tests.conftest import entered
from tests.guards.tree import ROOT, check, named, tracked
from tests.ui.pages import PAGES, Page
from tests.ui.scenery import build

LAYOUT = re.compile(r"""\{%\s*extends\s+["'](layouts|account|allauth|errors/_static)""")
# Not whole pages: parts that others include (`_x.html`), components, layouts, e-mails, allauth's elements.
PARTS = re.compile(r"/_[^/]+\.html$|^templates/(cotton|layouts)/|^templates/allauth/(elements|layouts)/")
WITHOUT_LAYOUT = {
    "templates/admin/base_site.html": "gives Django's own pages of the admin site our colours",
    "templates/notifications/mails/notice.html": "an e-mail, not a page",
    "templates/creation/run_title.html": "only ever swapped into a run's page, after its title was edited",
}
OWN = re.compile(
    r"<(?!c-)[a-z][^>]*\sstyle=|<style\b|<script\b(?![^>]*(?:\bsrc=|application/json))|\son(?:[a-z]+)=[\"']",
    re.IGNORECASE,
)
OWN_ALLOWED = {"templates/notifications/mails/notice.html": "an e-mail: mail programs read no style sheets"}
NAMELESS_TYPES = {"hidden", "submit", "button", "image", "reset"}


def pages() -> list[str]:
    return [name for path in tracked("templates/**.html") if not PARTS.search(name := named(path))]


def test_every_page_extends_a_layout() -> None:
    assert pages()
    check((name for name in pages() if not LAYOUT.search((ROOT / name).read_text())), WITHOUT_LAYOUT)


def test_no_template_has_scripts_or_styles_of_its_own() -> None:
    """The content policy would refuse them; classes and modules do it instead."""
    found = [named(path) for path in tracked("templates/**.html") if OWN.search(path.read_text())]
    check(found, OWN_ALLOWED)


class Fields(HTMLParser):
    """Collects what can be filled in, and what is named by a label."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, dict[str, str]]] = []
        self.labelled: set[str] = set()
        self.in_label = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "label":
            self.in_label += 1
            self.labelled.add(values.get("for", ""))
        if tag in ("input", "select", "textarea") and values.get("type") not in NAMELESS_TYPES:
            self.fields.append((tag, values | ({"inside": "label"} if self.in_label else {})))

    def handle_endtag(self, tag: str) -> None:
        self.in_label -= tag == "label"

    def nameless(self) -> list[str]:
        return [
            f"{tag} {values.get('name', '')}"
            for tag, values in self.fields
            if not {"aria-label", "aria-labelledby", "inside"}
            & {name for name, value in values.items() if value}
            and values.get("id") not in self.labelled - {""}
        ]


def nameless_fields(html: str) -> list[str]:
    reader = Fields()
    reader.feed(html)
    return reader.nameless()


def test_reader_of_fields_sees_what_it_should() -> None:
    assert nameless_fields('<label for="a">A</label><input id="a"><label>B <input name="b"></label>') == []
    assert nameless_fields('<input aria-label="C"><input type="hidden"><button>D</button>') == []
    assert nameless_fields('<input name="x"><select name="y" aria-label=""></select>') == [
        "input x",
        "select y",
    ]


@pytest.fixture(scope="module")
def studio(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """The whole scenery, once for all pages; undone at the end of the module."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def browser(page: Page, studio: dict[str, Any]) -> Client:
    if not page.signed_in:
        return Client()
    return give_password(studio[page.who]) if page.halfway else entered(studio[page.who])


@pytest.mark.spec("UI-05", "SEC-02")
@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_names_its_fields_and_has_no_script_or_style_of_its_own(
    page: Page, studio: dict[str, Any]
) -> None:
    client = browser(page, studio)
    answer = client.get(page.path.format(**studio), follow=True)
    if page.sends:
        answer = client.post(page.sends.format(**studio), {"csrfmiddlewaretoken": "x"}, follow=True)
    html = answer.content.decode()
    assert answer.status_code == page.status
    assert nameless_fields(html) == []
    assert OWN.findall(html) + re.findall("javascript:", html, re.IGNORECASE) == []
    assert "'unsafe" not in answer["Content-Security-Policy"]

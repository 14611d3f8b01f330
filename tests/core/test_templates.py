"""What holds for every template: the browser's policy, icons that exist, components that are documented."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from apps.core import navigation
from apps.core.examples import icon_names

TEMPLATES = Path(settings.BASE_DIR) / "templates"
HTML = sorted(TEMPLATES.rglob("*.html"))
COMPONENT_TAG = re.compile(r"</?c-[^>]*>")
# What the content security policy refuses, or what needs eval, which it refuses too.
REFUSED = {
    "an inline style": re.compile(r"<[^>]*\sstyle="),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)"),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+="),
    "hx-on": re.compile(r"\bhx-on[:-]"),
    "a computed hx-vals or hx-headers": re.compile(r"hx-(?:vals|headers)=[\"']js:"),
    "a filter in hx-trigger": re.compile(r"hx-trigger=\"(?:[^\"]*,\s*)?[\w:.-]+\["),
    "a javascript: address": re.compile(r"javascript:"),
}


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def test_templates_ask_for_nothing_that_the_policy_refuses() -> None:
    found = []
    for path in HTML:
        if path.parent.name == "mails":
            continue  # mail programs know no style sheets, and no policy of ours
        text = COMPONENT_TAG.sub("", path.read_text())  # style="pop" of a component is an argument
        found += [f"{name(path)} has {what}" for what, pattern in REFUSED.items() if pattern.search(text)]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("an inline style", '<div class="x" style="width: 3px">'),
        ("an inline script", "<script>go()</script>"),
        ("an event attribute", '<button onclick="go()">'),
        ("hx-on", '<b hx-on:click="go()">'),
        ("a computed hx-vals or hx-headers", "<b hx-vals='js:{a: 1}'>"),
        ("a filter in hx-trigger", '<b hx-trigger="click[ctrlKey]">'),
        ("a javascript: address", '<a href="javascript:go()">'),
    ],
)
def test_what_the_policy_refuses_is_recognised(what: str, text: str) -> None:
    assert [name for name, pattern in REFUSED.items() if pattern.search(text)] == [what]


def test_icons_that_templates_and_pages_name_exist() -> None:
    known = set(icon_names())
    named = {item.icon: f"side bar: {item.label}" for item in navigation.items()}
    for path in HTML:
        for tag in re.findall(r"<c-icon [^>]*>", path.read_text()):
            for icon in re.findall(r'[^:]name="([a-z-]+)"', tag):
                named[icon] = name(path)
        for icon in re.findall(r'\sicon(?:_end)?="([a-z-]+)"', path.read_text()):
            named[icon] = name(path)
    assert {icon: place for icon, place in named.items() if icon not in known} == {}


def test_components_that_are_used_exist() -> None:
    built = {path.stem.replace("_", "-") for path in (TEMPLATES / "cotton").glob("*.html")} | {"vars", "slot"}
    used = {tag: name(path) for path in HTML for tag in re.findall(r"<c-([a-z-]+)", path.read_text())}
    assert {tag: place for tag, place in used.items() if tag not in built} == {}


def test_components_are_documented_and_no_others() -> None:
    guide = (Path(settings.BASE_DIR) / "docs/how-to/page.md").read_text()
    table = guide[guide.index("| component |") : guide.index("Placing:")]
    rows = "".join(row.split("|")[1] for row in table.splitlines() if row.startswith("| `<c-"))
    documented = set(re.findall(r"<c-([a-z-]+)>", rows))
    built = {path.stem.replace("_", "-") for path in (TEMPLATES / "cotton").glob("*.html")}
    assert built == documented | {"crumb"}  # the layout's own part, shown in the example above the table

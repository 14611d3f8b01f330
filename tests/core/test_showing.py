"""How numbers, times and money are written; what the side bar and the command box show."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from apps.core import navigation
from apps.core.navigation import NavItem
from apps.core.pages import ordering
from apps.core.templatetags import ui

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_numbers_are_short() -> None:
    given = (None, 0, 999, 1000, 1234, 5_600_000, 2_000_000_000)
    assert [ui.short_number(number) for number in given] == ["–", "0", "999", "1K", "1.2K", "5.6M", "2B"]


def test_lengths_are_written_as_on_a_player() -> None:
    assert [ui.clock_time(s) for s in (None, 0, 5.2, 65, 3725, "12.5")] == [
        "–",
        "0:00",
        "0:05",
        "1:05",
        "1:02:05",
        "0:12",
    ]


def test_names_of_the_code_are_read_as_words() -> None:
    given = ("provider.key_broken", "team.rename", "short", "")
    assert [ui.spoken(name) for name in given] == ["Provider key broken", "Team rename", "Short", ""]


def test_spans_name_their_units() -> None:
    given = (None, "", 0.42, 3, 42, 65, 120, 3600, 3725)
    expected = ["–", "–", "0.4 s", "3 s", "42 s", "1 min 5 s", "2 min", "1 h", "1 h 2 min"]
    assert [ui.time_span(span) for span in given] == expected


def test_money_shows_the_digits_that_matter() -> None:
    given = [
        (None, "USD"),
        (Decimal(0), "USD"),
        (Decimal("12.5"), "USD"),
        (Decimal("0.0042"), "EUR"),
        ("-3", "CHF"),
    ]
    assert [ui.money(amount, currency) for amount, currency in given] == [
        "–",
        "Free",
        "$12.50",
        "€0.0042",
        "−3.00 CHF",
    ]


def test_times_are_seen_from_now() -> None:
    ages = {
        "just now": timedelta(seconds=20),
        "5 min ago": timedelta(minutes=5),
        "3 h ago": timedelta(hours=3),
        "1 day ago": timedelta(days=1),
        "in 2 days": -timedelta(days=2),
        "4 Apr": timedelta(days=30),
        "05/04/2025": timedelta(days=365),
    }
    with time_machine.travel(NOW, tick=False):
        assert [ui.ago(NOW - age) for age in ages.values()] == list(ages)


def test_exact_time_is_in_the_current_zone() -> None:
    with timezone.override("Asia/Tokyo"):
        assert ui.exact_time(NOW) == "4 May 2026, 21:00:00 (JST)"


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", "-made"),
        ("sort=name", "title"),
        ("sort=-name", "-title"),
        ("sort=password", "-made"),
        ("sort=--name", "-made"),
    ],
)
def test_list_is_sorted_only_by_what_it_offers(query: str, order: str) -> None:
    request = RequestFactory().get(f"/?{query}")
    assert ordering(request, {"name": "title"}, default="-made") == order


def test_side_bar_leaves_out_pages_that_do_not_exist_and_marks_the_current_one(monkeypatch: Any) -> None:
    monkeypatch.setattr(navigation, "_items", [])
    navigation.register(
        NavItem("Run", "Jobs", "jobs:list", "jobs", "look", order=2),
        NavItem("", "Home", "team:home", "home", "look", order=1),
        NavItem("Earn", "Revenue", "revenue:not-built", "coin", "look"),
        NavItem("Settings", "Audit", "audit:list", "shield", "secret"),
    )
    member = SimpleNamespace(team=SimpleNamespace(slug="crew"), may=lambda permission: permission == "look")
    groups = navigation.groups_for(member, "/studio/crew/jobs/123/")
    shown = [(group.name, link.label, link.url, link.current) for group in groups for link in group.links]
    assert shown == [("", "Home", "/studio/crew/", False), ("Run", "Jobs", "/studio/crew/jobs/", True)]
    home = navigation.groups_for(member, "/studio/crew/")[0].links[0]
    assert home.current


def test_side_bar_refuses_an_unknown_group() -> None:
    with pytest.raises(ValueError, match="not a group"):
        navigation.register(NavItem("Elsewhere", "X", "core:start", "x", "look"))


def test_placeholder_that_repeats_the_label_is_left_out() -> None:
    class Example(forms.Form):
        email = forms.EmailField(label="E-mail", widget=forms.EmailInput({"placeholder": "Email address"}))
        name = forms.CharField(label="Name", widget=forms.TextInput({"placeholder": "Night Kitchen"}))

    form = Example()
    assert "placeholder" not in ui.control(form["email"])
    assert 'placeholder="Night Kitchen"' in ui.control(form["name"])


def test_field_ties_label_hint_and_errors_to_its_control() -> None:
    class Example(forms.Form):
        name = forms.CharField(label="Name", help_text="Shown to the team.")

    html = Template('{% cotton field :field="form.name" / %}').render(Context({"form": Example({})}))
    assert '<label for="id_name">Name</label>' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html

"""The pages of automations: made in two steps, tried, switched, read (EVT-03)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.audit.models import AuditRecord
from apps.automations.models import Automation
from apps.teams.models import Team
from tests.automations.conftest import SHOUTED

PAGES = "/studio/morning-show/automations/"
FORM = {
    "event": "tests.baked", "action_name": "shout", "name": "Loud", "per_hour": "5", "action-word": "{title}",
    "condition-0-field": "loaves", "condition-0-operator": "greater", "condition-0-value": "2",
}  # fmt: skip


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.spec("EVT-03")
def test_automation_is_made_in_two_steps_and_shown_in_words(alice_client: Client, team: Team) -> None:
    assert "Bread came out of the oven." in text(alice_client.get(f"{PAGES}new/"))
    second = text(alice_client.get(f"{PAGES}new/?event=tests.baked&action=shout"))
    assert 'name="condition-0-field"' in second
    answer = alice_client.post(f"{PAGES}make/", FORM)
    made = Automation.objects.get()
    assert answer["Location"] == f"{PAGES}{made.pk}/"
    assert "Loaves is greater than 2" in text(alice_client.get(answer["Location"]))
    assert made.wishes == {"word": "{title}"}
    assert AuditRecord.objects.filter(action="automation.create").count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "This field is required."),
        ({"per_hour": "0"}, "greater than or equal to 1"),
        ({"action-word": ""}, "This field is required."),
        ({"condition-0-value": "many"}, "Loaves is a number"),
        ({"condition-0-operator": "contains"}, "can be compared by"),
        ({"condition-0-field": "secret"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_saved(
    alice_client: Client, changes: dict[str, str], says: str
) -> None:
    answer = alice_client.post(f"{PAGES}make/", {**FORM, **changes})
    assert (answer.status_code, Automation.objects.count()) == (422, 0)
    assert says in text(answer)


def test_unknown_event_or_action_leads_back_to_the_choice(alice_client: Client) -> None:
    answer = alice_client.post(f"{PAGES}make/", {**FORM, "action_name": "nothing"})
    assert answer["Location"] == f"{PAGES}new/"


@pytest.mark.spec("EVT-03")
def test_form_is_tried_on_what_has_happened_without_saving(
    alice_client: Client, happens: Callable[..., list[str]]
) -> None:
    happens()
    page = text(alice_client.post(f"{PAGES}make/", {**FORM, "try": "1"}))
    assert "1 of the 1 events" in page
    assert "Would shout Rye" in page
    assert 'value="Loud"' in page
    assert (Automation.objects.count(), SHOUTED) == (0, [])


def test_automation_is_changed_switched_and_removed(
    alice_client: Client, automate: Callable[..., Automation]
) -> None:
    made = automate(("loaves", "less", "9"))
    assert "Shout" in text(alice_client.get(f"{PAGES}{made.pk}/edit/"))
    alice_client.post(f"{PAGES}{made.pk}/edit/", {**FORM, "name": "Louder"})
    alice_client.post(f"{PAGES}{made.pk}/switch/", {"on": "0"})
    made.refresh_from_db()
    assert (made.name, made.is_on) == ("Louder", False)
    assert "Off" in text(alice_client.get(PAGES))
    alice_client.post(f"{PAGES}{made.pk}/remove/")
    assert not Automation.objects.exists()
    records = AuditRecord.objects.filter(action__startswith="automation.").order_by("number")
    assert list(records.values_list("action", flat=True)) == [
        f"automation.{name}" for name in ("create", "change", "switch_off", "delete")
    ]


def test_number_of_a_condition_is_shown_as_it_was_written(
    alice_client: Client, automate: Callable[..., Automation]
) -> None:
    made = automate(("loaves", "less", "9"), ("hours", "greater", "1.5"))
    page = alice_client.get(f"{PAGES}{made.pk}/edit/").content.decode()
    assert ('value="9"' in page, 'value="1.5"' in page) == (True, True)


@pytest.mark.spec("EVT-03")
def test_log_says_what_came_of_each_event(
    alice_client: Client, automate: Callable[..., Automation], happens: Callable[..., list[str]]
) -> None:
    made = automate(per_hour=1)
    happens(times=2)
    for address in (f"{PAGES}log/", f"{PAGES}{made.pk}/"):
        page = text(alice_client.get(address))
        assert ("Shouted bread" in page, "Left out: too often" in page) == (True, True)


def test_automations_are_for_the_team_and_for_those_who_may(
    bob_client: Client, victor_client: Client, charlie_client: Client, automate: Callable[..., Automation]
) -> None:
    made = automate()
    assert bob_client.get(f"{PAGES}new/").status_code == 200
    assert victor_client.get(PAGES).status_code == 403
    assert charlie_client.get(f"{PAGES}{made.pk}/").status_code == 404

"""When an event comes: once, in somebody's name, never round in circles, never too often (EVT-03)."""

from collections import Counter
from collections.abc import Callable

import pytest

from apps.accounts.models import User
from apps.automations.errors import AutomationError
from apps.automations.models import Automation, AutomationRun, Outcome
from apps.automations.services.acting import consider
from apps.automations.services.rules import Rule, rehearse, save, switch
from apps.events.models import Delivery
from apps.events.registry import EVENT_TYPES
from apps.events.services import record
from apps.jobs.models import Job
from apps.notifications.choices import Priority
from apps.notifications.models import Notice
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from tests.automations.conftest import SHOUTED, baked, latest, settle
from tests.factories import TeamFactory

Automate = Callable[..., Automation]
Happens = Callable[..., list[str]]

pytestmark = pytest.mark.django_db


def outcomes(team: Team) -> Counter[str]:
    return Counter(AutomationRun.objects.in_team(team).values_list("outcome", flat=True))


@pytest.mark.spec("EVT-03")
def test_automation_acts_when_all_conditions_hold(team: Team, automate: Automate, happens: Happens) -> None:
    automate(("loaves", "greater", "2"), ("title", "contains", "rye"), word="{title}!")
    assert happens(title="Wheat") == []
    assert happens(loaves=1) == []
    assert happens() == ["Rye!"]
    run = AutomationRun.objects.get()
    assert (run.outcome, run.words, run.event) == (Outcome.DONE, "Shouted Rye!", latest(team))


def test_event_that_is_handed_over_twice_is_acted_on_once(
    team: Team, automate: Automate, happens: Happens
) -> None:
    automate()
    happens()
    consider(latest(team))
    settle()
    assert SHOUTED == ["bread"]


def test_events_of_other_teams_and_with_nobody_waiting_cost_no_delivery(automate: Automate) -> None:
    automate()
    for team in (TeamFactory(), None):
        subject = Membership.objects.first()
        assert subject is not None
        record(EVENT_TYPES["tests.baked"], team=team, subject=subject, data=baked())
    settle()
    assert (SHOUTED, Delivery.objects.count()) == ([], 0)


def test_automation_that_is_off_does_nothing(automate: Automate, happens: Happens, alice: User) -> None:
    automation = automate()
    switch(automation, on=False, actor=alice)
    assert happens() == []
    switch(automation, on=True, actor=alice)
    assert happens() == ["bread"]


@pytest.mark.spec("EVT-03")
def test_automation_whose_action_causes_its_own_event_does_not_go_round(
    team: Team, automate: Automate, happens: Happens
) -> None:
    automate(word="again")
    assert happens() == ["again"]
    assert outcomes(team) == Counter(done=1, loop=1)


@pytest.mark.spec("EVT-03")
def test_two_automations_that_cause_each_other_s_event_stop_after_each_acted_once(
    team: Team, automate: Automate, happens: Happens
) -> None:
    automate(word="again", name="First")
    automate(word="again", name="Second")
    happens()
    assert len(SHOUTED) == 4  # First, Second, Second after First, First after Second
    assert outcomes(team) == Counter(done=4, loop=6)


@pytest.mark.spec("EVT-03")
def test_automation_acts_so_often_an_hour_and_no_more(
    team: Team, automate: Automate, happens: Happens
) -> None:
    automate(per_hour=2)
    happens(times=5)
    assert (len(SHOUTED), outcomes(team)) == (2, Counter(done=2, over_rate=3))


def test_action_that_fails_says_so_and_leaves_nothing_behind(
    team: Team, automate: Automate, happens: Happens
) -> None:
    automation = automate(word="refuse")
    happens()
    run = AutomationRun.objects.get()
    assert (run.outcome, run.words) == (Outcome.FAILED, "It does not want to.")
    automation.refresh_from_db()
    assert automation.is_on
    assert Job.objects.get().status == "done"


@pytest.mark.spec("EVT-03")
@pytest.mark.parametrize("how", ["role", "left"])
def test_automation_stops_when_who_made_it_may_no_longer_do_it(
    team: Team, automate: Automate, happens: Happens, bob: User, how: str
) -> None:
    automation = automate(actor=bob)
    if how == "role":
        Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    else:
        Membership.objects.filter(user=bob).delete()
    assert happens() == []
    automation.refresh_from_db()
    reason = {"role": "no longer includes: Create videos", "left": "no longer in the team"}[how]
    assert (automation.is_on, reason in automation.stopped_because) == (False, True)


def test_nobody_makes_an_automation_that_does_more_than_they_may(automate: Automate, victor: User) -> None:
    with pytest.raises(AutomationError, match="your role does not include: Create videos"):
        automate(actor=victor)


def test_conditions_that_no_longer_fit_the_event_switch_it_off(automate: Automate, happens: Happens) -> None:
    automation = automate(("loaves", "greater", "2"))
    Automation.objects.update(conditions=[{"field": "gone", "operator": "equals", "value": "1"}])
    assert happens() == []
    automation.refresh_from_db()
    assert (automation.is_on, "has no field gone" in automation.stopped_because) == (False, True)


def test_name_is_given_once_in_a_team(automate: Automate) -> None:
    automate()
    with pytest.raises(AutomationError, match="has this name"):
        automate()


@pytest.mark.spec("EVT-03")
def test_dry_run_says_what_would_have_happened_and_does_nothing(
    team: Team, alice: User, happens: Happens
) -> None:
    happens(loaves=1)
    happens(loaves=5, title="Spelt")
    kind = EVENT_TYPES["tests.baked"]
    condition = Automation(
        event_type=kind.name, conditions=[{"field": "loaves", "operator": "greater", "value": 2}]
    )
    rule = Rule("Try", kind.name, condition.typed_conditions(), "shout", {"word": "{title}"}, 20)
    found = rehearse(rule, team=team, actor=alice)
    words = [(row.event.data["loaves"], row.words, row.is_possible) for row in found.shown]
    assert (found.looked_at, found.met, words) == (2, 1, [(5, "Would shout Spelt", True)])
    assert (SHOUTED, AutomationRun.objects.count(), Automation.objects.count()) == ([], 0, 0)


@pytest.mark.spec("EVT-03")
@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("me", ["alice@example.com"]),
        ("everybody", ["alice@example.com", "bob@example.com", "victor@example.com"]),
        ("managers", ["alice@example.com"]),
    ],
)
def test_notify_tells_those_who_were_chosen(
    team: Team, alice: User, bob: User, victor: User, happens: Happens, who: str, told: list[str]
) -> None:
    wishes = {"who": who, "priority": "HIGH", "subject": "{title}\nis ready", "text": "{loaves} loaves"}
    save(Rule("Tell", "tests.baked", [], "notify", wishes, 20), team=team, actor=alice)
    happens()
    notices = Notice.objects.filter(type="automation.told").order_by("user__email")
    assert list(notices.values_list("user__email", flat=True)) == told
    first = notices[0]
    assert (first.title, first.body, first.priority) == ("Rye is ready", "3 loaves", Priority.HIGH)
    assert first.href == f"/studio/morning-show/events/{latest(team).pk}/"

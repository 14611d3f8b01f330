"""The pages of notifications: centre, preferences, channels, log, alerts (NTF-01, NTF-02, NTF-03, NTF-05)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.events import socket
from apps.notifications.models import Alert, Contact, EscalationPlan, Message, Notice, Preference, QuietHours
from apps.notifications.services import notify
from apps.teams.models import Team

pytestmark = pytest.mark.django_db
BASE = "/studio/morning-show/notifications/"
HTMX = {"HX-Request": "true"}


def make(user: User, team: Team | None, title: str, **values: Any) -> Notice:
    defaults: dict[str, Any] = {"type": "video.ready", "priority": 20}
    return Notice.objects.create(user=user, team=team, title=title, **{**defaults, **values})


def titles(answer: Any) -> list[str]:
    return [notice.title for notice in answer.context["page"].object_list]


@pytest.mark.spec("NTF-01")
def test_centre_shows_own_notices_of_this_team_and_of_none(
    alice: User, bob: User, charlie: User, team: Team, alice_client: Client
) -> None:
    make(alice, team, "mine")
    make(alice, None, "everybody's", type="announcement")
    make(bob, team, "bob's")
    make(alice, charlie.memberships.get().team, "elsewhere")
    make(alice, team, "by e-mail only", shown=False)
    make(alice, team, "put away", dismissed_at=timezone.now())
    assert titles(alice_client.get(BASE)) == ["everybody's", "mine"]


@pytest.mark.spec("NTF-01")
def test_centre_is_filtered_by_type_and_state(alice: User, team: Team, alice_client: Client) -> None:
    make(alice, team, "read", read_at=timezone.now())
    make(alice, team, "dead", type="job.dead")
    alert = Alert.objects.create(team=team, type="alert.test", title="x")
    make(alice, team, "critical", type="alert.test", alert=alert)
    found = {
        query: sorted(titles(alice_client.get(f"{BASE}?{query}")))
        for query in ("type=job.dead", "state=read", "state=unread", "state=open", "type=nonsense&state=x")
    }
    assert found == {
        "type=job.dead": ["dead"],
        "state=read": ["read"],
        "state=unread": ["critical", "dead"],
        "state=open": ["critical"],
        "type=nonsense&state=x": ["critical", "dead", "read"],
    }


@pytest.mark.spec("NTF-01")
def test_bell_counts_what_is_unread_and_says_when_something_is_critical(
    alice: User, team: Team, alice_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page = alice_client.get(BASE).content.decode()
    assert f'hx-trigger="load, notice-changed:{alice.pk} from:body' in page
    assert "bell-count" not in alice_client.get(f"{BASE}bell/").content.decode()
    for number in range(101):
        make(alice, team, str(number))
    with django_assert_num_queries(4):
        part = alice_client.get(f"{BASE}bell/").content.decode()
    assert ('<span class="bell-count" aria-hidden="true">99+</span>' in part, "load" in part) == (True, False)
    Notice.objects.all().delete()
    make(alice, team, "x", alert=Alert.objects.create(team=team, type="alert.test", title="x"))
    assert 'bell-count urgent"' in alice_client.get(f"{BASE}bell/").content.decode()


@pytest.mark.spec("NTF-01")
def test_open_pages_hear_of_a_new_notice(
    alice: User, team: Team, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(socket, "_send", lambda group, messages: heard.extend(messages))
    with django_capture_on_commit_callbacks(execute=True):
        notify("job.dead", team=team, title="x")
    assert [(one["name"], one["subject"]) for one in heard] == [("notice.changed", str(alice.pk))]


@pytest.mark.spec("NTF-01")
def test_notice_is_read_unread_dismissed_and_brought_back(
    alice: User, team: Team, alice_client: Client
) -> None:
    notice = make(alice, team, "x", href="/studio/morning-show/jobs/")
    address = f"{BASE}{notice.pk}/"

    def state() -> tuple[bool, bool]:
        notice.refresh_from_db()
        return notice.read_at is not None, notice.dismissed_at is not None

    assert alice_client.get(f"{address}open/")["Location"] == "/studio/morning-show/jobs/"
    assert state() == (True, False)
    part = alice_client.post(f"{address}read/", {"read": "0"}, headers=HTMX)
    assert (state(), part.content.decode().strip().startswith('<div id="list"')) == ((False, False), True)
    done = alice_client.post(f"{address}dismiss/", headers=HTMX)
    assert (state(), f"{address}restore/" in done["HX-Trigger"]) == ((False, True), True)
    alice_client.post(f"{address}restore/", headers=HTMX)
    assert state() == (False, False)
    assert alice_client.post(f"{address}dismiss/")["Location"] == BASE


@pytest.mark.spec("NTF-01")
def test_all_that_the_filter_shows_is_read_or_dismissed_at_once(
    alice: User, bob: User, team: Team, alice_client: Client
) -> None:
    make(alice, team, "ready")
    make(alice, team, "dead", type="job.dead")
    make(bob, team, "bob's")
    alice_client.post(f"{BASE}read/", {"type": "job.dead"}, headers=HTMX)
    assert list(Notice.objects.exclude(read_at=None).values_list("title", flat=True)) == ["dead"]
    alice_client.post(f"{BASE}dismiss/")
    assert list(Notice.objects.filter(dismissed_at=None).values_list("title", flat=True)) == ["bob's"]


def test_list_after_an_action_keeps_its_filter_and_nothing_else(
    alice: User, team: Team, alice_client: Client
) -> None:
    notice = make(alice, team, "x")
    data = {"type": "video.ready", "state": "", "read": "1", "csrfmiddlewaretoken": "secret"}
    part = alice_client.post(f"{BASE}{notice.pk}/read/", data, headers=HTMX).content.decode()
    assert f'hx-get="{BASE}?type=video.ready"' in part
    assert "secret" not in part


def test_notice_of_somebody_else_does_not_exist(alice: User, team: Team, bob_client: Client) -> None:
    notice = make(alice, team, "x")
    for action in ("", "open/"):
        assert bob_client.get(f"{BASE}{notice.pk}/{action}").status_code == 404
    for action in ("read/", "dismiss/", "restore/"):
        assert bob_client.post(f"{BASE}{notice.pk}/{action}").status_code == 404


def test_digest_opens_on_a_page_of_its_own(alice: User, team: Team, alice_client: Client) -> None:
    digest = make(
        alice, team, "x", type="job.dead", count=40, samples=["older", "newer"], closes_at=timezone.now()
    )
    page = alice_client.get(f"{BASE}{digest.pk}/open/", follow=True).content.decode()
    assert "40 × A background job failed for good" in page
    assert page.index("newer") < page.index("older")


@pytest.mark.spec("NTF-03")
def test_table_of_preferences_is_saved_as_it_is_ticked(alice: User, team: Team, alice_client: Client) -> None:
    page = alice_client.get(f"{BASE}preferences/")
    shown = page.context["board"]
    assert [channel.value for channel in shown.channels] == ["studio", "email"]
    cells = {cell.value: cell.wanted for _, rows in shown.groups for row in rows for cell in row.cells}
    assert (cells["video.ready:email"], cells["job.dead:email"]) == (False, True)
    ticked = {name for name, wanted in cells.items() if wanted} - {"job.dead:email"} | {"video.ready:email"}
    answer = alice_client.post(f"{BASE}preferences/", {"wanted": list(ticked)}, headers=HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "saved")
    rows = Preference.objects.order_by("type").values_list("user", "team", "type", "channel", "wanted")
    assert list(rows) == [
        (alice.pk, team.pk, "job.dead", "email", False),
        (alice.pk, team.pk, "video.ready", "email", True),
    ]
    alice_client.post(f"{BASE}preferences/", {"wanted": ["nonsense:fax"]})
    assert Preference.objects.count() == 2


def test_wish_by_a_channel_that_is_not_connected_is_kept(
    alice: User, team: Team, alice_client: Client
) -> None:
    Preference.objects.create(user=alice, team=team, type="job.dead", channel="slack", wanted=False)
    alice_client.post(f"{BASE}preferences/", {"wanted": []})
    assert Preference.objects.filter(channel="slack").exists()


@pytest.mark.spec("NTF-03")
@pytest.mark.parametrize(
    ("begins", "ends", "code", "rows"),
    [
        ("22:00", "07:00", 302, 1),
        ("", "", 302, 0),
        ("22:00", "", 422, 0),
        ("22:00", "22:00", 422, 0),
        ("x", "y", 422, 0),
    ],
)
def test_quiet_hours_are_set_and_dropped(
    alice_client: Client, begins: str, ends: str, code: int, rows: int
) -> None:
    answer = alice_client.post(f"{BASE}preferences/quiet/", {"begins": begins, "ends": ends})
    assert (answer.status_code, QuietHours.objects.count()) == (code, rows)


def test_contacts_are_added_tested_and_removed_by_their_owner_only(
    alice: User, alice_client: Client, bob_client: Client
) -> None:
    address = "https://hooks.slack.com/services/T0/B0/secret-of-hook"
    answer = alice_client.post(
        f"{BASE}channels/slack/", {"address": address, "label": "#studio"}, follow=True
    )
    page = answer.content.decode()
    assert ("#studio" in page, "secret-of-hook" in page) == (True, False)
    contact = Contact.objects.get()
    for action in ("test/", "remove/", "confirm/"):
        assert bob_client.post(f"{BASE}channels/{contact.pk}/{action}").status_code == 404
    alice_client.post(f"{BASE}channels/{contact.pk}/test/")
    assert Message.objects.filter(contact=contact).count() == 2
    assert Notice.objects.filter(shown=True).count() == 0
    alice_client.post(f"{BASE}channels/{contact.pk}/remove/")
    assert Contact.objects.count() == 0


@pytest.mark.parametrize(
    ("where", "data", "field"),
    [
        ("slack", {"address": "https://evil.example/x"}, "slack_form"),
        ("number", {"number": "12"}, "number_form"),
        ("number", {}, "number_form"),
    ],
)
def test_wrong_contact_is_refused_beside_its_field(
    alice_client: Client, where: str, data: dict[str, str], field: str
) -> None:
    answer = alice_client.post(f"{BASE}channels/{where}/", data)
    assert (answer.status_code, bool(answer.context[field].errors)) == (422, True)


def test_channel_that_the_operator_did_not_set_up_says_so(alice: User, alice_client: Client) -> None:
    page = alice_client.get(f"{BASE}channels/").content.decode()
    assert ("Not set up here yet." in page, "TELEGRAM_BOT_TOKEN" in page) == (True, False)
    alice_client.post(f"{BASE}channels/telegram/")
    assert Contact.objects.count() == 0
    alice.is_staff = True
    alice.save(update_fields=["is_staff"])
    assert "TELEGRAM_BOT_TOKEN" in alice_client.get(f"{BASE}channels/").content.decode()


@pytest.mark.spec("NTF-02")
def test_log_is_everybody_s_for_who_manages_the_team_and_one_s_own_for_others(
    alice: User, bob: User, team: Team, charlie: User, alice_client: Client, bob_client: Client
) -> None:
    for user in (alice, bob):
        notice = make(user, team, user.display_name)
        attempts = [{"at": "2026-11-20T12:00:00+00:00", "outcome": "Slack has a fault.", "seconds": 0.4}]
        Message.objects.create(
            team=team, notice=notice, user=user, channel="slack", due_at=timezone.now(), attempts=attempts
        )
    other = charlie.memberships.get().team
    theirs = Message.objects.create(
        team=other, notice=make(charlie, other, "x"), user=charlie, channel="slack", due_at=timezone.now()
    )

    def shown(client: Client, query: str = "") -> list[str]:
        return sorted(str(one.user) for one in client.get(f"{BASE}log/{query}").context["page"].object_list)

    assert shown(alice_client) == ["Alice Archer", "Bob Baker"]
    assert shown(alice_client, "?q=bob") == ["Bob Baker"]
    assert shown(alice_client, "?channel=email") == []
    assert shown(bob_client) == ["Bob Baker"]
    hers = Message.objects.get(user=alice)
    assert "Slack has a fault." in alice_client.get(f"{BASE}log/{hers.pk}/").content.decode()
    assert bob_client.get(f"{BASE}log/{hers.pk}/").status_code == 404
    assert alice_client.get(f"{BASE}log/{theirs.pk}/").status_code == 404


@pytest.mark.spec("NTF-05")
def test_test_alert_is_seen_called_out_and_acknowledged_on_its_page(
    alice: User, bob: User, alice_client: Client, bob_client: Client
) -> None:
    address = alice_client.post(f"{BASE}alerts/test/")["Location"]
    page = alice_client.get(address).content.decode()
    assert "Nobody has acknowledged this yet" in page
    assert "Test alert: nothing is wrong" in alice_client.get("/studio/morning-show/").content.decode()
    assert bob_client.post(f"{address}acknowledge/").status_code == 302
    assert "Acknowledged by Bob Baker" in alice_client.get(address, headers=HTMX).content.decode()
    again = alice_client.post(f"{address}acknowledge/", follow=True).content.decode()
    assert "Bob Baker has acknowledged this already." in again


@pytest.mark.parametrize(
    ("minutes", "says"),
    [(4, "The next call goes out <time"), (-3, "goes out now."), (None, "Everybody on the list was called.")],
)
def test_open_alert_says_when_the_next_is_called(
    alice: User, team: Team, alice_client: Client, minutes: int | None, says: str
) -> None:
    next_at = None if minutes is None else timezone.now() + timedelta(minutes=minutes)
    alert = Alert.objects.create(team=team, type="alert.test", title="x", next_at=next_at)
    make(alice, team, "x", alert=alert)
    assert says in alice_client.get(f"{BASE}alerts/{alert.pk}/").content.decode()


def test_alert_is_only_for_those_who_were_told(
    alice: User, bob: User, team: Team, bob_client: Client
) -> None:
    alert = Alert.objects.create(team=team, type="alert.test", title="x")
    make(alice, team, "x", alert=alert)
    assert bob_client.get(f"{BASE}alerts/{alert.pk}/").status_code == 404
    assert bob_client.post(f"{BASE}alerts/{alert.pk}/acknowledge/").status_code == 404


@pytest.mark.spec("NTF-05")
def test_plan_is_made_by_who_manages_the_team(
    alice: User, bob: User, team: Team, alice_client: Client, bob_client: Client
) -> None:
    assert bob_client.get(f"{BASE}alerts/plan/").status_code == 403
    good = {"wait_minutes": "3", f"place_{bob.pk}": "1", f"place_{alice.pk}": "2"}
    assert alice_client.post(f"{BASE}alerts/plan/", good).status_code == 302
    plan = EscalationPlan.objects.get()
    assert (plan.order, plan.wait_minutes) == ([str(bob.pk), str(alice.pk)], 3)
    for bad in ({"wait_minutes": "3"}, {**good, "wait_minutes": "0"}, {**good, "wait_minutes": "x"}):
        assert alice_client.post(f"{BASE}alerts/plan/", bad).status_code == 422

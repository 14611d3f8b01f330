"""E-mails of notices: from templates, in two languages, plain and rich, and easily stopped (NTF-03, NTF-08)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from apps.accounts.models import User
from apps.notifications.choices import Channel, Wording
from apps.notifications.letters import FRAME
from apps.notifications.models import Preference
from apps.notifications.notices import JOB_FAILED, TEST_ALERT
from apps.notifications.optout import OptOut, read_token, token_of
from apps.notifications.services import notify
from apps.teams.models import Team

pytestmark = pytest.mark.django_db
Work = Callable[[], int]
TITLE = Wording("“Bees & <b>” failed", "„Bees & <b>“ ist gescheitert")


def letter(team: Team, work: Work, kind: Any = JOB_FAILED) -> EmailMultiAlternatives:
    notify(kind, team=team, title=TITLE, body="No sound in take-4.", href="/studio/morning-show/jobs/")
    work()
    [found] = mail.outbox
    assert isinstance(found, EmailMultiAlternatives)
    return found


@pytest.mark.spec("NTF-08")
def test_email_has_a_plain_and_a_rich_part_in_the_person_s_language(
    team: Team, alice: User, settings: Any, work: Work
) -> None:
    settings.PUBLIC_URL = "https://studio.example"
    User.objects.filter(pk=alice.pk).update(language="de")
    found = letter(team, work)
    assert found.subject == "Morning Show: „Bees & <b>“ ist gescheitert"
    assert re.sub(r"https://studio.example/\S+", "URL", found.body).splitlines() == [
        "Hallo Alice Archer,",
        "",
        "„Bees & <b>“ ist gescheitert",
        "",
        "No sound in take-4.",
        "",
        "In Showrunner öffnen: URL",
        "",
        "--",
        "Sie erhalten dies, weil E-Mails zu „Ein Hintergrundauftrag ist gescheitert“ für Morning Show "
        "eingeschaltet sind.",
        "Diese E-Mails abbestellen: URL",
        "Alle Einstellungen für Benachrichtigungen: URL",
    ]
    rich = str(found.alternatives[0][0])
    assert (found.alternatives[0][1], '<html lang="de">' in rich) == ("text/html", True)
    assert "„Bees &amp; &lt;b&gt;“ ist gescheitert" in rich


def test_email_in_english_of_a_person_without_a_name(team: Team, alice: User, work: Work) -> None:
    User.objects.filter(pk=alice.pk).update(display_name="")
    found = letter(team, work)
    assert found.body.startswith("“Bees & <b>” failed\n\nNo sound in take-4.\n\nOpen in Showrunner: http://")


def test_email_of_an_alert_leads_to_its_acknowledgement(team: Team, alice: User, work: Work) -> None:
    found = letter(team, work, TEST_ALERT)
    assert re.search(r"Look and acknowledge: http://\S+/notifications/alerts/[0-9a-f-]{36}/", found.body)


def test_every_word_of_the_frame_is_there_in_both_languages() -> None:
    for words in FRAME.values():
        assert words.en != words.de
        assert re.findall(r"\{\w+\}", words.en) == re.findall(r"\{\w+\}", words.de)


def path_of(found: EmailMultiAlternatives) -> str:
    link = re.fullmatch(
        r"<http://127\.0\.0\.1:8000(/notifications/stop/\S+)>", found.extra_headers["List-Unsubscribe"]
    )
    assert link is not None
    return link[1]


@pytest.mark.spec("NTF-03")
def test_mail_program_stops_such_emails_with_one_click(team: Team, alice: User, work: Work) -> None:
    """RFC 8058: a POST without cookies, and without a question."""
    found = letter(team, work)
    assert found.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    program = Client(enforce_csrf_checks=True)
    assert program.post(path_of(found), {"List-Unsubscribe": "One-Click"}).status_code == 200
    wish = Preference.objects.get()
    assert (wish.user, wish.team, wish.type, wish.channel, wish.wanted) == (
        alice, team, "job.dead", Channel.EMAIL, False,
    )  # fmt: skip
    mail.outbox.clear()
    notify(JOB_FAILED, team=team, title="again")
    work()
    assert mail.outbox == []


def test_opening_the_link_only_asks(team: Team, alice: User, work: Work, client: Client) -> None:
    """Programs that look for evil links open every one."""
    page = client.get(path_of(letter(team, work))).content.decode()
    assert ("Stop these e-mails?" in page, Preference.objects.count()) == (True, 0)


def test_link_that_was_changed_is_none(team: Team, alice: User, client: Client) -> None:
    token = token_of(OptOut(alice.pk, team.pk, "job.dead"))
    assert read_token(token) == OptOut(alice.pk, team.pk, "job.dead")
    assert read_token(f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}") is None
    assert client.post("/notifications/stop/nonsense/").status_code == 404
    gone = token_of(OptOut(alice.pk, team.pk, "no.such"))
    assert client.post(f"/notifications/stop/{gone}/").status_code == 404

"""Flags, settings and grants: typed, for some teams, cached, on record."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.creation.flags import NEW_RUNS, RUNS_AT_ONCE, RUNS_PER_DAY
from apps.creation.services.runs import allowance
from apps.flags import registry, services
from apps.flags.errors import FlagError
from apps.flags.models import FlagRule, FlagState
from apps.flags.registry import DECLARED, Flag, IntSetting, decide, place_of
from apps.grants.errors import GrantError
from apps.grants.models import Grant
from apps.grants.services import grant_premium, has_premium, revoke
from apps.library.flags import UPLOADS
from apps.providers.capabilities import Capability
from apps.providers.flags import OUTSIDE
from apps.providers.services.ordering import candidates
from apps.teams.models import Team
from tests.factories import TeamFactory
from tests.guards.estate import make_key

pytestmark = [pytest.mark.django_db, pytest.mark.spec("OPS-08")]

SHIPPED_OFF = Flag("tests.off", title="Off", summary="Off as it is shipped.", default=False)
del DECLARED["tests.off"]


@given(share=st.integers(0, 100), more=st.integers(0, 100), team=st.uuids(), named=st.booleans())
@examples(max_examples=100, deadline=None)
def test_greater_share_never_takes_a_flag_away(share: int, more: int, team: UUID, named: bool) -> None:
    small, great = sorted((share, more))
    rules = [
        FlagRule(state=FlagState.SOME, share=part, teams=[team] if named else []) for part in (small, great)
    ]
    before, after = (decide(rule, SHIPPED_OFF, team) for rule in rules)
    assert before <= after
    assert not named or before
    assert decide(FlagRule(state=FlagState.SOME, share=100), SHIPPED_OFF, team)
    assert not decide(FlagRule(state=FlagState.SOME, share=0), SHIPPED_OFF, team)
    assert not decide(FlagRule(state=FlagState.SOME, share=100), SHIPPED_OFF, None)


def test_share_takes_about_so_many_and_other_teams_for_another_flag() -> None:
    teams = [UUID(int=number) for number in range(2000)]
    one = {team for team in teams if place_of("tests.one", team) < 30}
    two = {team for team in teams if place_of("tests.two", team) < 30}
    assert 500 < len(one) < 700
    assert len(one & two) < 300


def test_flag_holds_for_named_teams_and_follows_its_changes(team: Team, operator: User) -> None:
    other = TeamFactory()
    assert NEW_RUNS.is_on(team)
    services.set_flag(NEW_RUNS, state=FlagState.SOME, teams=[team.pk], actor=operator)
    assert (NEW_RUNS.is_on(team), NEW_RUNS.is_on(other), NEW_RUNS.is_on()) == (True, False, False)
    services.set_flag(NEW_RUNS, state=FlagState.OFF, actor=operator)
    assert not NEW_RUNS.is_on(team)
    services.set_flag(NEW_RUNS, state=FlagState.DEFAULT, actor=operator)
    assert NEW_RUNS.is_on(other)
    lines = AuditRecord.objects.filter(action="operate.flag").order_by("number")
    assert [(line.actor_id, line.after["state"]) for line in lines] == [
        (operator.pk, "some"),
        (operator.pk, "off"),
        (operator.pk, "default"),
    ]


def test_rules_are_kept_for_some_seconds(
    team: Team, settings: Any, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.forget()
    settings.FLAGS_KEEP_S = 5
    clock = [1000.0]
    monkeypatch.setattr(registry.time, "monotonic", lambda: clock[0])
    with django_assert_num_queries(2):
        for flag in (NEW_RUNS, UPLOADS, OUTSIDE):
            flag.is_on(team)
        RUNS_PER_DAY.value(team)
    FlagRule.objects.create(name=UPLOADS.name, state=FlagState.OFF)  # by another process
    assert UPLOADS.is_on(team)
    clock[0] += 5
    assert not UPLOADS.is_on(team)


def test_setting_is_the_team_s_own_else_the_installation_s_else_the_default(
    team: Team, operator: User, settings: Any
) -> None:
    settings.RUNS_PER_DAY = 50
    other = TeamFactory()
    services.set_setting(RUNS_PER_DAY, value=20, actor=operator)
    services.set_setting(RUNS_PER_DAY, value=7, team=team, actor=operator)
    assert (RUNS_PER_DAY.value(team), RUNS_PER_DAY.value(other), RUNS_PER_DAY.value()) == (7, 20, 20)
    assert allowance(team).today_limit == 7
    services.set_setting(RUNS_PER_DAY, value=None, team=team, actor=operator)
    services.set_setting(RUNS_PER_DAY, value=None, actor=operator)
    assert RUNS_PER_DAY.value(team) == 50
    lines = list(AuditRecord.objects.filter(action="operate.setting").order_by("at"))
    assert [(line.before["value"], line.after["value"]) for line in lines] == [
        (None, 20),
        (None, 7),
        (7, None),
        (20, None),
    ]


@pytest.mark.parametrize("value", [0, -1, 1001])
def test_setting_out_of_its_range_is_refused(operator: User, value: int) -> None:
    with pytest.raises(FlagError, match="from 1 to 1,000"):
        services.set_setting(RUNS_AT_ONCE, value=value, actor=operator)


@pytest.mark.parametrize("name", ["nodot", "Bad.name", "creation.new_runs"])
def test_declaration_with_a_wrong_or_taken_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"name for a flag|declared twice"):
        Flag(name, title="x", summary="y", default=True)
    assert isinstance(DECLARED["creation.new_runs"], Flag)


def test_everything_declared_says_what_it_does() -> None:
    for declared in DECLARED.values():
        assert declared.summary.endswith(".")
        if isinstance(declared, IntSetting):
            assert declared.least <= declared.default() <= declared.most


def test_paused_work_says_so(team: Team, operator: User) -> None:
    services.set_flag(NEW_RUNS, state=FlagState.OFF, actor=operator)
    assert allowance(team).reason.startswith("The operators have paused")


def test_without_outside_providers_only_the_built_in_ones_are_asked(team: Team, operator: User) -> None:
    make_key(team)
    assert [one.key is None for one in candidates(team, Capability.VISUAL)] == [False, True]
    services.set_flag(OUTSIDE, state=FlagState.OFF, actor=operator)
    assert [one.key is None for one in candidates(team, Capability.VISUAL)] == [True]


def test_flag_page_saves_and_says_what_is_wrong(operator_client: Client, team: Team) -> None:
    page = "/operate/flags/library-uploads/"
    wrong = operator_client.post(page, {"state": "some", "teams": "no-such-team", "share": "10"})
    assert (wrong.status_code, "no team with the address no-such-team" in wrong.content.decode()) == (
        422,
        True,
    )
    assert operator_client.post(page, {"state": "some", "share": "101"}).status_code == 422
    sent = {"state": "some", "teams": f"{team.slug}\n", "share": "10"}
    answer = operator_client.post(page, sent, follow=True)
    assert "1 team and 10 % of all" in answer.content.decode()
    assert team.slug in operator_client.get(page).content.decode()
    assert operator_client.get("/operate/flags/no-such/").status_code == 404


def test_setting_is_saved_for_all_and_for_a_team(operator_client: Client, team: Team) -> None:
    operator_client.post("/operate/settings/creation-runs-per-day/", {"value": "9"})
    operator_client.post(f"/operate/teams/{team.pk}/settings/creation-runs-per-day/", {"value": "3"})
    assert (RUNS_PER_DAY.value(), RUNS_PER_DAY.value(team)) == (9, 3)
    for page in (
        "/operate/settings/creation-runs-at-once/",
        f"/operate/teams/{team.pk}/settings/creation-runs-at-once/",
    ):
        answer = operator_client.post(page, {"value": "0"}, follow=True)
        assert "greater than or equal to 1" in answer.content.decode()
    operator_client.post(f"/operate/teams/{team.pk}/settings/creation-runs-per-day/", {"value": ""})
    assert RUNS_PER_DAY.value(team) == 9
    assert operator_client.post("/operate/settings/nothing/", {"value": "1"}).status_code == 404


@pytest.mark.spec("TEM-04")
def test_premium_is_granted_until_a_day_and_revoked(
    operator_client: Client, operator: User, team: Team
) -> None:
    day = timezone.localdate() + timedelta(days=30)
    page = f"/operate/teams/{team.pk}/"
    operator_client.post(f"{page}grant/", {"last_day": day.isoformat(), "reason": "Beta team"})
    grant = Grant.objects.get()
    assert (grant.state, grant.reason, grant.granted_by, has_premium(team)) == (
        "active",
        "Beta team",
        operator,
        True,
    )
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert has_premium(team)
    with time_machine.travel(timezone.now() + timedelta(days=32), tick=False):
        assert (has_premium(team), Grant.objects.get().state) == (False, "over")
    operator_client.post(f"/operate/grants/{grant.pk}/revoke/", {"reason": "Beta is over"})
    grant.refresh_from_db()
    assert (grant.state, grant.revoke_reason, has_premium(team)) == ("revoked", "Beta is over", False)
    actions = AuditRecord.objects.filter(team=team, action__startswith="operate.").order_by("number")
    assert [line.action for line in actions] == ["operate.grant", "operate.revoke_grant"]
    assert "Beta team" in operator_client.get(page).content.decode()
    assert operator_client.get("/operate/grants/?state=over").context["page"].object_list == [grant]
    assert operator_client.get("/operate/grants/?state=active").context["page"].object_list == []


@pytest.mark.spec("TEM-04")
def test_grant_is_refused_without_a_reason_in_the_past_and_twice(
    operator_client: Client, operator: User, team: Team
) -> None:
    page = f"/operate/teams/{team.pk}/grant/"
    assert operator_client.post(page, {"reason": ""}).status_code == 422
    assert operator_client.post(page, {"reason": "x", "last_day": "never"}).status_code == 422
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    answer = operator_client.post(page, {"reason": "x", "last_day": yesterday}, follow=True)
    assert "still to come" in answer.content.decode()
    grant = grant_premium(team=team, reason="x", ends_at=None, actor=operator)
    with pytest.raises(GrantError, match="has premium by a grant already"):
        grant_premium(team=team, reason="y", ends_at=None, actor=operator)
    revoke(grant=grant, reason="", actor=operator)
    with pytest.raises(GrantError, match="over already"):
        revoke(grant=grant, reason="", actor=operator)
    assert operator_client.post(f"/operate/grants/{uuid4()}/revoke/").status_code == 404

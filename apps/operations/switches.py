"""Flags and settings as operators see them: what is declared, and what was decided."""

from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest

from apps.flags.models import FlagRule, FlagState, SettingValue
from apps.flags.registry import DECLARED, Flag, IntSetting, decide
from apps.teams.models import Team


@dataclass(frozen=True)
class FlagRow:
    """A flag with its rule; `is_on` is for the team that was asked about."""

    flag: Flag
    rule: FlagRule | None
    is_on: bool

    @property
    def words(self) -> str:
        """Who has it."""
        if self.rule is None or self.rule.state == FlagState.DEFAULT:
            return f"As shipped: {'on' if self.flag.default else 'off'}"
        if self.rule.state != FlagState.SOME:
            return str(self.rule.get_state_display())
        number = len(self.rule.teams)
        named = f"{number} {'team' if number == 1 else 'teams'}"
        return f"{named} and {self.rule.share} % of all" if self.rule.share else named

    @property
    def kind(self) -> str:
        """The colour of its badge."""
        state = self.rule.state if self.rule else FlagState.DEFAULT
        return {FlagState.ON: "ok", FlagState.OFF: "live", FlagState.SOME: "info"}.get(FlagState(state), "")


@dataclass(frozen=True)
class SettingRow:
    """A setting with what the installation and, where asked about, a team has instead."""

    setting: IntSetting
    general: int | None
    own: int | None

    @property
    def inherited(self) -> int:
        """What holds without a number of the team's own."""
        return self.setting.default() if self.general is None else self.general


def flags_of(team: Team | None = None) -> list[FlagRow]:
    """Every flag, by name, read anew."""
    rules = {rule.name: rule for rule in FlagRule.objects.all()}
    return [
        FlagRow(flag, rules.get(name), decide(rules.get(name), flag, team.pk if team else None))
        for name, flag in sorted(DECLARED.items())
        if isinstance(flag, Flag)
    ]


def settings_of(team: Team | None = None) -> list[SettingRow]:
    """Every setting, by name, read anew."""
    rows = SettingValue.objects.filter(team=None)
    general = dict(rows.values_list("name", "value"))
    own = dict(SettingValue.objects.in_team(team).values_list("name", "value")) if team else {}
    return [
        SettingRow(setting, general.get(name), own.get(name))
        for name, setting in sorted(DECLARED.items())
        if isinstance(setting, IntSetting)
    ]


def flag(slug: str) -> Flag | None:
    return next((one for one in DECLARED.values() if isinstance(one, Flag) and one.slug == slug), None)


def setting(slug: str) -> IntSetting | None:
    return next((one for one in DECLARED.values() if isinstance(one, IntSetting) and one.slug == slug), None)


def complain(request: HttpRequest, form: Form) -> None:
    """What is wrong with a form that stands in a row of a table, as a message."""
    for errors in form.errors.values():
        messages.error(request, str(errors[0]))

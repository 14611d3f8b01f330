"""Changing flags and settings. Each change is one line of the installation's audit record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core.signals import sensitive_action
from apps.flags.errors import FlagError
from apps.flags.models import FlagRule, FlagState, SettingValue
from apps.flags.registry import Flag, IntSetting, forget


@transaction.atomic
def set_flag(
    flag: Flag, *, state: FlagState, teams: Sequence[UUID] = (), share: int = 0, actor: Any
) -> FlagRule:
    """Decide for whom the flag is on. `share` is in percent of all teams, beside those that are named."""
    if not 0 <= share <= 100:
        raise FlagError("A share is between 0 and 100 percent.", field="share")
    rule, _ = FlagRule.objects.select_for_update(no_key=True).get_or_create(name=flag.name)
    before = _said(rule)
    some = state == FlagState.SOME
    rule.state, rule.teams, rule.share = state, sorted(set(teams)) if some else [], share if some else 0
    rule.save(update_fields=["state", "teams", "share", "updated_at"])
    transaction.on_commit(forget)
    forget()
    if before != _said(rule):
        sensitive_action.send(
            FlagRule,
            action="operate.flag",
            team=None,
            actor=actor,
            target=rule,
            before=before,
            after=_said(rule),
        )
    return rule


def _said(rule: FlagRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "state": str(rule.state),
        "teams": [str(team) for team in rule.teams],
        "share": rule.share,
    }


@transaction.atomic
def set_setting(setting: IntSetting, *, value: int | None, team: Any = None, actor: Any) -> None:
    """Give the installation, or one team, another number; None goes back to what holds without it."""
    if value is not None and not setting.least <= value <= setting.most:
        raise FlagError(f"Choose a number from {setting.least} to {setting.most:,}.", field="value")
    rows = SettingValue.objects.select_for_update(no_key=True).filter(name=setting.name, team=team)
    before = rows.values_list("value", flat=True).first()
    if value is None:
        rows.delete()
    else:
        SettingValue.objects.update_or_create(name=setting.name, team=team, defaults={"value": value})
    transaction.on_commit(forget)
    forget()
    if before != value:
        facts = {"name": setting.name, "for": str(team) if team is not None else "everybody"}
        sensitive_action.send(
            SettingValue,
            action="operate.setting",
            team=team,
            actor=actor,
            target=None,
            before={**facts, "value": before},
            after={**facts, "value": value},
        )

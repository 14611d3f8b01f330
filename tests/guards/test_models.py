"""Every row belongs to a team, or there is a reason why it does not."""

from django.apps import apps
from django.db import models

from tests.guards.tree import check

OUTSIDE = "stands for what an outside platform keeps, where our teams do not exist"
WITHOUT_TEAM = {
    "accounts.User": "a person, who may be in many teams",
    "accounts.TimeCodeDevice": "a person's own second factor",
    "privacy.DataExport": "what the product holds of a person, whichever teams they are in",
    "accounts.KnownBrowser": "a browser in which a person has signed in",
    "accounts.Session": "one browser that is signed in, before and after any team",
    "accounts.Guesses": "failures at an account or network, before anybody is known to be in a team",
    "accounts.BackupCodes": "a person's own second factor",
    "teams.Team": "the team itself",
    "flags.FlagRule": "one decision about all teams",
    "audit.AuditHead": "the end of a chain, which is a team's or the installation's",
    "core.DataKey": "encrypts the secrets of all teams",
    "security.Advisory": "about packages of the whole installation",
    "security.AdvisoryCheck": "about packages of the whole installation",
    "security.Consent": "a person's, whatever teams they are in",
    "jobs.Agent": "a machine that works for all teams",
    "audit.AuditCheck": "what a chain was last found to be; the chain is a team's or the installation's",
    "jobs.ClockEntry": "recurring work of the whole installation",
    "jobs.Job_after": "the link between two jobs, which have a team each",
    "notifications.Email": "the ledger of every e-mail; most of them belong to a person, not to a team",
    "notifications.Contact": "a person's own phone, chat or browser, for all their teams",
    "notifications.QuietHours": "a person's own, wherever they work",
    "incoming.Hook": "came from outside, before anybody knows which teams it is about",
    "connections.QuotaUse": "what the application has used is all teams' together",
    "events.Delivery": "belongs to its event, which has a team",
    **dict.fromkeys(
        (
            "sandbox.Account",
            "sandbox.Attachment",
            "sandbox.Code",
            "sandbox.Comment",
            "sandbox.Fault",
            "sandbox.Grant",
            "sandbox.LoggedCall",
            "sandbox.Playlist",
            "sandbox.PlaylistItem",
            "sandbox.Spent",
            "sandbox.Token",
            "sandbox.Upload",
            "sandbox.Video",
        ),
        OUTSIDE,
    ),
}
TEAM_MAY_BE_EMPTY = {
    "flags.SettingValue": "what holds for all teams is nobody's",
    "audit.AuditRecord": "sign-ins and the installation's own actions are nobody's",
    "notifications.Notice": "announcements and a person's own channels are no team's",
    "notifications.Message": "goes with its notice",
    "notifications.Preference": "what a person wants of notices without a team",
    "notifications.Announcement": "most are for everybody",
    "events.Event": "jobs without a team die too, and operators must hear of it",
    "jobs.JobCap": "an operator's limit may hold for all teams together",
    "jobs.Job": "the product's own housekeeping is nobody's",
    "creation.Template": "the five templates that come with the product are everybody's to read",
}


def ours() -> list[type[models.Model]]:
    """Our tables, those between two of ours included; Django's own links of users to groups and rights are not."""
    found = [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("apps.")
        for model in config.get_models(include_auto_created=True)
        if not model._meta.label.startswith("accounts.User_")
    ]
    assert found
    return found


def team_field(model: type[models.Model]) -> models.ForeignKey | None:  # type: ignore[type-arg]
    field = next((field for field in model._meta.fields if field.name == "team"), None)
    return (
        field
        if isinstance(field, models.ForeignKey) and field.related_model._meta.label == "teams.Team"
        else None
    )


def test_every_model_has_a_team_or_a_reason() -> None:
    check((model._meta.label for model in ours() if team_field(model) is None), WITHOUT_TEAM)


def test_every_team_is_required_or_there_is_a_reason() -> None:
    check(
        (model._meta.label for model in ours() if (field := team_field(model)) and field.null),
        TEAM_MAY_BE_EMPTY,
    )


def test_every_model_with_a_team_can_be_asked_for_one_team() -> None:
    """`objects.in_team(team)` is how every studio query begins."""
    without = {
        model._meta.label
        for model in ours()
        if team_field(model) and not hasattr(model._default_manager.all(), "in_team")
    }
    check(without, WITHOUT_IN_TEAM)


WITHOUT_IN_TEAM = {"audit.AuditRecord": "read through apps.audit.queries only, which filters by team"}


def test_every_team_goes_with_its_rows() -> None:
    kept = {
        model._meta.label
        for model in ours()
        if (field := team_field(model)) and field.remote_field.on_delete is not models.CASCADE
    }
    check(kept, KEPT)


KEPT = {"audit.AuditRecord": "the record outlives what it is about"}

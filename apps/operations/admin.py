"""Every table in the admin site: those that no app shows in a way of its own are shown as their fields say.

What packages register to be edited there (addresses, groups, queues) is shown too, but changed on the product's pages.
"""

from django.apps import apps
from django.contrib import admin
from django.db import models

from apps.accounts.models import User
from apps.core.adminsite import ReadOnlyAdmin, is_secret
from apps.teams.models import Team


class UserAdmin(ReadOnlyAdmin):
    """Role and access are changed on the operators' page of the person, where nobody can shut themselves out."""

    changeable = ("display_name", "language", "time_zone", "theme")
    list_display = ("email", "display_name", "is_active", "is_staff", "last_login", "created_at")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "display_name")


class TeamAdmin(ReadOnlyAdmin):
    changeable = ("name", "language", "time_zone")
    list_display = ("name", "slug", "language", "time_zone", "created_at")
    search_fields = ("name", "slug")


OWN: dict[type[models.Model], type[ReadOnlyAdmin]] = {User: UserAdmin, Team: TeamAdmin}


def show_everything() -> None:
    """Give every table its place: ours as their apps say, all others to look at only."""
    for model, shown in list(admin.site._registry.items()):
        if not isinstance(shown, ReadOnlyAdmin):
            admin.site.unregister(model)
    for model in apps.get_models():
        if _has_table(model) and not admin.site.is_registered(model):
            admin.site.register(model, OWN.get(model, ReadOnlyAdmin))


def _has_table(model: type[models.Model]) -> bool:
    """Where the very key of a row is a secret (a session's), its address on a page would tell it."""
    meta = model._meta
    return bool(meta.managed and not meta.proxy and not meta.abstract) and not is_secret(meta.pk)


show_everything()

"""What operators see of connections: never a token."""

from django.contrib import admin

from apps.connections.models import Connection, QuotaUse, Strike
from apps.core.adminsite import ReadOnlyAdmin


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = ("name", "platform", "team", "status", "checked_at", "expires_at")
    list_filter = ("platform", "status")
    search_fields = ("name", "handle", "external_id")
    exclude = ("access_token", "refresh_token", "picture")


@admin.register(Strike)
class StrikeAdmin(ReadOnlyAdmin):
    list_display = ("connection", "team", "kind", "state", "received_on", "until")
    list_filter = ("kind", "state")
    search_fields = ("about", "connection__name")


@admin.register(QuotaUse)
class QuotaUseAdmin(ReadOnlyAdmin):
    list_display = ("platform", "bucket", "owner", "used", "exhausted", "window_start", "window_end")
    list_filter = ("platform", "bucket")
    search_fields = ("owner",)

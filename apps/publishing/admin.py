"""What operators see of publishing. Who is where is the ledger's business, so nothing can be changed here."""

from django.contrib import admin

from apps.core.adminsite import ReadOnlyAdmin
from apps.publishing.models import AffiliateLink, Attempt, PlanImport, Post, Series, Target


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "team", "status", "due_at", "created_at")
    list_filter = ("status", "kind")
    search_fields = ("search_text", "team__name")


@admin.register(Target)
class TargetAdmin(ReadOnlyAdmin):
    list_display = ("id", "team", "connection", "status", "stage", "due_at", "published_at", "error_code")
    list_filter = ("status", "connection__platform")
    search_fields = ("idempotency_key", "external_id", "team__name")


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ("target_id", "number", "outcome", "stage", "in_doubt", "started_at", "ended_at")
    list_filter = ("outcome",)
    search_fields = ("target__idempotency_key", "error")


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    list_display = ("name", "team", "every_days", "next_at", "paused_at", "made")
    search_fields = ("name", "team__name")


@admin.register(AffiliateLink)
class AffiliateLinkAdmin(ReadOnlyAdmin):
    list_display = ("name", "team", "code", "url", "is_off")
    search_fields = ("name", "code", "url", "team__name")


@admin.register(PlanImport)
class PlanImportAdmin(ReadOnlyAdmin):
    list_display = ("name", "team", "started_at", "finished_at")
    search_fields = ("name", "team__name")

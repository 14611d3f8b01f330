"""What operators see of the making of videos. Of a template they may mend the words, or take it off the list."""

from django.contrib import admin

from apps.core.adminsite import ReadOnlyAdmin
from apps.creation.models import Run, Template


@admin.register(Template)
class TemplateAdmin(ReadOnlyAdmin):
    changeable = ("name", "description", "retired")
    list_display = ("name", "team", "version", "retired")
    list_filter = ("retired",)
    search_fields = ("name", "slug")


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ("title", "team", "template_name", "status", "created_at")
    list_filter = ("status",)
    search_fields = ("title", "team__name")

from django.contrib import admin

from apps.creation.models import Run, Template


@admin.register(Template)
class TemplateAdmin(admin.ModelAdmin):
    list_display = ["name", "team", "version", "retired"]
    list_filter = ["retired"]
    search_fields = ["name", "slug"]


@admin.register(Run)
class RunAdmin(admin.ModelAdmin):
    list_display = ["title", "team", "template_name", "status", "created_at"]
    list_filter = ["status"]
    search_fields = ["title"]
    raw_id_fields = ["team", "template", "video", "music_asset", "started_by"]

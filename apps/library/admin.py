"""What operators see of the library."""

from django.contrib import admin

from apps.library.models import Asset, Brand, StorageUse, StoredFile, Video, VideoVersion


class ReadOnly(admin.ModelAdmin):
    """Rows are changed by services only: files, counters and versions hang together."""

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Video)
class VideoAdmin(ReadOnly):
    list_display = ("title", "team", "status", "source", "duration_s", "created_at")
    list_filter = ("status", "source")
    list_select_related = ("team",)
    search_fields = ("search_text",)


@admin.register(Asset)
class AssetAdmin(ReadOnly):
    list_display = ("title", "kind", "team", "video", "format", "created_at")
    list_filter = ("kind",)
    list_select_related = ("team", "video")
    search_fields = ("title",)


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnly):
    list_display = ("sha256", "team", "size", "content_type", "created_at")
    list_filter = ("content_type",)
    list_select_related = ("team",)
    search_fields = ("sha256",)


@admin.register(StorageUse)
class StorageUseAdmin(ReadOnly):
    list_display = ("team", "files", "size_bytes")
    list_select_related = ("team",)


@admin.register(VideoVersion)
class VideoVersionAdmin(ReadOnly):
    list_display = ("video", "number", "author", "created_at")
    list_select_related = ("video", "author")


@admin.register(Brand)
class BrandAdmin(ReadOnly):
    list_display = ("team", "palette", "watermark", "intro", "outro")
    list_select_related = ("team", "watermark", "intro", "outro")

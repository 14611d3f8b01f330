"""What operators see of the library; files, counters and versions hang together, so only services change them."""

from django.contrib import admin

from apps.core.adminsite import ReadOnlyAdmin
from apps.library.models import Asset, Brand, StorageUse, StoredFile, Video, VideoVersion
from apps.library.uploads.models import Upload


@admin.register(Video)
class VideoAdmin(ReadOnlyAdmin):
    list_display = ("title", "team", "status", "source", "duration_s", "created_at")
    list_filter = ("status", "source")
    search_fields = ("search_text",)


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind", "team", "video", "format", "created_at")
    list_filter = ("kind",)
    search_fields = ("title",)


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ("name", "team", "status", "size_bytes", "received_bytes", "expires_at")
    list_filter = ("status",)
    search_fields = ("name",)


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    list_display = ("sha256", "team", "size", "content_type", "created_at")
    list_filter = ("content_type",)
    search_fields = ("sha256",)


@admin.register(StorageUse)
class StorageUseAdmin(ReadOnlyAdmin):
    list_display = ("team", "files", "size_bytes")
    search_fields = ("team__name",)


@admin.register(VideoVersion)
class VideoVersionAdmin(ReadOnlyAdmin):
    list_display = ("video", "number", "author", "created_at")
    search_fields = ("title",)


@admin.register(Brand)
class BrandAdmin(ReadOnlyAdmin):
    list_display = ("team", "palette", "watermark", "intro", "outro")
    search_fields = ("team__name",)

"""Every write to the library."""

from apps.library.services.brand import brand_of, edit_brand
from apps.library.services.bulk import Bulk, delete_videos, tag_videos, undelete_videos
from apps.library.services.files import AssetFacts, add_asset, keep_file, store_file
from apps.library.services.ingest import retry_ingest, stop_ingest
from apps.library.services.metadata import edit_metadata, restore_version
from apps.library.services.receiving import begin_upload, cancel_upload, receive, take_whole_file
from apps.library.services.uploads import (
    Upload,
    delete_asset,
    take_file,
    title_of,
    undelete_asset,
    upload_asset,
)
from apps.library.services.videos import (
    create_video,
    delete_video,
    mark_failed,
    mark_making,
    mark_ready,
    replace_files,
    undelete_video,
)

__all__ = [
    "AssetFacts",
    "Bulk",
    "Upload",
    "add_asset",
    "begin_upload",
    "brand_of",
    "cancel_upload",
    "create_video",
    "delete_asset",
    "delete_video",
    "delete_videos",
    "edit_brand",
    "edit_metadata",
    "keep_file",
    "mark_failed",
    "mark_making",
    "mark_ready",
    "receive",
    "replace_files",
    "restore_version",
    "retry_ingest",
    "stop_ingest",
    "store_file",
    "tag_videos",
    "take_file",
    "take_whole_file",
    "title_of",
    "undelete_asset",
    "undelete_video",
    "undelete_videos",
    "upload_asset",
]

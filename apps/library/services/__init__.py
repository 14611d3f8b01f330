"""Every write to the library."""

from apps.library.services.brand import brand_of, edit_brand
from apps.library.services.bulk import Bulk, delete_videos, edit_videos, tag_videos, undelete_videos
from apps.library.services.captions import delete_captions, mend_words, save_captions
from apps.library.services.files import AssetFacts, add_asset, keep_file, read_facts, store_file
from apps.library.services.importing import start_import
from apps.library.services.ingest import retry_ingest, stop_ingest
from apps.library.services.metadata import edit_metadata, restore_version
from apps.library.services.receiving import begin_upload, cancel_upload, receive, take_whole_file
from apps.library.services.review import (
    add_comment,
    create_link,
    delete_comment,
    note_opening,
    resolve_comment,
    revoke_link,
)
from apps.library.services.thumbnails import keep_thumbnail, make_cover, remove_thumbnail
from apps.library.services.transcribing import start_transcription, stop_transcription
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
from apps.library.services.word_templates import apply_template, delete_template, save_template

__all__ = [
    "AssetFacts",
    "Bulk",
    "Upload",
    "add_asset",
    "add_comment",
    "apply_template",
    "begin_upload",
    "brand_of",
    "cancel_upload",
    "create_link",
    "create_video",
    "delete_asset",
    "delete_captions",
    "delete_comment",
    "delete_template",
    "delete_video",
    "delete_videos",
    "edit_brand",
    "edit_metadata",
    "edit_videos",
    "keep_file",
    "keep_thumbnail",
    "make_cover",
    "mark_failed",
    "mark_making",
    "mark_ready",
    "note_opening",
    "read_facts",
    "receive",
    "remove_thumbnail",
    "replace_files",
    "resolve_comment",
    "restore_version",
    "mend_words",
    "retry_ingest",
    "revoke_link",
    "save_captions",
    "save_template",
    "start_import",
    "start_transcription",
    "stop_ingest",
    "stop_transcription",
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

"""What exactly somebody approved: a hash over all that goes out.

The file in it is the one that was chosen, not what was mended of it for a platform: that follows from the chosen bytes,
the platform's limits and the person's agreement to a cut (which is among the words) by a fixed rule, and from nothing
else. So it may be made before the approval or after it, or anew with the next version, and the approval stands; another
file, or another agreement, voids it (decisions/0021-mended-by-rule.md).
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from apps.publishing import words
from apps.publishing.files import captions_of, chosen_file_of, thumbnail_of
from apps.publishing.models import Post, Target, TargetStatus


def fingerprint(post: Post) -> str:
    """SHA-256 over the words, the channels, the time, and the checksum of every file that goes out with it."""
    targets = post.targets.exclude(status=TargetStatus.CANCELLED).select_related(
        "post__video",
        "post__thumbnail__file",
        "asset__file",
        "asset__video",
    )
    said = {
        "kind": post.kind,
        "due_at": post.due_at.isoformat() if post.due_at else "",
        "targets": [_said(target) for target in targets.order_by("connection_id")],
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _said(target: Target) -> dict[str, Any]:
    asset, thumbnail = chosen_file_of(target), thumbnail_of(target)
    return {
        "connection": str(target.connection_id),
        "words": asdict(words.of_target(target)),
        "file": asset.file.sha256 if asset else "",
        "thumbnail": thumbnail.sha256 if thumbnail else "",
        "captions": {language: file.sha256 for language, file in sorted(captions_of(target).items())},
    }

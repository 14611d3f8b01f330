"""What an adapter is given to publish: the words and files of one target, as its platform wants them."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from apps.connections.adapters import Upload
from apps.connections.capabilities import PostKind
from apps.connections.registry import PLATFORMS
from apps.library.models import Asset
from apps.publishing import words
from apps.publishing.errors import PublishingError
from apps.publishing.files import captions_of, file_of, thumbnail_of
from apps.publishing.models import Target
from apps.publishing.words import MAY_TRIM


@contextmanager
def upload_of(target: Target) -> Iterator[Upload]:
    """The upload, whose small files lie on this machine's disk while the context lasts."""
    asset = asset_of(target)
    with ExitStack() as files:
        thumbnail = thumbnail_of(target)
        captions: dict[str, Path] = {
            language: files.enter_context(stored.local_path())
            for language, stored in captions_of(target).items()
        }
        yield _upload(
            target, asset, files.enter_context(thumbnail.local_path()) if thumbnail else None, captions
        )


def asset_of(target: Target) -> Asset:
    """The file that goes out. Raises PublishingError where it is gone."""
    asset = file_of(target)
    if asset is None:
        raise PublishingError("The file was deleted from the library. Choose another one, then try again.")
    return asset


def _upload(target: Target, asset: Asset, thumbnail: Path | None, captions: dict[str, Path]) -> Upload:
    said, options = words.of_target(target), dict(target.overrides.get("options", {}))
    options.pop(MAY_TRIM, None)
    return Upload(
        key=target.idempotency_key,
        kind=PostKind(target.post.kind),
        size=asset.file.size,
        content_type=asset.file.content_type,
        duration_s=asset.duration_s or 0.0,
        title=said.title,
        description=said.description,
        tags=said.tags,
        language=said.language,
        category=said.category,
        privacy=platform_privacy(target, said.privacy),
        made_for_kids=said.made_for_kids,
        ai_made=said.ai_made,
        paid_promotion=said.paid_promotion,
        thumbnail=thumbnail,
        thumbnail_at_s=options.pop("thumbnail_at_s", None),
        captions=captions,
        playlist=said.playlist,
        first_comment=said.first_comment,
        options=options,
    )


def platform_privacy(target: Target, wanted: str) -> str:
    """The platform's own word for who may see it: the widest, or the narrowest where it has nothing in between."""
    platform = PLATFORMS.get(target.connection.platform)
    limits = platform.limits.get(PostKind(target.post.kind)) if platform else None
    return _nearest(limits.privacies if limits else (), wanted)


def _nearest(offered: Sequence[str], wanted: str) -> str:
    if not offered or wanted in offered:
        return wanted if offered else ""
    return offered[0] if wanted == "public" else offered[-1]

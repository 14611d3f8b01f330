"""Videos, the files they are made of, and the team's brand."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower

from apps.core.models import TeamOwned, TeamQuerySet
from apps.library.categories import CATEGORIES
from apps.library.chapters import Chapter
from apps.library.provenance import Provenance
from apps.media.facts import MediaFacts

COPY_BYTES = 1024 * 1024


class AssetKind(models.TextChoices):
    SOURCE = "source", "Source"
    RENDITION = "rendition", "Video"
    THUMBNAIL = "thumbnail", "Thumbnail"
    POSTER = "poster", "Poster"
    SPRITE = "sprite", "Timeline pictures"
    WAVEFORM = "waveform", "Waveform"
    GRAPHIC_POSTER = "graphic_poster", "Graphic poster"
    CAPTION = "caption", "Captions"
    TRANSCRIPT = "transcript", "Transcript"
    FITTED = "fitted", "Fitted to a platform"
    AUDIO = "audio", "Sound"
    VOICE = "voice", "Voice"
    MUSIC = "music", "Music"
    IMAGE = "image", "Image"
    CLIP = "clip", "Clip"


class VideoStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    MAKING = "making", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class VideoSource(models.TextChoices):
    MADE = "made", "Made here"
    UPLOADED = "uploaded", "Uploaded"


class Visibility(models.TextChoices):
    """Who is meant to see a video once it is published."""

    PUBLIC = "public", "Public"
    UNLISTED = "unlisted", "Unlisted"
    PRIVATE = "private", "Private"


class WatermarkPosition(models.TextChoices):
    TOP_LEFT = "top_left", "Top left"
    TOP_RIGHT = "top_right", "Top right"
    BOTTOM_LEFT = "bottom_left", "Bottom left"
    BOTTOM_RIGHT = "bottom_right", "Bottom right"


class StoredFile(TeamOwned):
    """Bytes of a team, kept once whatever uses them (LIB-09). `path` is a name in the default storage.

    `facts_json` is what a platform asks of a video file (`media.facts.MediaFacts`), once somebody has looked.
    """

    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    path = models.CharField(max_length=300)
    content_type = models.CharField(max_length=100)
    facts_json = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "sha256"], name="library_bytes_once_a_team")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.content_type})"

    def open(self) -> File:
        """The bytes, for reading, seekable. Raises FileNotFoundError."""
        return default_storage.open(self.path, "rb")

    @property
    def facts(self) -> MediaFacts | None:
        """What is known of a video file; None where nobody has looked yet."""
        return MediaFacts.from_json(self.facts_json)

    @contextmanager
    def local_path(self, folder: Path | None = None) -> Iterator[Path]:
        """A path that FFmpeg can read while the context lasts: the file itself, or a copy of what lies elsewhere.

        `folder` is where such a copy is made; whoever names one of their own clears it also after a crash.
        """
        if (here := _path_here(self.path)) is not None:
            yield here
            return
        settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder or settings.WORK_DIR, suffix=Path(self.path).suffix) as copy:
            with self.open() as remote:
                while block := remote.read(COPY_BYTES):
                    copy.write(block)
            copy.flush()
            yield Path(copy.name)


def _path_here(name: str) -> Path | None:
    """Where the storage keeps this name on this machine's disk, or None where it keeps it elsewhere."""
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return None


class StorageUse(TeamOwned):
    """How much a team stores, kept up to date with every file, so that no page has to add it up."""

    team = models.OneToOneField("teams.Team", on_delete=models.CASCADE, related_name="+")
    files = models.PositiveBigIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.size_bytes} bytes in {self.files} files"


class PresentManager(models.Manager.from_queryset(TeamQuerySet)):  # type: ignore[misc]
    """Without what was deleted and waits to be removed."""

    def get_queryset(self) -> TeamQuerySet:
        found: TeamQuerySet = super().get_queryset().filter(deleted_at=None)
        return found


class Deletable(TeamOwned):
    """A row that can be brought back for a while after it was deleted. `with_deleted` sees those too."""

    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = PresentManager()  # type: ignore[misc]
    with_deleted = TeamQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "with_deleted"


def searchable(*texts: str) -> str:
    """Text as it is searched: small letters, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", " ".join(texts).casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


class Worded(models.Model):
    """The words of a video, which are versioned.

    `category` is one of CATEGORIES. `overrides_json` holds what is said differently on a platform, by its slug.
    `own_chapters_json` holds the chapters that a person wrote; null means: those it was made with.
    """

    title = models.CharField(max_length=200)
    description = models.TextField(max_length=5000, blank=True)
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    language = models.CharField(max_length=10, default="en")
    made_for_kids = models.BooleanField(default=False)
    category = models.CharField(max_length=4, blank=True, choices=list(CATEGORIES.items()))
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)
    own_chapters_json = models.JSONField(null=True, blank=True)
    overrides_json = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True


class Video(Worded, Deletable):
    """A video of the team: what it is called, and the assets it consists of. `run_ref` is the run that made it."""

    status = models.CharField(max_length=10, choices=VideoStatus.choices, default=VideoStatus.DRAFT)
    source = models.CharField(max_length=10, choices=VideoSource.choices, default=VideoSource.MADE)
    duration_s = models.FloatField(null=True, blank=True)
    chapters_json = models.JSONField(default=list, blank=True)
    run_ref = models.UUIDField(null=True, blank=True, db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    search_text = models.TextField(editable=False, default="")
    expiry_told_at = models.DateTimeField(null=True, editable=False)

    class Meta(Deletable.Meta):
        abstract = False
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["team", "-created_at", "-id"], name="library_video_newest"),
            models.Index(fields=["team", "-updated_at", "-id"], name="library_video_changed"),
            models.Index("team", Lower("title"), "id", name="library_video_title"),
            models.Index(
                "team",
                models.F("duration_s").desc(nulls_last=True),
                models.F("id").desc(),
                name="library_video_longest",
            ),
            models.Index(fields=["team", "status", "-created_at"], name="library_video_status"),
            models.Index(fields=["team", "language", "-created_at"], name="library_video_language"),
            models.Index(
                fields=["deleted_at"],
                condition=models.Q(deleted_at__isnull=False),
                name="library_video_deleted",
            ),
            GinIndex(fields=["tags"], name="library_video_tags"),
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="library_video_search"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the searched text in step with what it is made of."""
        self.search_text = searchable(self.title, self.description, *self.tags)
        fields = kwargs.get("update_fields")
        if fields is not None and {"title", "description", "tags"} & set(fields):
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)

    @property
    def made_chapters(self) -> tuple[Chapter, ...]:
        """Those that it came with: one a scene."""
        return tuple(Chapter.from_json(data) for data in self.chapters_json)

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """Those that a person wrote, otherwise those it came with."""
        if self.own_chapters_json is None:
            return self.made_chapters
        return tuple(Chapter.from_json(data) for data in self.own_chapters_json)


class Asset(Deletable):
    """A file with a meaning: what it is, which video it belongs to, and where it came from.

    Without a video it is the team's own media. Sizes are pixels as shown; `format` is a picture format such as 9x16;
    `poster` is the small still that stands for it in lists.
    """

    kind = models.CharField(max_length=20, choices=AssetKind.choices)
    # RESTRICT: only with its whole team may a used file go.
    file = models.ForeignKey(StoredFile, on_delete=models.RESTRICT, related_name="assets")
    video = models.ForeignKey(Video, null=True, blank=True, on_delete=models.CASCADE, related_name="assets")
    poster = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    provenance_json = models.JSONField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    duration_s = models.FloatField(null=True, blank=True)
    fps = models.FloatField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    format = models.CharField(max_length=10, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta(Deletable.Meta):
        abstract = False
        ordering = ["kind", "position", "created_at", "id"]
        indexes = [
            models.Index(
                fields=["team", "-created_at", "-id"],
                condition=models.Q(video__isnull=True, deleted_at__isnull=True),
                name="library_own_media",
            ),
            models.Index(
                fields=["deleted_at"],
                condition=models.Q(deleted_at__isnull=False),
                name="library_asset_deleted",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    @property
    def provenance(self) -> Provenance:
        return Provenance.from_json(self.provenance_json)

    @property
    def suffix(self) -> str:
        """What kind of file it is: mp4, srt …"""
        return self.file.path.rpartition(".")[2]

    @property
    def label(self) -> str:
        """Its title where that says more than its kind and its video do."""
        plain = {AssetKind.RENDITION, AssetKind.THUMBNAIL}
        return "" if self.kind in plain or self.title == self.get_kind_display() else self.title

    def open(self) -> File:
        """The bytes, for reading. Raises FileNotFoundError."""
        return self.file.open()

    @contextmanager
    def local_path(self) -> Iterator[Path]:
        """A path that FFmpeg can read while the context lasts."""
        with self.file.local_path() as path:
            yield path


class VideoVersion(Worded, TeamOwned):
    """The words of a video as they were after one edit. Numbers count from 1."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    restored_from = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["video", "number"], name="library_version_number")]

    def __str__(self) -> str:
        return f"Version {self.number}"


class WordTemplate(TeamOwned):
    """Words with variables, such as {title}, to fill into one video or many (LIB-05). What is empty stays as it is."""

    name = models.CharField(max_length=80)
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(max_length=5000, blank=True)
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    category = models.CharField(max_length=4, blank=True, choices=list(CATEGORIES.items()))
    visibility = models.CharField(max_length=10, blank=True, choices=Visibility.choices)

    class Meta:
        ordering = [Lower("name"), "id"]
        constraints = [models.UniqueConstraint("team", Lower("name"), name="library_word_template_name")]

    def __str__(self) -> str:
        return self.name


class Brand(TeamOwned):
    """What makes a team's videos look like theirs. Empty names mean: as the template says."""

    team = models.OneToOneField("teams.Team", on_delete=models.CASCADE, related_name="brand")
    palette = models.CharField(max_length=40, blank=True)
    voice = models.CharField(max_length=120, blank=True)
    watermark = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    watermark_position = models.CharField(
        max_length=20, choices=WatermarkPosition.choices, default=WatermarkPosition.TOP_RIGHT
    )
    watermark_opacity = models.FloatField(
        default=0.8, validators=[MinValueValidator(0.1), MaxValueValidator(1.0)]
    )
    intro = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    outro = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"Brand of {self.team}"


from apps.library.review.models import ReviewComment, ReviewLink  # noqa: E402, F401 – tables of this app; they
from apps.library.speech.models import Transcription  # noqa: E402, F401
from apps.library.uploads.models import Upload  # noqa: E402, F401 – name Video

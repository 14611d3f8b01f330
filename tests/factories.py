"""Rows for tests, each with as little as it needs."""

import hashlib
from datetime import timedelta
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.accounts.models import User
from apps.approvals.models import Approval
from apps.library.models import (
    Asset,
    AssetKind,
    Brand,
    StoredFile,
    Video,
    VideoStatus,
    VideoVersion,
    WordTemplate,
)
from apps.library.provenance import Provenance
from apps.library.review.models import ReviewComment, ReviewLink
from apps.library.uploads.models import Upload
from apps.media.facts import MediaFacts
from apps.teams.models import Invitation, Membership, Team
from apps.teams.roles import Role

PASSWORD = "correct horse battery staple"


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    display_name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


class TeamFactory(factory.django.DjangoModelFactory[Team]):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")
    slug = factory.Sequence(lambda n: f"team-{n}")


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.EDITOR


class InvitationFactory(factory.django.DjangoModelFactory[Invitation]):
    """An open invitation, sent a day ago; `token` is its secret."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence(lambda n: f"token-{n}")

    team = factory.SubFactory(TeamFactory)
    email = factory.Sequence(lambda n: f"guest{n}@example.com")
    role = Role.EDITOR
    token_hash = factory.LazyAttribute(lambda row: hashlib.sha256(row.token.encode()).hexdigest())
    sent_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    expires_at = factory.LazyAttribute(lambda row: row.sent_at + timedelta(days=7))


class ApprovalFactory(factory.django.DjangoModelFactory[Approval]):
    """Something that waits for approval."""

    class Meta:
        model = Approval

    team = factory.SubFactory(TeamFactory)
    kind = "tests.note"
    subject_type = "teams.Team"
    subject_id = factory.Sequence(str)
    title = factory.Sequence(lambda n: f"Note {n}")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


def house_facts(size: int = 1000) -> MediaFacts:
    """Those of an upright video in the house format, which every platform takes as it is."""
    return MediaFacts("mp4", size, 12.0, 1080, 1920, 30.0, False, "h264", "yuv420p", "aac", 48_000, -14.0)


class StoredFileFactory(factory.django.DjangoModelFactory[StoredFile]):
    """A stored file whose bytes (`content`) really lie in the storage. An MP4 counts as looked into and found well."""

    class Meta:
        model = StoredFile

    class Params:
        content = factory.Sequence(lambda n: f"bytes of file {n}".encode())
        suffix = ".bin"

    team = factory.SubFactory(TeamFactory)
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest())
    size = factory.LazyAttribute(lambda row: len(row.content))
    path = factory.LazyAttribute(
        lambda row: _store(
            f"teams/{row.team.pk}/files/{row.sha256[:2]}/{row.sha256}{row.suffix}", row.content
        )
    )
    content_type = "application/octet-stream"
    facts_json = factory.LazyAttribute(
        lambda row: house_facts(row.size).to_json() if row.content_type == "video/mp4" else None
    )


def _store(name: str, content: bytes) -> str:
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(content))


class VideoFactory(factory.django.DjangoModelFactory[Video]):
    """A ready video with its first version."""

    class Meta:
        model = Video
        skip_postgeneration_save = True

    team = factory.SubFactory(TeamFactory)
    title = factory.Sequence(lambda n: f"Video {n}")
    status = VideoStatus.READY
    duration_s = 30.0

    @factory.post_generation
    def first_version(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            VideoVersion.objects.create(
                team=self.team,
                video=self,
                number=1,
                title=self.title,
                description=self.description,
                tags=self.tags,
                language=self.language,
                made_for_kids=self.made_for_kids,
            )


class AssetFactory(factory.django.DjangoModelFactory[Asset]):
    """An asset of no video; `content=b"…"` gives its bytes, `suffix=".mp4"` and `content_type` their kind."""

    class Meta:
        model = Asset

    class Params:
        content = factory.Sequence(lambda n: f"bytes of asset {n}".encode())
        suffix = ".bin"
        content_type = "application/octet-stream"

    team = factory.LazyAttribute(lambda row: row.video.team if row.video else TeamFactory())
    video = None
    kind = AssetKind.IMAGE
    title = factory.Sequence(lambda n: f"Asset {n}")
    provenance_json = factory.LazyFunction(lambda: Provenance(provider="upload", licence="own").to_json())
    file = factory.SubFactory(
        StoredFileFactory,
        team=factory.SelfAttribute("..team"),
        content=factory.SelfAttribute("..content"),
        suffix=factory.SelfAttribute("..suffix"),
        content_type=factory.SelfAttribute("..content_type"),
    )


class UploadFactory(factory.django.DjangoModelFactory[Upload]):
    """An upload of which nothing is here yet."""

    class Meta:
        model = Upload

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"take-{n}.mp4")
    size_bytes = 5_000_000
    provenance_json = factory.LazyFunction(
        lambda: Provenance(provider="upload", licence="own work").to_json()
    )
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=3))


class WordTemplateFactory(factory.django.DjangoModelFactory[WordTemplate]):
    """A template that changes the title, and may be given more."""

    class Meta:
        model = WordTemplate

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Words {n}")
    title = "{title}!"


class ReviewLinkFactory(factory.django.DjangoModelFactory[ReviewLink]):
    """A link that is open for a week."""

    class Meta:
        model = ReviewLink

    team = factory.LazyAttribute(lambda row: row.video.team)
    video = factory.SubFactory(VideoFactory)
    name = "The client"
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class ReviewCommentFactory(factory.django.DjangoModelFactory[ReviewComment]):
    class Meta:
        model = ReviewComment

    team = factory.LazyAttribute(lambda row: row.video.team)
    video = factory.SubFactory(VideoFactory)
    guest_name = "Mia"
    text = factory.Sequence(lambda n: f"Comment {n}")


class BrandFactory(factory.django.DjangoModelFactory[Brand]):
    class Meta:
        model = Brand

    team = factory.SubFactory(TeamFactory)

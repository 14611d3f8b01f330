"""Small real videos in posts on a platform with the limits of Facebook's reels."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.jobs.models import Job
from apps.jobs.runner import run_job
from apps.library.models import AssetKind, Video
from apps.media.binaries import ffmpeg_path
from apps.media.house import Fit, fit
from apps.media.house.mezzanine import Limits
from apps.publishing.models import Post, Target
from apps.publishing.services import preparing
from apps.publishing.services.posts import create_post, schedule
from apps.teams.models import Team
from tests.factories import AssetFactory, VideoFactory
from tests.publishing.conftest import installed
from tests.publishing.factories import ChannelFactory
from tests.publishing.scripted import Scripted

COPY = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """The bytes of a small video that FFmpeg makes."""
    shelf = tmp_path_factory.mktemp("films")

    def make(name: str, size: str = "160x120", seconds: float = 3.0, coding: tuple[str, ...] = ()) -> bytes:
        path = shelf / name
        if not path.exists():
            inputs = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=25:d={seconds}"]
            if not name.startswith("silent"):
                inputs += ["-f", "lavfi", "-i", f"sine=d={seconds}"]
            options = [*(coding or COPY), "-c:a", "aac", "-shortest"]
            subprocess.run([ffmpeg_path(), "-v", "error", "-y", *inputs, *options, path], check=True)
        return path.read_bytes()

    return make


@pytest.fixture(scope="session")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files lie that FFmpeg has mended in this session."""
    return tmp_path_factory.mktemp("fitted")


@pytest.fixture
def quick_fits(monkeypatch: pytest.MonkeyPatch, fitted: Path) -> None:
    """Each file is mended in each way once a session; after that its copy is handed out."""

    def remembered(source: Path, out: Path, wanted: Fit, limits: Limits) -> None:
        kept = fitted / sha256(source.read_bytes() + repr(wanted).encode()).hexdigest()
        if not kept.exists():
            fit(source, out, wanted, limits)
            shutil.copy(out, kept)
        shutil.copy(kept, out)

    monkeypatch.setattr(preparing, "fit", remembered)


def shot(team: Team, content: bytes, suffix: str = ".mp4", **facts: object) -> Video:
    """A ready video whose file nobody has looked into yet."""
    video: Video = VideoFactory(team=team, title="Bees")
    AssetFactory(
        video=video,
        kind=AssetKind.RENDITION,
        content=content,
        suffix=suffix,
        content_type="video/unread",
        duration_s=3.0,
        **facts,
    )
    return video


@pytest.fixture
def reels(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """A platform with Facebook's limits, which publishes by a call of its own."""
    from apps.connections.registry import PLATFORMS, _load

    limits = PLATFORMS["facebook"].limits
    scripted = installed(monkeypatch, Scripted(commits=True, piece=1 << 20), "youtube")
    monkeypatch.setitem(_load(), "youtube", replace(PLATFORMS["youtube"], name="Reels", limits=limits))
    return scripted


def planned(
    team: Team,
    actor: User,
    video: Video,
    channels: int = 1,
    in_: timedelta = timedelta(hours=1),
    **more: object,
) -> Post:
    post = create_post(
        team=team,
        actor=actor,
        video=video,
        kind="short",
        title="Bees",
        connections=[ChannelFactory(team=team) for _ in range(channels)],
        **more,  # type: ignore[arg-type]
    )
    return schedule(post, timezone.now() + in_, "UTC", actor)


def only(post: Post) -> Target:
    found: Target = post.targets.select_related("asset__file", "repaired__file", "connection", "post").get()
    return found


def work_on(kind: str) -> None:
    for job in Job.objects.filter(kind=kind, status="queued"):
        run_job(str(job.pk))

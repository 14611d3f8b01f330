"""The library's part of the scenery: videos in every state, one with all its files, own media and a brand."""

import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from PIL import Image

from apps.accounts.models import User
from apps.jobs.models import Job
from apps.library.chapters import Chapter
from apps.library.models import Asset, AssetKind, Brand, Video, VideoSource, VideoStatus, WordTemplate
from apps.library.provenance import Provenance
from apps.library.review.links import token_of
from apps.library.services import (
    add_comment,
    create_link,
    create_video,
    delete_video,
    edit_metadata,
    mark_ready,
    replace_files,
    resolve_comment,
    save_template,
    store_file,
)
from apps.library.uploads.jobs import start_ingest
from apps.media.binaries import ffmpeg_path
from apps.teams.models import Team
from tests.factories import UploadFactory
from tests.library.ingesting import ingested

VTT = """WEBVTT

00:00:00.000 --> 00:00:01.000
The smell arrives first.

00:00:01.000 --> 00:00:02.000
Then the kitchen.
"""
SIZES = {"9x16": (108, 192), "16x9": (192, 108), "1x1": (108, 108)}
HERE = Provenance(provider="showrunner", licence="generated here")


def build_library(team: Team, owner: User) -> dict[str, Any]:
    """Rows for every page of the library; the values fill the addresses in `pages.py`."""
    with tempfile.TemporaryDirectory() as folder:
        video = _finished(team, owner, Path(folder))
        uploaded = _uploaded(team, owner, Path(folder))
        logo = _image(team, Path(folder), "Logo", "#7c5cff")
        for number in range(3):
            _image(team, Path(folder), f"Photo of the harbour {number}", f"#{number * 3}06080")
    for status, title in (
        (VideoStatus.MAKING, "The harbour at five in the morning"),
        (VideoStatus.FAILED, "Fünf Minuten Deutsch"),
        (VideoStatus.DRAFT, "كيف تعمل المنارة"),
    ):
        create_video(team=team, title=title, author=owner, status=status, tags=["harbour"])
    delete_video(create_video(team=team, title="A take too many", author=owner), actor=owner)
    Brand.objects.create(team=team, palette="ocean", watermark=logo)
    return {
        "video": video.pk,
        "bare_video": Video.objects.get(status="making", team=team).pk,
        "asset": logo.pk,
        "word_template": _word_template(team).pk,
        "uploaded_video": uploaded.pk,
        "review_token": _reviewed(uploaded, owner),
        "going_video": _uploads(team, owner).pk,
    }


def build_player(team: Team, owner: User) -> dict[str, Any]:
    """Only what tests of the player need."""
    with tempfile.TemporaryDirectory() as folder:
        video = _uploaded(team, owner, Path(folder))
        return {"uploaded_video": video.pk, "review_token": _reviewed(video, owner)}


def _finished(team: Team, owner: User, folder: Path) -> Video:
    video = create_video(
        team=team,
        title="Why your sourdough smells like your childhood kitchen",
        description="A short film about smell.",
        author=owner,
        tags=["baking", "memory"],
    )
    edit_metadata(
        video, author=owner, title=video.title, description="A short film about smell and memory.", tags=["baking"],
        language="en",
    )  # fmt: skip
    files = [_rendition(team, folder, name) for name in SIZES]
    files += [_still(team, folder, number) for number in range(3)]
    for suffix in ("vtt", "srt"):
        path = folder / f"captions.{suffix}"
        path.write_text(VTT if suffix == "vtt" else VTT.removeprefix("WEBVTT\n\n").replace(".000", ",000"))
        files.append(
            store_file(
                team=team, path=path, kind="caption", provenance=HERE, title=suffix.upper(), language="en"
            )
        )
    replace_files(video, files)
    return mark_ready(video, duration_s=2, chapters=[Chapter(0, "The smell"), Chapter(1, "The kitchen")])


def _uploaded(team: Team, owner: User, folder: Path) -> Video:
    """An uploaded video with all that is made of one, chapters and captions."""
    path = folder / "harbour_walk.mp4"
    picture = "testsrc2=size=320x180:rate=25:duration=6"
    tone = "sine=220:duration=6,volume='0.1+0.8*abs(sin(2*t))':eval=frame"
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone]
    subprocess.run([ffmpeg_path(), "-v", "error", *inputs, *coding, str(path)], check=True)
    video = ingested(team, owner, path)
    captions = folder / "captions.vtt"
    captions.write_text(VTT)
    spoken = store_file(team=team, path=captions, kind="caption", provenance=HERE, title="VTT", language="en")
    replace_files(video, [spoken], kinds=[AssetKind.CAPTION])
    return mark_ready(video, duration_s=6, chapters=[Chapter(0, "The gate"), Chapter(3, "The boats")])


def _reviewed(video: Video, owner: User) -> str:
    """A review with a guest; the token of their link."""
    link = create_link(video, name="Harbour museum", days=30, may_comment=True, actor=owner)
    said = add_comment(video, text="The boats come too late.", at_s=3.2, guest_name="Mia", link=link)
    add_comment(video, text="Right: we cut the gate by two seconds.", author=owner, parent=said)
    whole = add_comment(video, text="Music is wonderful.", guest_name="Mia", link=link)
    resolve_comment(whole, resolved=True, actor=owner)
    add_comment(video, text="Is the sign readable on a phone?", at_s=1, author=owner, file_mark="earlier")
    return token_of(link)


def _word_template(team: Team) -> WordTemplate:
    return save_template(
        team=team,
        name="Weekly show",
        title="{title} | {channel}",
        description="{description}\n\nNew every week.\nMusic and pictures: see the end card.",
        tags=["{tags}", "slow tv"],
        category="26",
        visibility="",
    )


def _uploads(team: Team, owner: User) -> Video:
    """Uploads in every state; the video of the one that is being made."""
    mine = {"team": team, "created_by": owner}
    UploadFactory(
        **mine, name="regatta_full_length.mov", size_bytes=4_200_000_000, received_bytes=1_300_000_000
    )
    words = (
        "This is not a video, sound or picture that can be read, whatever its name says: choose another file."
    )
    UploadFactory(**mine, name="notes.mp4", status="refused", received_bytes=5_000_000, error=words)
    known = Video.objects.get(team=team, title="harbour walk")
    UploadFactory(**mine, name="harbour_walk (1).mp4", status="known", received_bytes=5_000_000, video=known)
    UploadFactory(**mine, name="evening_tide.mkv", status="checking", received_bytes=5_000_000)
    making = create_video(
        team=team, title="Morning fog", author=owner, status=VideoStatus.MAKING, source=VideoSource.UPLOADED
    )
    UploadFactory(**mine, name="morning_fog.mp4", status="accepted", received_bytes=5_000_000, video=making)
    start_ingest(making)
    first = Job.objects.filter(subject_id=str(making.pk), kind="library.make_mezzanine")
    started_at = timezone.now() - timedelta(minutes=3)
    first.update(status="running", progress=0.42, progress_text="encoding the picture", started_at=started_at)
    return making


def _rendition(team: Team, folder: Path, name: str) -> Asset:
    width, height = SIZES[name]
    path = folder / f"{name}.mp4"
    source = ["-f", "lavfi", "-i", f"testsrc2=size={width}x{height}:rate=25"]
    subprocess.run(
        [ffmpeg_path(), "-v", "error", *source, "-t", "2", "-pix_fmt", "yuv420p", str(path)], check=True
    )
    return store_file(
        team=team, path=path, kind="rendition", provenance=HERE, format=name, width=width, height=height, duration_s=2
    )  # fmt: skip


def _still(team: Team, folder: Path, number: int) -> Asset:
    path = folder / f"still-{number}.jpg"
    Image.new("RGB", (1280, 720), (60 + 60 * number, 70, 120)).save(path)
    return store_file(team=team, path=path, kind="thumbnail", provenance=HERE, width=1280, height=720)


def _image(team: Team, folder: Path, title: str, colour: str) -> Asset:
    path = folder / "image.png"
    Image.new("RGB", (320, 240), colour).save(path)
    origin = Provenance(provider="upload", licence="licensed", receipt="https://example.com/receipt/9")
    poster = store_file(team=team, path=path, kind="poster", provenance=origin)
    return store_file(
        team=team, path=path, kind="image", provenance=origin, title=title, width=320, height=240, poster=poster
    )  # fmt: skip

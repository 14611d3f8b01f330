"""What stands at the sandbox: a channel with videos and comments, faults, calls, and a question for consent."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.sandbox import files
from apps.sandbox.consent import Asked
from apps.sandbox.models import LoggedCall
from apps.sandbox.registry import stand_ins
from apps.sandbox.services import accounts, comments, faults, videos
from tests.sandbox.clients import mp4

SCOPES = [
    f"https://www.googleapis.com/auth/{name}" for name in ("youtube.upload", "youtube", "youtube.force-ssl")
]
TITLES = ("Five ways to fold dough", "Why bread smells of home", "A starter that never fails")


def build_sandbox() -> dict[str, Any]:
    channel = stand_ins()["google"].samples()[0]
    stand_ins()["meta"].samples()
    for number, title in enumerate(TITLES):
        video = videos.new_video(
            channel, None, external_id=f"sandbox-{number}", title=title, text="Filmed in our own kitchen."
        )
        at = timezone.now() - timedelta(days=number + 1)
        videos.change(
            video,
            privacy="public",
            published_at=at,
            processed_at=at,
            file=files.keep(mp4()),
            content_type="video/mp4",
        )
    guest = accounts.new_account("google", "channel", "A hungry viewer")
    comment = comments.say(video, guest, "Mine rose at last!", external_id="c1", moderation="published")
    comments.say(video, channel, "Lovely to hear.", external_id="c2", parent=comment, moderation="published")
    faults.switch_on("google", "unavailable", operation="captions.insert", amount=503, times=2)
    faults.switch_on("tiktok", "rate_limited", account=stand_ins()["tiktok"].samples()[0])
    for operation, status, code in (
        ("channels.list", 200, ""),
        ("videos.insert", 503, "backendError"),
        ("videos.insert", 200, ""),
        ("thumbnails.set", 403, "forbidden"),
    ):
        LoggedCall.objects.create(
            platform="google", operation=operation, method="GET", path="/", status=status, code=code,
            account=channel, milliseconds=12, fault="unavailable" if status == 503 else "",
        )  # fmt: skip
    asked = Asked("google", "sandbox-youtube", "http://127.0.0.1:8000/back/", "s", SCOPES)
    return {
        "sandbox_account": channel.external_id,
        "sandbox_video": video.external_id,
        "asked": asked.signed(),
    }

"""Writing a post in the browser and seeing it go out: previews while typing, a live page, a platform that refuses."""

import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from playwright.sync_api import Locator, expect
from playwright.sync_api import Page as Tab

from apps.connections.models import Connection
from apps.library.models import AssetKind, Video
from apps.media.binaries import ffmpeg_path
from apps.publishing.models import Post, PostStatus, TargetStatus
from apps.publishing.services import ledger
from apps.sandbox.services import faults
from tests.factories import AssetFactory, VideoFactory
from tests.publishing.conftest import run_open_jobs
from tests.publishing.live import connected
from tests.sandbox.live import Sandbox
from tests.ui.conftest import Open
from tests.ui.scenery import ground

NEW = "/studio/night-kitchen/posts/new/"
BERLIN = "Europe/Berlin"
AT_MOST_S = 120
TEXT = "The bees are out before the baker is."


def SCENERY() -> dict[str, Any]:  # noqa: N802 - its name is what the fixture looks for
    return ground()


@pytest.fixture(scope="module")
def film(studio: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Video:
    """Three upright seconds that every platform takes."""
    path: Path = tmp_path_factory.mktemp("film") / "bees.mp4"
    picture, tone = "testsrc2=size=1080x1920:rate=30:duration=4", "sine=330:duration=4:sample_rate=48000"
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    coding += ["-movflags", "+faststart"]
    subprocess.run([ffmpeg_path(), "-v", "error", *inputs, *coding, str(path)], check=True)
    video: Video = VideoFactory(team=studio["team"], title="Bees at dawn", description=TEXT, duration_s=4.0)
    AssetFactory(
        video=video, kind=AssetKind.RENDITION, content=path.read_bytes(), suffix=".mp4", content_type="video/mp4",
        width=1080, height=1920, format="9x16", duration_s=4.0,
    )  # fmt: skip
    return video


@pytest.fixture(scope="module")
def channels(studio: dict[str, Any], address: str) -> Iterator[dict[str, Connection]]:
    """Accounts of the stand-ins, which the web server itself plays."""
    with override_settings(SANDBOX_URL=f"{address}/sandbox", PUBLISH_LONGEST_LOOK_S=1):
        stand_ins = Sandbox(f"{address}/sandbox")
        yield {slug: connected(stand_ins, studio["team"], slug) for slug in ("youtube", "tiktok")}


@pytest.fixture
def tab(studio: dict[str, Any], open_browser: Open) -> Tab:
    found: Tab = open_browser(studio["user"]).new_page()
    return found


def choose(tab: Tab, channel: Connection) -> None:
    tab.locator(f"input[name=connections][value='{channel.pk}']").check()


def preview_tab(tab: Tab, channel: Connection) -> Locator:
    return tab.locator(f".preview-tab[for='show-c{channel.pk.hex}']")


def work_until(done: Callable[[], bool]) -> None:
    """Be the clock and the worker until it is so."""
    end = time.monotonic() + AT_MOST_S
    while not done():
        assert time.monotonic() < end, list(
            Post.objects.values_list("status", "targets__status", "targets__error")
        )
        ledger.claim_all_due()
        if not run_open_jobs():
            time.sleep(0.2)


def is_post(status: PostStatus, post: Post) -> Callable[[], bool]:
    return lambda: Post.objects.filter(pk=post.pk, status=status).exists()


@pytest.mark.spec("PUB-01")
def test_each_channel_is_previewed_and_counted_while_it_is_written(
    tab: Tab, film: Video, channels: dict[str, Connection]
) -> None:
    tab.goto(NEW)
    tab.get_by_role("link", name="Bees at dawn").click()
    choose(tab, channels["youtube"])
    choose(tab, channels["tiktok"])
    live = tab.locator("#live")
    expect(live.locator(".preview-tab")).to_have_count(2)
    tab.get_by_label("Title", exact=True).first.fill("x" * 101)
    expect(tab.locator("#tight-title")).to_have_text("YouTube 101 / 100")
    preview_tab(tab, channels["youtube"]).click()
    expect(live.get_by_text("The title has 101 characters; YouTube takes 100.").first).to_be_visible()
    tab.get_by_label("Title", exact=True).first.fill("Bees")
    expect(tab.locator("#tight-title")).to_have_text("YouTube 4 / 100")
    own = tab.locator(".channel-option", has=tab.locator(f"input[value='{channels['tiktok'].pk}']"))
    own.get_by_text("Say something else on TikTok").click()
    own.get_by_role("button", name="Start from the common words").click()
    expect(own.get_by_label("Text", exact=True)).to_have_value(TEXT)
    own.get_by_label("Text", exact=True).fill("bzzz")
    preview_tab(tab, channels["tiktok"]).click()
    expect(live.locator(".mock-tiktok .mock-caption")).to_have_text("bzzz")
    assert tab.get_by_label("Text", exact=True).first.input_value() == TEXT
    expect(tab.locator("#composer")).to_have_attribute("data-changed", "")  # what is previewed is not saved


@pytest.mark.spec("PUB-04")
def test_hour_that_the_clock_shows_twice_is_asked_for_while_it_is_written(
    tab: Tab, film: Video, channels: dict[str, Connection]
) -> None:
    tab.goto(f"{NEW}?video={film.pk}")
    year = datetime.now(ZoneInfo(BERLIN)).year + 1
    last_sunday = max(
        day for day in range(25, 32) if datetime(year, 10, day, tzinfo=ZoneInfo(BERLIN)).weekday() == 6
    )
    tab.get_by_label("Time zone").select_option(BERLIN)
    tab.get_by_label("Date and time").fill(f"{year}-10-{last_sunday}T02:30")
    expect(tab.get_by_role("radio", name="The second, 02:30 CET")).to_be_visible()
    tab.get_by_label("Date and time").fill(f"{year}-10-{last_sunday}T04:30")
    expect(tab.get_by_role("radio", name="The second, 02:30 CET")).to_have_count(0)
    tab.evaluate("document.getElementById('composer').removeAttribute('data-changed')")


@pytest.mark.spec("PUB-03", "PUB-04", "PUB-05")
def test_post_is_written_and_its_page_follows_it_out_and_over_a_refusal(
    tab: Tab, film: Video, channels: dict[str, Connection]
) -> None:
    """Scheduled in the browser; TikTok takes it, YouTube refuses the first upload and takes the second, by a click."""
    faults.switch_on("google", "rejected", reason="copyright", times=1)
    tab.goto(f"{NEW}?video={film.pk}&channels={channels['youtube'].pk},{channels['tiktok'].pk}&zone=UTC")
    tab.get_by_label("Title", exact=True).first.fill("Bees go out")
    tab.get_by_role("radio", name="At a time").check()
    soon = datetime.now(ZoneInfo("UTC")) + timedelta(hours=1)
    tab.get_by_label("Date and time").fill(f"{soon:%Y-%m-%dT%H:%M}")
    tab.get_by_role("button", name="Schedule").click()
    expect(tab.get_by_text("Choose who may see it on TikTok.")).to_be_visible()
    tab.locator(f"select[name='c{channels['tiktok'].pk.hex}-privacy']").select_option("PUBLIC_TO_EVERYONE")
    tab.get_by_role("button", name="Schedule").click()
    expect(tab.locator("h1 .badge")).to_have_text("Scheduled")
    post = Post.objects.get(title="Bees go out")
    tab.get_by_role("button", name="Publish now").click()
    tab.get_by_role("dialog").get_by_role("button", name="Publish now").click()
    expect(tab.get_by_text("It goes out now.")).to_be_visible()
    work_until(is_post(PostStatus.PARTLY_PUBLISHED, post))
    targets = {target.connection.platform: target for target in post.targets.select_related("connection")}
    assert {slug: target.status for slug, target in targets.items()} == {
        "youtube": TargetStatus.FAILED,
        "tiktok": TargetStatus.PUBLISHED,
    }
    card = tab.locator(f"#target-{targets['youtube'].pk}")
    expect(card.get_by_text(targets["youtube"].error).first).to_be_visible()
    expect(tab.locator(f"a[href='{targets['tiktok'].link}']")).to_be_visible()
    assert Connection.objects.get(platform="youtube").is_usable
    card.get_by_role("button", name="Try again").click()
    expect(card.get_by_text("Scheduled")).to_be_visible()
    work_until(is_post(PostStatus.PUBLISHED, post))
    expect(tab.locator("h1 .badge")).to_have_text("Published")
    expect(card.get_by_role("link", name="http")).to_be_visible()

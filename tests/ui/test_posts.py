"""Writing a post in the browser: previews and limits while typing, and the hour that a clock shows twice."""

import subprocess
from collections.abc import Iterator
from datetime import datetime
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
from tests.factories import AssetFactory, VideoFactory
from tests.publishing.live import connected
from tests.sandbox.live import Sandbox
from tests.ui.conftest import Open
from tests.ui.scenery import ground

NEW = "/studio/night-kitchen/posts/new/"
BERLIN = "Europe/Berlin"
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

"""Videos are uploaded in a real browser: with pauses, a closed tab, a restarted server, and without scripts."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.files.storage import default_storage
from playwright.sync_api import BrowserContext, Request, Route, expect
from playwright.sync_api import Page as Tab

from apps.library.uploads import space
from apps.library.uploads.models import Upload
from tests.processes import eventually
from tests.ui import scenery
from tests.ui.conftest import Open
from tests.ui.server import free_port, running_server

SCENERY = scenery.ground
PIECE = 128 * 1024
BYTES = Random(3).randbytes(10 * PIECE + 1000)
TUS = "**/uploads/tus/**"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.mp4"
    path.write_bytes(BYTES)
    return path


class Gate:
    """Lets so many pieces pass and holds the next one; notes what was asked."""

    held: list[Route]
    asked: list[Request]

    def __init__(self, context: BrowserContext, pieces: int) -> None:
        self.left, self.held, self.asked = pieces, [], []
        context.on("request", self.note)
        context.route(TUS, self.pass_or_hold)

    def note(self, request: Request) -> None:
        if "/uploads/tus/" in request.url:
            self.asked.append(request)

    def pass_or_hold(self, route: Route) -> None:
        if route.request.method == "PATCH":
            self.left -= 1
            if self.left < 0:
                self.held.append(route)
                return
        route.continue_()

    def offsets(self) -> list[int]:
        return [int(one.headers["upload-offset"]) for one in self.asked if one.method == "PATCH"]

    def wait(self, tab: Tab) -> None:
        eventually(lambda: tab.wait_for_timeout(50) or self.held, within_s=30, what="the held piece")


def open_uploads(tab: Tab, studio: dict[str, Any], base: str = "") -> None:
    tab.goto(f"{base}/studio/{studio['slug']}/library/uploads/")
    tab.wait_for_selector("html[data-socket=open]")


def choose(tab: Tab, *files: Any) -> None:
    tab.locator("[data-upload-form] input[type=file]").set_input_files(list(files))


def all_here(tab: Tab, name: str) -> Upload:
    def found() -> Upload | None:
        tab.wait_for_timeout(50)  # meanwhile the gate is asked
        return Upload.objects.filter(name=name, status="checking").first()

    upload: Upload = eventually(found, within_s=60, what=f"all of {name}")
    with default_storage.open(space.name_of(upload)) as kept:
        assert kept.read() == BYTES
    return upload


@pytest.fixture(autouse=True)
def no_uploads(studio: dict[str, Any]) -> None:
    Upload.objects.all().delete()


@pytest.mark.spec("LIB-02")
def test_upload_goes_on_after_its_tab_was_killed(
    studio: dict[str, Any], open_browser: Open, film: Path
) -> None:
    context = open_browser(studio["user"])
    gate = Gate(context, pieces=3)
    tab = context.new_page()
    open_uploads(tab, studio)
    choose(tab, film)
    gate.wait(tab)
    expect(tab.locator("[data-sending-list]")).to_contain_text("harbour.mp4")
    expect(tab.get_by_role("progressbar", name="harbour.mp4").first).to_be_visible()
    tab.close(run_before_unload=False)
    assert gate.offsets() == [0, PIECE, 2 * PIECE, 3 * PIECE]
    gate.left, gate.asked = 100, []
    tab = context.new_page()
    open_uploads(tab, studio)
    expect(tab.locator("#list")).to_contain_text("choose the same file again")
    choose(tab, film)
    all_here(tab, "harbour.mp4")
    assert [request.method for request in gate.asked[:2]] == ["HEAD", "PATCH"]
    first = gate.offsets()[0]  # the held piece may have come through while its tab was killed
    assert first in (3 * PIECE, 4 * PIECE)
    assert gate.offsets() == list(range(first, len(BYTES), PIECE))
    expect(tab.locator("#list")).to_contain_text("Being checked")
    expect(tab.locator("[data-sending]")).to_be_hidden()
    assert Upload.objects.count() == 1


@pytest.mark.spec("LIB-02")
def test_upload_goes_on_after_the_server_was_restarted(
    studio: dict[str, Any], open_browser: Open, film: Path
) -> None:
    context = open_browser(studio["user"])
    gate = Gate(context, pieces=4)
    tab = context.new_page()
    port = free_port()
    with running_server(port) as base:
        open_uploads(tab, studio, base)
        choose(tab, film)
        gate.wait(tab)
    gate.held.pop().continue_()  # nobody is there
    expect(tab.locator("[data-sending-list]")).to_contain_text("The connection is lost")
    gate.left = 100
    with running_server(port):
        all_here(tab, "harbour.mp4")
        tab.close()
    assert gate.offsets()[:4] == [0, PIECE, 2 * PIECE, 3 * PIECE]
    assert 0 not in gate.offsets()[4:]
    context.complaints.clear()  # the browser says of every call into the void that it failed


@pytest.mark.spec("LIB-02")
def test_upload_is_paused_gone_on_with_and_cancelled(
    studio: dict[str, Any], open_browser: Open, film: Path
) -> None:
    context = open_browser(studio["user"])
    gate = Gate(context, pieces=2)
    tab = context.new_page()
    open_uploads(tab, studio)
    nothing = film.with_name("nothing.mp4")
    nothing.touch()
    choose(tab, film, nothing)
    gate.wait(tab)
    row = tab.locator("[data-sending-list] li", has_text="harbour.mp4")
    empty = tab.locator("[data-sending-list] li", has_text="nothing.mp4")
    expect(empty).to_contain_text("This file is empty")
    empty.get_by_role("button", name="Cancel").click()
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("Paused")
    row.get_by_role("button", name="Go on").click()
    eventually(lambda: tab.wait_for_timeout(50) or len(gate.held) > 1, within_s=30, what="the piece again")
    row.get_by_role("button", name="Cancel").click()
    expect(tab.locator("[data-sending]")).to_be_hidden()
    eventually(lambda: tab.wait_for_timeout(50) or not Upload.objects.exists(), what="the end of the upload")


@pytest.mark.spec("LIB-02")
def test_video_is_uploaded_without_scripts(studio: dict[str, Any], open_browser: Open, film: Path) -> None:
    tab = open_browser(studio["user"], java_script_enabled=False).new_page()
    tab.goto(f"/studio/{studio['slug']}/library/uploads/")
    tab.get_by_label("Video files").set_input_files([film])
    tab.get_by_role("button", name="Upload", exact=True).click()
    expect(tab.locator("#list")).to_contain_text("Being checked")
    all_here(tab, "harbour.mp4")

"""The sandbox in a real browser and on the real web server: consent without scripts, the panel, lost answers."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Route, expect

from apps.core import http
from apps.sandbox.models import Fault, TokenKind
from apps.sandbox.registry import stand_ins
from apps.sandbox.services import faults, grants
from tests.ui import scenery
from tests.ui.conftest import Open
from tests.ui.sandbox_scenery import build_sandbox

BACK = "http://127.0.0.1:8000/back/"


def SCENERY() -> dict[str, Any]:  # noqa: N802 - the studio's fixture looks for this name
    return {**scenery.ground(), **build_sandbox()}


@pytest.mark.spec("SBX-02")
def test_person_consents_without_scripts_and_is_sent_back(open_browser: Open, studio: dict[str, Any]) -> None:
    """The content policy lets the form lead to the application's own address, and no other."""
    context = open_browser(java_script_enabled=False)
    seen: list[str] = []

    def arrived(route: Route) -> None:
        seen.append(route.request.url)
        route.fulfill(status=200, body="back", content_type="text/plain")

    context.route(f"{BACK}**", arrived)
    tab = context.new_page()
    tab.goto(f"/sandbox/consent/?asked={studio['asked']}")
    tab.get_by_role("radio", name="Field Notes").check()
    tab.get_by_role("checkbox", name="youtube.force-ssl").uncheck()
    tab.get_by_role("button", name="Allow").click()
    tab.wait_for_url(f"{BACK}**")
    said = parse_qs(urlsplit(seen[0]).query)
    grant = grants.redeem(
        "google", said["code"][0], client_id="sandbox-youtube", redirect_uri=BACK, verifier=""
    )
    assert said["state"] == ["s"]
    assert (grant.account.name, [scope.rpartition("/")[2] for scope in grant.scopes]) == (
        "Field Notes",
        ["youtube.upload", "youtube"],
    )


@pytest.mark.spec("SBX-02")
def test_fault_is_switched_on_and_off_on_the_panel(open_browser: Open, studio: dict[str, Any]) -> None:
    tab = open_browser(studio["user"]).new_page()
    tab.goto("/sandbox/")
    rows = tab.get_by_role("region", name="What goes wrong now").locator("tbody tr")
    expect(rows).to_have_count(2)
    tab.get_by_label("What goes wrong", exact=True).select_option("slow")
    tab.get_by_label("How much").fill("3")
    tab.get_by_role("button", name="Switch on").click()
    expect(rows).to_have_count(3)
    tab.get_by_role("button", name="Switch off: Slow answers").click()
    expect(rows).to_have_count(2)
    assert not Fault.objects.filter(kind="slow").exists()


@pytest.mark.spec("SBX-02")
def test_lost_answer_and_broken_upload_on_the_real_web_server(address: str, studio: dict[str, Any]) -> None:
    """daphne cannot be told to drop a connection; to a client it must look as if it had."""
    channel = stand_ins()["google"].new_account("Lost")
    scope = "https://www.googleapis.com/auth/youtube"
    grant = channel.grants.create(client_id="sandbox-youtube", scopes=[scope])
    token = grants.issue(grant, TokenKind.ACCESS, prefix="", life_s=600)
    headers = {"Authorization": f"Bearer {token}"}
    base = f"{address}/sandbox/google"
    for times in (1, 2):
        faults.switch_on("google", "answer_lost", account=channel, times=1)
        with http.Client(base, headers=headers, guard=False) as client, pytest.raises(http.OutcomeUnknown):
            client.post(
                "/youtube/v3/playlists?part=snippet", json={"snippet": {"title": "Baking"}}, timeout_s=15
            )
        assert channel.playlists.count() == times
    said = {"snippet": {"title": "x", "categoryId": "22"}, "status": {"privacyStatus": "private"}}
    begun = httpx.post(
        f"{base}/upload/youtube/v3/videos?uploadType=resumable&part=snippet", json=said, headers=headers
    )
    session = f"{base}/upload/youtube/v3/videos?upload_id={begun.headers['x-guploader-uploadid']}&part=id"
    faults.switch_on("google", "broken_upload", account=channel, amount=300_000, times=1)
    with pytest.raises(httpx.TransportError):
        httpx.put(session, content=bytes(1_000_000), timeout=15)
    asked = httpx.put(session, headers={"Content-Range": "bytes */1000000"}, timeout=15)
    assert (asked.status_code, asked.headers["range"]) == (308, "bytes=0-262143")

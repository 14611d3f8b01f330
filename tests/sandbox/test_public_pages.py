"""What the public sees of the sandbox's accounts: links of published posts open something real."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.sandbox.models import Video
from apps.sandbox.services import grants
from tests.sandbox.clients import Api, mp4
from tests.sandbox.live import Sandbox
from tests.sandbox.test_youtube_uploads import SAID, begin

pytestmark = pytest.mark.spec("SBX-02")
JPEG = b"\xff\xd8\xff\xe0" + bytes(60)


def published(sandbox: Sandbox, privacy: str = "public") -> tuple[Api, str, str]:
    channel = sandbox.account("google", "Bread and Salt")
    api = Api(f"{sandbox.url}/google", sandbox.tokens(channel).access_token)
    said = {**SAID, "status": {"privacyStatus": privacy}}
    made = api("PUT", begin(api, len(mp4()), said).headers["location"], content=mp4()).json()
    return api, made["id"], channel.external_id


def test_public_video_is_listed_watched_and_played(sandbox: Sandbox) -> None:
    api, video_id, channel_id = published(sandbox)
    api("POST", f"upload/youtube/v3/thumbnails/set?videoId={video_id}", content=JPEG,
        headers={"Content-Type": "image/jpeg"})  # fmt: skip
    top = {"snippet": {"videoId": video_id, "topLevelComment": {"snippet": {"textOriginal": "Lovely crust"}}}}
    api("POST", "youtube/v3/commentThreads?part=snippet", json=top)
    client = Client()
    channel = client.get(f"/sandbox/accounts/{channel_id}/").content.decode()
    page = client.get(f"/sandbox/google/watch?v={video_id}", follow=True)
    film = client.get(f"/sandbox/watch/{video_id}/file/")
    picture = client.get(f"/sandbox/watch/{video_id}/thumbnail/")
    assert "Five ways to fold dough" in channel
    assert page.redirect_chain == [(f"/sandbox/watch/{video_id}/", 302)]
    assert "Lovely crust" in page.content.decode()
    assert (film["Content-Type"], b"".join(film.streaming_content)) == ("video/mp4", mp4())  # type: ignore[attr-defined]
    assert (picture["Content-Type"], b"".join(picture.streaming_content)) == ("image/jpeg", JPEG)  # type: ignore[attr-defined]


def test_figures_grow_with_time(sandbox: Sandbox) -> None:
    api, video_id, _ = published(sandbox)

    def views(hours: int) -> int:
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            fresh = Api(api.base, sandbox.tokens(grants.find("google", api.token).account).access_token)  # type: ignore[union-attr]
            found = fresh("GET", f"youtube/v3/videos?part=statistics&id={video_id}").json()["items"][0]
            return int(found["statistics"]["viewCount"])

    assert views(0) < views(5) < views(50)


def test_range_of_a_film_is_sent_alone(sandbox: Sandbox) -> None:
    _, video_id, _ = published(sandbox)
    part = Client().get(f"/sandbox/watch/{video_id}/file/", headers={"Range": "bytes=4-7"})
    past = Client().get(f"/sandbox/watch/{video_id}/file/", headers={"Range": "bytes=999999-"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"ftyp")  # type: ignore[attr-defined]
    assert part["Content-Range"] == f"bytes 4-7/{len(mp4())}"
    assert past.status_code == 416


def test_what_was_uploaded_as_a_page_is_never_shown_as_one(sandbox: Sandbox) -> None:
    _, video_id, _ = published(sandbox)
    Video.objects.update(content_type="text/html")
    assert Client().get(f"/sandbox/watch/{video_id}/file/")["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(("privacy", "status", "listed"), [("unlisted", 200, False), ("private", 404, False)])
def test_what_is_not_public_is_not_listed(sandbox: Sandbox, privacy: str, status: int, listed: bool) -> None:
    _, video_id, channel_id = published(sandbox, privacy)
    channel = Client().get(f"/sandbox/accounts/{channel_id}/").content.decode()
    assert Client().get(f"/sandbox/watch/{video_id}/").status_code == status
    assert Client().get(f"/sandbox/watch/{video_id}/file/").status_code == status
    assert ("Five ways" in channel) is listed


def test_video_that_was_taken_down_is_gone(sandbox: Sandbox) -> None:
    api, video_id, _ = published(sandbox)
    assert api("DELETE", f"youtube/v3/videos?id={video_id}").status_code == 204
    assert Client().get(f"/sandbox/watch/{video_id}/").status_code == 404


def test_accounts_and_videos_without_pictures_have_a_drawn_one(sandbox: Sandbox) -> None:
    _, video_id, channel_id = published(sandbox)
    for path in (
        f"/sandbox/picture/{channel_id}/",
        f"/sandbox/watch/{video_id}/thumbnail/",
        "/sandbox/picture/x/",
    ):
        answer = Client().get(path)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")


def test_unknown_addresses_are_not_found(sandbox: Sandbox) -> None:
    for path in (
        "/sandbox/accounts/x/",
        "/sandbox/watch/x/",
        "/sandbox/nobody/x",
        "/sandbox/watch/x/thumbnail/",
    ):
        assert Client().get(path).status_code == 404
    answer = Client().get("/sandbox/google/youtube/v3/nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 404)

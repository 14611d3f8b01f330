"""The product's own adapters walk the stand-ins, with nothing changed but the addresses that settings name (SBX-01)."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
from django.utils import timezone

from apps.connections.adapters import Account, AppCredentials, Call, Grant, Progress, Stage, Upload
from apps.connections.capabilities import PostKind
from apps.connections.registrations import registration
from apps.connections.registry import PLATFORMS
from apps.core import http
from apps.sandbox.models import Account as Outside
from tests.sandbox.clients import BACK, VERIFIER, consent, mp4
from tests.sandbox.live import Sandbox

pytestmark = pytest.mark.spec("SBX-01", "SBX-02")
FILM = mp4(duration_s=20, size=700_000)
SLUGS = ("youtube", "tiktok", "instagram", "facebook", "twitch", "restream", "zoom", "teams")
PUBLISHERS = SLUGS[:4]
STAND_IN = {"youtube": "google", "instagram": "meta", "facebook": "meta", "teams": "microsoft"}
PUBLIC = {"youtube": "public", "tiktok": "PUBLIC_TO_EVERYONE"}


class Walk:
    """One platform's adapters, connected to a new account of its stand-in."""

    def __init__(self, sandbox: Sandbox, slug: str) -> None:
        self.slug, self.sandbox, self.platform = slug, sandbox, PLATFORMS[slug]
        self.stand_in = STAND_IN.get(slug, slug)
        self.app: AppCredentials = registration(slug)
        self.person = sandbox.account(self.stand_in, "Night Kitchen")
        self.grant = self.connect()
        self.account: Account = self.identity.accounts(self.app, self.grant)[0]

    @property
    def identity(self) -> Any:
        return self.platform.identity

    @property
    def publisher(self) -> Any:
        return self.platform.publisher

    def connect(self) -> Grant:
        url = self.identity.authorize_url(self.app, redirect_uri=BACK, state="s", verifier=VERIFIER)
        code = consent(url, self.person)["code"]
        grant: Grant = self.identity.exchange(self.app, code=code, redirect_uri=BACK, verifier=VERIFIER)
        return grant

    @property
    def call(self) -> Call:
        token = self.account.token or self.grant.access_token
        return Call(self.app, token, self.account.external_id, self.account.facts)

    def upload(self, **more: Any) -> Upload:
        said = {
            "key": "target-1",
            "kind": PostKind.SHORT,
            "size": len(FILM),
            "content_type": "video/mp4",
            "duration_s": 20.0,
            "title": "Five ways to fold dough",
            "description": "All of them.",
            "privacy": PUBLIC.get(self.slug, ""),
        }
        return Upload(**{**said, **more})

    def go_on(self, upload: Upload, progress: Progress, until: Stage = Stage.DONE) -> Progress:
        """What the caller of a publisher does, step by step."""
        steps: dict[Stage, Callable[[], Progress]] = {
            Stage.OPEN: lambda: self.publisher.begin(self.call, upload),
            Stage.TRANSFER: lambda: self.publisher.send(
                self.call, upload, progress, io.BytesIO(FILM), lambda _: None
            ),
            Stage.PROCESSING: lambda: self.publisher.look(self.call, upload, progress),
            Stage.SETTLING: lambda: self.publisher.look(self.call, upload, progress),
            Stage.COMMIT: lambda: self.publisher.commit(self.call, upload, progress),
            Stage.FINISHING: lambda: self.publisher.finish(self.call, upload, progress),
        }
        for _ in range(30):
            if progress.stage in (until, Stage.DONE):
                return progress
            progress = Progress.from_json(steps[progress.stage]().to_json())
        raise AssertionError(f"{self.slug} stays at {progress.stage}")

    def videos(self) -> list[Any]:
        """All that the stand-in has of the connected account."""
        return self.sandbox.videos(Outside.objects.get(external_id=self.account.external_id))


@pytest.mark.parametrize("slug", SLUGS)
def test_account_is_connected_refreshed_checked_and_given_back(sandbox: Sandbox, slug: str) -> None:
    walk = Walk(sandbox, slug)
    assert walk.account.name == ("Night Kitchen" if slug != "restream" else "nightkitchen")
    if walk.stand_in == "meta":
        with pytest.raises(http.AuthExpired):
            walk.identity.refresh(walk.app, walk.grant)
    else:
        walk.grant = walk.identity.refresh(walk.app, walk.grant)
    assert walk.identity.account(walk.call).external_id == walk.account.external_id
    walk.identity.revoke(walk.app, walk.grant)
    if walk.platform.taken_back_at:  # gives nothing back by itself
        assert walk.identity.account(walk.call).external_id == walk.account.external_id
        return
    with pytest.raises(http.AuthExpired):
        walk.identity.account(walk.call)
    walk.identity.revoke(walk.app, walk.grant)  # a second time does no harm


@pytest.mark.parametrize("slug", SLUGS)
def test_scopes_that_are_asked_for_are_those_that_are_granted(sandbox: Sandbox, slug: str) -> None:
    walk = Walk(sandbox, slug)
    assert set(walk.grant.scopes) == set(walk.platform.scopes)


@pytest.mark.parametrize("slug", PUBLISHERS)
def test_video_is_published_whole_and_its_link_opens(sandbox: Sandbox, slug: str) -> None:
    walk = Walk(sandbox, slug)
    done = walk.go_on(walk.upload(), Progress())
    published = walk.publisher.published(walk.call, done.external_id)
    video = walk.videos()[0]
    opened = httpx.get(done.link, follow_redirects=True)
    assert (len(walk.videos()), video.size) == (1, len(FILM))
    assert published is not None
    assert published.external_id == done.external_id == video.external_id
    assert (opened.status_code, "All of them." in opened.text or "Five ways" in opened.text) == (200, True)


def test_facebook_video_is_published_by_its_own_flow(sandbox: Sandbox) -> None:
    walk = Walk(sandbox, "facebook")
    done = walk.go_on(walk.upload(kind=PostKind.VIDEO), Progress())
    assert [one.kind for one in walk.videos()] == ["video"]
    assert httpx.get(done.link).status_code == 200


@pytest.mark.parametrize("slug", PUBLISHERS)
def test_upload_that_breaks_off_goes_on_and_publishes_once(sandbox: Sandbox, slug: str) -> None:
    walk = Walk(sandbox, slug)
    upload = walk.upload()
    begun = walk.go_on(upload, Progress(), until=Stage.TRANSFER)
    sandbox.fail(walk.stand_in, "broken_upload", amount=300_000, times=1)
    with pytest.raises((http.Unavailable, http.OutcomeUnknown)):
        walk.go_on(upload, begun)
    resumed = walk.publisher.resume(walk.call, upload, begun)
    walk.go_on(upload, resumed)
    assert [one.size for one in walk.videos()] == [len(FILM)]


LAST_CALL = {
    "youtube": "videos.insert.bytes",
    "tiktok": "post.bytes",
    "instagram": "ig.publish",
    "facebook": "page.reels",
}


@pytest.mark.parametrize("slug", PUBLISHERS)
def test_lost_answer_of_the_irreversible_call_is_settled_without_a_second_post(
    sandbox: Sandbox, slug: str
) -> None:
    walk = Walk(sandbox, slug)
    upload = walk.upload()
    before = Stage.TRANSFER if walk.publisher.last_byte_publishes else Stage.COMMIT
    begun = walk.go_on(upload, Progress(), until=before)
    sandbox.fail(walk.stand_in, "answer_lost", operation=LAST_CALL[slug], times=1)
    with pytest.raises(http.OutcomeUnknown):
        walk.go_on(upload, begun)
    settled = walk.publisher.settle(walk.call, upload, begun)
    assert settled.stage not in (Stage.OPEN, Stage.TRANSFER, Stage.COMMIT)
    done = walk.go_on(upload, settled)
    assert [one.external_id for one in walk.videos()] == [done.external_id]


@pytest.mark.parametrize("slug", ["instagram", "facebook"])
def test_irreversible_call_that_never_arrived_is_settled_as_not_done(sandbox: Sandbox, slug: str) -> None:
    walk = Walk(sandbox, slug)
    upload = walk.upload()
    ready = walk.go_on(upload, Progress(), until=Stage.COMMIT)
    assert walk.publisher.settle(walk.call, upload, ready).stage is Stage.COMMIT


@pytest.mark.parametrize("slug", PUBLISHERS)
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("rate_limited", http.RateLimited),
        ("unavailable", http.Unavailable),
        ("token_expired", http.AuthExpired),
        ("token_revoked", http.AuthExpired),
        ("quota_gone", http.QuotaExceeded),
    ],
)
def test_failures_of_the_platform_are_understood(
    sandbox: Sandbox, slug: str, kind: str, error: type[http.OutsideError]
) -> None:
    walk = Walk(sandbox, slug)
    sandbox.fail(walk.stand_in, kind)
    with pytest.raises(error):
        walk.publisher.begin(walk.call, walk.upload())


@pytest.mark.parametrize("slug", PUBLISHERS)
def test_rejection_after_the_upload_is_told(sandbox: Sandbox, slug: str) -> None:
    reasons = {"youtube": "copyright", "tiktok": "spam_risk", "instagram": "2207026", "facebook": "1363024"}
    walk = Walk(sandbox, slug)
    sandbox.fail(walk.stand_in, "rejected", reason=reasons[slug], times=1)
    with pytest.raises(http.Rejected):
        walk.go_on(walk.upload(), Progress())


@pytest.mark.parametrize("slug", PUBLISHERS)
def test_processing_takes_its_time(sandbox: Sandbox, slug: str, settings: Any) -> None:
    settings.SANDBOX_PROCESSING_S = 60.0
    walk = Walk(sandbox, slug)
    upload = walk.upload()
    waits = (Stage.PROCESSING, Stage.SETTLING)
    begun = walk.go_on(upload, Progress(), until=waits[0] if slug != "facebook" else waits[1])
    looked = walk.publisher.look(walk.call, upload, begun)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        done = walk.go_on(upload, looked)
    assert (looked.stage in waits, done.stage) == (True, Stage.DONE)


def test_youtube_extras_edit_and_delete(sandbox: Sandbox, tmp_path: Path) -> None:
    walk = Walk(sandbox, "youtube")
    picture, words = tmp_path / "a.jpg", tmp_path / "a.vtt"
    picture.write_bytes(b"\xff\xd8\xff" + bytes(90))
    words.write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nBread")
    api = walk.call
    with http.Client(
        api.app.addresses["api"], headers={"Authorization": f"Bearer {api.token}"}, guard=False
    ) as client:
        made = client.post("/youtube/v3/playlists?part=snippet", json={"snippet": {"title": "Baking"}}).json()
    upload = walk.upload(
        thumbnail=picture, captions={"en": words}, playlist=made["id"], first_comment="First!"
    )
    done = walk.go_on(upload, Progress())
    again = walk.go_on(
        upload, done.at(Stage.FINISHING, finished=())
    )  # as after a crash that forgot all of it
    video = walk.videos()[0]
    assert (done.warnings, again.warnings) == ((), ())
    assert sorted(video.attachments.values_list("role", flat=True))[0] == "caption"
    assert (video.attachments.filter(role="caption").count(), video.comments.count()) == (1, 1)
    assert video.playlist_items.count() == 1
    edited = walk.publisher.edit(
        walk.call, done.external_id, walk.upload(title="Better", description="New words")
    )
    assert (edited.title, edited.description, edited.privacy) == ("Better", "New words", "public")
    walk.publisher.delete(walk.call, done.external_id)
    walk.publisher.delete(walk.call, done.external_id)
    assert walk.publisher.published(walk.call, done.external_id) is None


def test_facebook_extras_edit_and_delete(sandbox: Sandbox, tmp_path: Path) -> None:
    walk = Walk(sandbox, "facebook")
    picture = tmp_path / "a.jpg"
    picture.write_bytes(b"\xff\xd8\xff" + bytes(90))
    upload = walk.upload(thumbnail=picture, first_comment="First!")
    done = walk.go_on(upload, Progress())
    walk.go_on(upload, done.at(Stage.FINISHING, finished=("thumbnail",)))
    video = walk.videos()[0]
    edited = walk.publisher.edit(
        walk.call, done.external_id, walk.upload(title="Better", description="New words")
    )
    assert (done.warnings, video.attachments.count(), video.comments.count()) == ((), 1, 1)
    assert (edited.title, edited.description) == ("Better", "New words")
    walk.publisher.delete(walk.call, done.external_id)
    walk.publisher.delete(walk.call, done.external_id)
    assert walk.publisher.published(walk.call, done.external_id) is None


def test_instagram_comments_once(sandbox: Sandbox) -> None:
    walk = Walk(sandbox, "instagram")
    upload = walk.upload(first_comment="First!")
    done = walk.go_on(upload, Progress())
    walk.go_on(upload, done.at(Stage.FINISHING, finished=()))
    assert walk.videos()[0].comments.count() == 1


@pytest.mark.parametrize("slug", ["youtube", "facebook"])
def test_platform_itself_publishes_at_a_time(sandbox: Sandbox, slug: str) -> None:
    walk = Walk(sandbox, slug)
    at = timezone.now().replace(microsecond=0) + timedelta(minutes=30)  # the token lives for an hour
    done = walk.go_on(walk.upload(publish_at=at), Progress())
    assert not walk.videos()[0].is_public
    with time_machine.travel(at + timedelta(seconds=1)):
        walk.publisher.published(walk.call, done.external_id)
        assert walk.videos()[0].is_public

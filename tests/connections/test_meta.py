"""Facebook Login, and publishing on Instagram and pages, with the documented bodies (CON-01, PUB-02)."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.connections.adapters import Grant, Heard, Progress, Published, Stage
from apps.connections.capabilities import PostKind
from apps.connections.platforms.facebook.identity import FacebookIdentity
from apps.connections.platforms.facebook.publisher import FacebookPublisher
from apps.connections.platforms.instagram.identity import InstagramIdentity
from apps.connections.platforms.instagram.publisher import InstagramPublisher
from apps.connections.platforms.meta.graph import Graph
from apps.connections.platforms.meta.usage import heard_in
from apps.core import http
from tests.connections.conftest import TOKEN, an_upload
from tests.core.http_loopback import nothing, status

CONTENT = bytes(1000)
LATER = "2999-01-01T00:00:00+0000"
LONG_AGO = "2001-01-01T00:00:00+0000"


def form_of(asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


def last(server, method: str, path: str):
    return [asked for asked in server.asked if (asked.method, asked.path) == (method, path)][-1]


class TestLogin:
    def test_a_code_becomes_a_long_lived_grant(self, server, app):
        server.on(
            "POST", "/oauth/access_token",
            status(200, {"access_token": "short", "expires_in": 3600}),
            status(200, {"access_token": "long", "expires_in": 5_184_000}),
        )  # fmt: skip
        permissions = [
            {"permission": "pages_show_list", "status": "granted"},
            {"permission": "pages_manage_posts", "status": "declined"},
        ]
        server.on("GET", "/me/permissions", status(200, {"data": permissions}))
        server.on("GET", "/debug_token", status(200, {"data": {"data_access_expires_at": 1_798_761_600}}))
        grant = FacebookIdentity().exchange(app, code="c", redirect_uri="http://here", verifier="v")
        assert (grant.access_token, grant.refresh_token, grant.scopes) == (
            "long",
            "long",
            ("pages_show_list",),
        )
        assert grant.refresh_expires_at == datetime(2027, 1, 1, tzinfo=UTC)
        first, second = [form_of(asked) for asked in server.asked if asked.path == "/oauth/access_token"]
        assert (first["code"], second["fb_exchange_token"]) == ("c", "short")

    def test_every_page_has_a_token_of_its_own(self, server, app):
        pages = [
            {
                "id": "1",
                "name": "Kitchen",
                "access_token": "p1",
                "tasks": ["CREATE_CONTENT"],
                "followers_count": 5,
            },
            {"id": "2", "name": "Others", "access_token": "p2", "tasks": ["ANALYZE"]},
        ]
        server.on("GET", "/me/accounts", status(200, {"data": pages}))
        server.on("GET", "/me", status(200, {"id": "77"}))
        found = FacebookIdentity().accounts(app, Grant("long"))
        assert [(one.name, one.token, dict(one.figures), dict(one.facts)) for one in found] == [
            ("Kitchen", "p1", {"followers": 5}, {"grantor": "77"})
        ]
        assert "p1" not in repr(found)

    def test_an_instagram_account_speaks_by_its_pages_token(self, server, app):
        profile = {
            "id": "17",
            "username": "kitchen",
            "name": "Kitchen",
            "followers_count": 9,
            "media_count": 3,
        }
        pages = [{"id": "1", "access_token": "p1", "instagram_business_account": profile}, {"id": "2"}]
        server.on("GET", "/me/accounts", status(200, {"data": pages}))
        server.on("GET", "/me", status(200, {"id": "77"}))
        (found,) = InstagramIdentity().accounts(app, Grant("long"))
        assert (found.external_id, found.handle, found.token) == ("17", "@kitchen", "p1")

    def test_nothing_renews_it_but_a_person(self, app):
        with pytest.raises(http.AuthExpired, match="fresh sign-in"):
            FacebookIdentity().refresh(app, Grant("long"))

    def test_calls_carry_a_proof_and_no_token_in_their_address(self, server, call):
        server.on("GET", "/1", status(200, {"id": "1", "name": "Kitchen"}))
        FacebookIdentity().account(call("1"))
        asked = server.asked[0]
        assert asked.headers["authorization"] == f"Bearer {TOKEN}"
        assert len(asked.query["appsecret_proof"][0]) == 64
        assert "access_token" not in asked.query

    def test_it_asks_again_for_what_was_declined(self, app):
        url = FacebookIdentity().authorize_url(app, redirect_uri="http://here", state="s", verifier="v" * 64)
        asked = parse_qs(urlsplit(url).query)
        assert (asked["auth_type"], asked["response_type"]) == (["rerequest"], ["code"])
        assert "code_challenge" not in asked


class TestInstagram:
    def begin(self, server, call, **changes) -> Progress:
        limit = {"quota_usage": 3, "config": {"quota_total": 50}}
        server.on("GET", "/ig/content_publishing_limit", status(200, {"data": [limit]}))
        server.on("POST", "/ig/media", status(200, {"id": "c1", "uri": f"{server.url}/rupload/c1"}))
        return InstagramPublisher().begin(call("ig"), an_upload(**changes))

    def test_a_container_is_opened_for_bytes(self, server, call):
        progress = self.begin(server, call, thumbnail_at_s=2.0, ai_made=True)
        sent = form_of(last(server, "POST", "/ig/media"))
        assert {name: sent[name] for name in sent if name != "appsecret_proof"} == {
            "media_type": "REELS", "upload_type": "resumable", "caption": "Boats at dawn.", "share_to_feed": "true",
            "thumb_offset": "2000", "is_ai_generated": "true",
        }  # fmt: skip
        assert progress.session["container"] == "c1"

    def test_the_accounts_own_limit_is_read_first(self, server, call):
        limit = {"quota_usage": 50, "config": {"quota_total": 50}}
        server.on("GET", "/ig/content_publishing_limit", status(200, {"data": [limit]}))
        with pytest.raises(http.QuotaExceeded, match="50 of 50"):
            InstagramPublisher().begin(call("ig"), an_upload())

    def test_bytes_go_by_one_request_from_where_it_stands(self, server, call):
        progress = self.begin(server, call).at(Stage.TRANSFER, offset=400)
        server.on("POST", "/rupload/c1", status(200, {"success": True}))
        done = InstagramPublisher().send(call("ig"), an_upload(), progress, io.BytesIO(CONTENT), [].append)
        asked = last(server, "POST", "/rupload/c1")
        assert (asked.headers["offset"], asked.headers["file_size"], len(asked.body)) == ("400", "1000", 600)
        assert asked.headers["authorization"] == f"OAuth {TOKEN}"
        assert done.stage is Stage.PROCESSING

    def test_a_stop_while_sending_is_heard(self, server, call):
        class Stop(Exception):
            pass

        def told(progress: Progress) -> None:
            assert progress.offset == 0  # nothing is certain yet
            raise Stop

        server.on("POST", "/rupload/c1", status(200, {"success": True}))
        large = an_upload(size=9_000_000)
        with pytest.raises(Stop):
            InstagramPublisher().send(
                call("ig"), large, self.begin(server, call), io.BytesIO(bytes(9_000_000)), told
            )

    @pytest.mark.parametrize(
        ("word", "stage"),
        [
            ("IN_PROGRESS", Stage.PROCESSING),
            ("FINISHED", Stage.COMMIT),
            ("PUBLISHED", Stage.SETTLING),
            ("EXPIRED", Stage.OPEN),
        ],
    )
    def test_the_container_says_where_it_is(self, server, call, word, stage):
        progress = self.begin(server, call).at(Stage.PROCESSING)
        server.on("GET", "/c1", status(200, {"status_code": word, "id": "c1"}))
        assert InstagramPublisher().look(call("ig"), an_upload(), progress).stage is stage
        assert InstagramPublisher().settle(call("ig"), an_upload(), progress).stage is stage

    def test_a_lost_publication_is_found_among_the_newest(self, server, call):
        progress = self.begin(server, call).at(Stage.COMMIT)
        server.on("POST", "/ig/media_publish", nothing)
        with pytest.raises(http.OutcomeUnknown):
            InstagramPublisher().commit(call("ig"), an_upload(), progress)
        server.on("GET", "/c1", status(200, {"status_code": "PUBLISHED"}))
        rows = [
            {"id": "m0", "caption": "Boats at dawn.", "timestamp": LONG_AGO, "permalink": "x"},
            {"id": "m1", "caption": "Boats at dawn.", "timestamp": LATER, "permalink": "https://ig/reel/1"},
        ]
        server.on("GET", "/ig/media", status(200, {"data": rows}))
        settled = InstagramPublisher().settle(call("ig"), an_upload(), progress)
        found = InstagramPublisher().look(call("ig"), an_upload(), settled)
        assert (found.stage, found.external_id, found.link) == (Stage.FINISHING, "m1", "https://ig/reel/1")

    def test_the_first_comment_is_made_once(self, server, call):
        server.on(
            "GET", "/m1/comments", status(200, {"data": []}), status(200, {"data": [{"text": "Hello"}]})
        )
        server.on("POST", "/m1/comments", status(200, {"id": "x"}))
        upload, there = an_upload(first_comment="Hello"), Progress(Stage.FINISHING, external_id="m1")
        for _ in range(2):
            assert InstagramPublisher().finish(call("ig"), upload, there).finished == ("first_comment",)
        assert len([asked for asked in server.asked if asked.method == "POST"]) == 1

    @pytest.mark.parametrize("what", ["edit", "delete"])
    def test_what_instagram_does_not_allow_is_said(self, call, what):
        publisher = InstagramPublisher()
        with pytest.raises(http.Rejected, match="in Instagram's app"):
            publisher.edit(call(), "m1", an_upload()) if what == "edit" else publisher.delete(call(), "m1")

    def test_what_is_gone_is_gone(self, server, call):
        server.on("GET", "/m1", status(400, {"error": {"code": 100, "message": "gone"}}))
        assert InstagramPublisher().published(call(), "m1") is None


SHORT = {"kind": PostKind.SHORT}


class TestFacebook:
    def test_a_reel_goes_by_start_bytes_finish(self, server, call):
        upload = an_upload(**SHORT, publish_at=datetime(2026, 12, 1, 10, tzinfo=UTC))
        server.on(
            "POST", "/page/video_reels",
            status(200, {"video_id": "v1", "upload_url": f"{server.url}/rupload/v1"}), status(200, {"success": True}),
        )  # fmt: skip
        server.on("POST", "/rupload/v1", status(200, {"success": True}))
        publisher = FacebookPublisher()
        progress = publisher.begin(call("page"), upload)
        progress = publisher.send(call("page"), upload, progress, io.BytesIO(CONTENT), [].append)
        progress = publisher.commit(call("page"), upload, progress)
        assert (progress.stage, progress.external_id) == (Stage.SETTLING, "v1")
        sent = form_of(last(server, "POST", "/page/video_reels"))
        assert (sent["upload_phase"], sent["video_state"], sent["scheduled_publish_time"]) == (
            "finish", "SCHEDULED", "1796119200",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("phase", "stage"),
        [("not_started", Stage.COMMIT), ("in_progress", Stage.SETTLING), ("complete", Stage.SETTLING)],
    )
    def test_a_lost_finish_is_settled_by_the_video(self, server, call, phase, stage):
        server.on("GET", "/v1", status(200, {"status": {"publishing_phase": {"status": phase}}}))
        progress = Progress(Stage.COMMIT, session={"video": "v1"}, offset=1000)
        assert FacebookPublisher().settle(call("page"), an_upload(**SHORT), progress).stage is stage

    def test_a_video_goes_by_a_handle(self, server, call):
        server.on("POST", "/client-1/uploads", status(200, {"id": "upload:abc"}))
        server.on("POST", "/upload:abc", status(200, {"h": "handle-1"}))
        server.on("POST", "/page/videos", status(200, {"id": "v2"}))
        publisher, upload = FacebookPublisher(), an_upload()
        progress = publisher.begin(call("page"), upload)
        progress = publisher.send(call("page"), upload, progress, io.BytesIO(CONTENT), [].append)
        done = publisher.commit(call("page"), upload, progress)
        assert done.external_id == "v2"
        asked = last(server, "POST", "/upload:abc")
        assert (asked.headers["file_offset"], len(asked.body)) == ("0", 1000)
        sent = form_of(last(server, "POST", "/page/videos"))
        assert (sent["fbuploader_video_file_chunk"], sent["published"]) == ("handle-1", "true")

    def test_a_lost_video_is_found_by_its_words_and_time(self, server, call):
        opened = {"opened_at": datetime.now(UTC).isoformat(), "handle": "h"}
        progress = Progress(Stage.COMMIT, session=opened)
        row = {"id": "v2", "title": "A quiet harbour", "description": "Boats at dawn.", "created_time": LATER}
        server.on("GET", "/page/videos", status(200, {"data": [{**row, "created_time": LONG_AGO}]}))
        assert FacebookPublisher().settle(call("page"), an_upload(), progress).stage is Stage.COMMIT
        server.on("GET", "/page/videos", status(200, {"data": [row]}))
        assert FacebookPublisher().settle(call("page"), an_upload(), progress).external_id == "v2"

    def test_an_interrupted_upload_goes_on_where_it_stands(self, server, call):
        server.on("GET", "/upload:abc", status(200, {"id": "upload:abc", "file_offset": 300}))
        progress = Progress(Stage.TRANSFER, session={"upload": "upload:abc"})
        found = FacebookPublisher().resume(call("page"), an_upload(), progress)
        assert (found.stage, found.offset) == (Stage.TRANSFER, 300)

    @pytest.mark.parametrize(
        ("state", "stage"),
        [
            ({"video_status": "processing", "publishing_phase": {"status": "not_started"}}, Stage.SETTLING),
            ({"video_status": "ready", "publishing_phase": {"status": "complete"}}, Stage.FINISHING),
        ],
    )
    def test_it_is_looked_at_until_it_is_public(self, server, call, state, stage):
        server.on("GET", "/v1", status(200, {"status": state, "permalink_url": "/page/videos/v1/"}))
        found = FacebookPublisher().look(
            call("page"), an_upload(), Progress(Stage.SETTLING, external_id="v1")
        )
        assert found.stage is stage
        assert stage is Stage.SETTLING or found.link == "https://www.facebook.com/page/videos/v1/"

    def test_what_was_not_kept_says_why(self, server, call):
        errors = {"status": "error", "errors": [{"code": 1, "message": "no video stream"}]}
        server.on(
            "GET", "/v1", status(200, {"status": {"video_status": "error", "processing_phase": errors}})
        )
        with pytest.raises(http.Rejected, match="no video stream"):
            FacebookPublisher().look(call("page"), an_upload(), Progress(Stage.SETTLING, external_id="v1"))

    def test_thumbnail_and_comment_follow(self, server, call, tmp_path):
        picture = tmp_path / "t.jpg"
        picture.write_bytes(b"jpeg")
        server.on("POST", "/v1/thumbnails", status(200, {"success": True}))
        server.on("GET", "/v1/comments", status(200, {"data": []}))
        server.on("POST", "/v1/comments", status(400, {"error": {"code": 368, "message": "blocked"}}))
        upload = an_upload(thumbnail=picture, first_comment="Hello")
        progress = Progress(Stage.FINISHING, external_id="v1")
        while progress.stage is not Stage.DONE:
            progress = FacebookPublisher().finish(call("page"), upload, progress)
        assert progress.finished == ("thumbnail", "first_comment")
        assert len(progress.warnings) == 1
        assert b"jpeg" in last(server, "POST", "/v1/thumbnails").body

    def test_words_change_and_videos_go(self, server, call):
        server.on("POST", "/v1", status(200, {"success": True}))
        row = {"id": "v1", "title": "New", "description": "Words", "permalink_url": "/v1", "published": True}
        server.on("GET", "/v1", status(200, row))
        assert FacebookPublisher().edit(
            call("page"), "v1", an_upload(title="New", description="Words")
        ) == Published("v1", "https://www.facebook.com/v1", "New", "Words")
        server.on(
            "DELETE",
            "/v1",
            status(200, {"success": True}),
            status(400, {"error": {"code": 100, "message": "x"}}),
        )
        FacebookPublisher().delete(call("page"), "v1")
        FacebookPublisher().delete(call("page"), "v1")


@pytest.mark.spec("CON-04")
def test_heads_of_answers_tell_how_full_the_budgets_are(server, app, call):
    heard = []
    usage = {
        "17841400000000000": [
            {"type": "pages", "call_count": 12, "total_cputime": 4, "total_time": 9},
            {
                "type": "instagram",
                "call_count": 40,
                "total_cputime": 91,
                "estimated_time_to_regain_access": 7,
            },
        ]
    }
    heads = {
        "X_App_Usage": '{"call_count": 30, "total_cputime": 25, "total_time": 31}',
        "X_Business_Use_Case_Usage": json.dumps(usage),
    }
    server.on("GET", "/1", status(200, {"id": "1"}, **heads))
    Graph.of(replace(call(), hear=heard.append), "Facebook").get("1")
    assert heard == [Heard("app_calls", 0.31), Heard("calls", 0.91, 420)]


@pytest.mark.parametrize(
    "said", ["", "nothing", "[]", '{"1": 5}', '{"1": [7]}', '{"1": [{"call_count": "x"}]}']
)
def test_heads_that_nobody_understands_are_left_out(said):
    assert [
        one.share for one in heard_in({"x-app-usage": said, "x-business-use-case-usage": said}) if one.share
    ] == []

"""Review: comments at a time, replies, what is settled, and guests with a link (LIB-11)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditRecord
from apps.library.models import AssetKind, Video
from apps.library.review.links import SALT, token_of
from apps.library.review.models import ReviewComment, ReviewLink
from apps.library.review.threads import open_count, threads
from apps.library.services import create_link, delete_video, revoke_link
from apps.notifications.models import Notice
from apps.teams.models import Team
from tests.factories import AssetFactory, ReviewCommentFactory, ReviewLinkFactory, VideoFactory

HTMX = {"HX-Request": "true"}
pytestmark = pytest.mark.usefixtures("valkey")  # guests are counted


@pytest.fixture
def video(team: Team) -> Video:
    video = VideoFactory(team=team, title="Harbour", duration_s=10)
    AssetFactory(
        video=video,
        kind=AssetKind.RENDITION,
        format="16x9",
        content=b"film",
        suffix=".mp4",
        content_type="video/mp4",
    )
    AssetFactory(
        video=video, kind=AssetKind.SOURCE, content=b"raw", suffix=".mov", content_type="video/quicktime"
    )
    return video


def where(video: Video) -> str:
    return reverse("library:review", args=[video.team.slug, video.pk])


def guest(link: ReviewLink) -> str:
    return reverse("review:page", args=[token_of(link)])


@pytest.mark.spec("LIB-11")
def test_member_says_something_at_a_time_and_is_answered(bob_client: Client, bob: Any, video: Video) -> None:
    sent = bob_client.post(where(video), {"at": "0:03.5", "text": " Too dark. "}, headers=HTMX)
    assert (sent.status_code, "Too dark." in sent.content.decode()) == (200, True)
    comment = ReviewComment.objects.get()
    film = video.assets.get(kind=AssetKind.RENDITION).file
    assert (comment.author, comment.at_s, comment.text, comment.file_mark) == (
        bob,
        3.5,
        "Too dark.",
        film.sha256,
    )
    bob_client.post(where(video), {"text": "Better now.", "parent": str(comment.pk)})
    assert [
        (one.comment.text, [reply.text for reply in one.replies]) for one in threads(video, [film.sha256])
    ] == [("Too dark.", ["Better now."])]


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"text": " "}, "text"), ({"text": "x" * 2001}, "text"), ({"text": "x", "at": "soon"}, "at")],
)
def test_wrong_comment_is_refused_beside_its_field(
    bob_client: Client, video: Video, sent: dict[str, str], field: str
) -> None:
    answer = bob_client.post(where(video), sent, headers=HTMX)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not ReviewComment.objects.exists()


@pytest.mark.parametrize("parent", ["nothing", "01920000-0000-7000-8000-000000000000"])
def test_reply_to_what_is_gone_is_refused(bob_client: Client, video: Video, parent: str) -> None:
    answer = bob_client.post(where(video), {"text": "x", "parent": parent}, headers=HTMX)
    assert (answer.status_code, "This comment is gone" in answer.content.decode()) == (422, True)


def test_reply_belongs_to_the_same_video(bob_client: Client, video: Video) -> None:
    other = ReviewCommentFactory(video=VideoFactory(team=video.team))
    assert bob_client.post(where(video), {"text": "x", "parent": str(other.pk)}).status_code == 422


def test_time_past_the_end_is_the_end(bob_client: Client, video: Video) -> None:
    bob_client.post(where(video), {"at": "5:00", "text": "End"})
    assert ReviewComment.objects.get().at_s == 10


def test_threads_stand_in_the_order_of_the_video_and_know_old_files(video: Video) -> None:
    for at_s, mark in ((7, "old"), (None, ""), (2, "now")):
        ReviewCommentFactory(video=video, at_s=at_s, text=str(at_s), file_mark=mark)
    found = [(one.comment.text, one.is_old) for one in threads(video, ["now"])]
    assert found == [("None", False), ("2", False), ("7", True)]


def test_comment_is_settled_opened_again_and_removed(bob_client: Client, bob: Any, video: Video) -> None:
    comment = ReviewCommentFactory(video=video)
    ReviewCommentFactory(video=video, parent=comment)
    settle = reverse("library:resolve_comment", args=[video.team.slug, comment.pk])
    bob_client.post(settle, headers=HTMX)
    comment.refresh_from_db()
    assert (comment.resolved_by, open_count(video)) == (bob, 0)
    bob_client.post(settle, {"open": "1"})
    assert open_count(video) == 1
    bob_client.post(reverse("library:delete_comment", args=[video.team.slug, comment.pk]))
    assert not ReviewComment.objects.exists()
    assert AuditRecord.objects.filter(action="review.delete_comment", actor=bob).count() == 1


def test_viewers_comment_and_settle_nothing(
    victor_client: Client, charlie_client: Client, video: Video
) -> None:
    assert victor_client.post(where(video), {"text": "Nice"}).status_code == 302
    comment, link = ReviewComment.objects.get(), ReviewLinkFactory(video=video)
    slug = video.team.slug
    for name, pk in (
        ("resolve_comment", comment.pk), ("delete_comment", comment.pk), ("revoke_review_link", link.pk),
        ("create_review_link", video.pk),
    ):  # fmt: skip
        address = reverse(f"library:{name}", args=[slug, pk])
        assert (victor_client.post(address).status_code, charlie_client.post(address).status_code) == (
            403,
            404,
        )
    assert guest(link) not in victor_client.get(where(video)).content.decode()


@pytest.mark.spec("LIB-11")
def test_guest_sees_the_video_and_their_own_threads_and_nothing_of_the_team(
    client: Client, bob: Any, team: Team, video: Video
) -> None:
    link, other = ReviewLinkFactory(video=video, name="Secret client name"), ReviewLinkFactory(video=video)
    ReviewCommentFactory(video=video, author=bob, guest_name="", text="Only for us")
    ReviewCommentFactory(video=video, link=other, text="Of another guest")
    mine = ReviewCommentFactory(video=video, link=link, text="Of this guest")
    ReviewCommentFactory(video=video, parent=mine, author=bob, guest_name="", text="Our answer")
    answer = client.get(guest(link))
    html = answer.content.decode()
    assert (answer.status_code, answer["X-Robots-Tag"], answer["Referrer-Policy"]) == (
        200, "noindex, nofollow", "same-origin",
    )  # fmt: skip
    assert all(words in html for words in ("Harbour", "Of this guest", "Our answer", "The team"))
    hidden = (
        "Only for us",
        "Of another guest",
        "Secret client name",
        str(bob),
        bob.email,
        team.name,
        team.slug,
    )
    assert [words for words in hidden if words in html] == []
    link.refresh_from_db()
    assert link.opened == 1


@pytest.mark.spec("LIB-11")
def test_guest_comments_under_a_name_and_the_team_hears_of_it(
    client: Client, bob_client: Client, video: Video, django_capture_on_commit_callbacks: Any
) -> None:
    link = ReviewLinkFactory(video=video)
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(guest(link), {"name": "Mia", "at": "4", "text": "<b>Later</b>"})
    assert (sent.status_code, sent["Location"]) == (302, guest(link))
    comment = ReviewComment.objects.get()
    assert (comment.guest_name, comment.link, comment.author, comment.at_s) == ("Mia", link, None, 4)
    assert "&lt;b&gt;Later&lt;/b&gt;" in bob_client.get(where(video)).content.decode()
    nameless = client.post(guest(link), {"text": "x"})
    assert (nameless.status_code, list(nameless.context["form"].errors)) == (422, ["name"])


def test_guest_replies_only_within_their_link(client: Client, video: Video) -> None:
    link = ReviewLinkFactory(video=video)
    ours = ReviewCommentFactory(video=video)
    answer = client.post(guest(link), {"name": "Mia", "text": "x", "parent": str(ours.pk)})
    assert (answer.status_code, ReviewComment.objects.count()) == (422, 1)


def test_guest_who_may_only_watch_cannot_comment(client: Client, video: Video) -> None:
    link = ReviewLinkFactory(video=video, may_comment=False)
    html = client.get(guest(link)).content.decode()
    assert "<textarea" not in html
    client.post(guest(link), {"name": "Mia", "text": "x"})
    assert not ReviewComment.objects.exists()


@pytest.mark.spec("LIB-11")
def test_link_that_ended_was_taken_back_or_is_forged_opens_nothing(
    client: Client, bob: Any, video: Video
) -> None:
    ended = ReviewLinkFactory(video=video, expires_at=timezone.now() - timedelta(seconds=1))
    taken = ReviewLinkFactory(video=video)
    film = video.assets.get(kind=AssetKind.RENDITION)
    assert client.get(reverse("review:file", args=[token_of(taken), film.pk])).status_code == 200
    revoke_link(taken, actor=bob)
    forged = signing.Signer(salt="other").sign_object(taken.pk.hex)
    wrong = signing.Signer(salt=SALT).sign_object("nothing")
    for token in (token_of(ended), token_of(taken), forged, wrong, "nothing"):
        assert client.get(reverse("review:page", args=[token])).status_code == 404
        assert (
            client.post(reverse("review:page", args=[token]), {"name": "x", "text": "x"}).status_code == 404
        )
        assert client.get(reverse("review:file", args=[token, film.pk])).status_code == 404
    open_one = ReviewLinkFactory(video=video)
    delete_video(video, actor=bob)
    assert client.get(guest(open_one)).status_code == 404


def test_guest_gets_renditions_and_captions_and_no_other_file(client: Client, video: Video) -> None:
    token = token_of(ReviewLinkFactory(video=video))
    film, source = video.assets.get(kind=AssetKind.RENDITION), video.assets.get(kind=AssetKind.SOURCE)
    foreign = AssetFactory(video=VideoFactory(team=video.team), kind=AssetKind.RENDITION)
    codes = [
        client.get(reverse("review:file", args=[token, asset.pk])).status_code
        for asset in (film, source, foreign)
    ]
    assert codes == [200, 404, 404]


def test_guests_comments_are_limited(client: Client, video: Video) -> None:
    link = ReviewLinkFactory(video=video)
    codes = [client.post(guest(link), {"name": "Mia", "text": f"{n}"}).status_code for n in range(21)]
    assert (codes[:20], codes[20]) == ([302] * 20, 429)


def test_link_is_made_for_days_and_on_record(bob_client: Client, bob: Any, video: Video) -> None:
    address = reverse("library:create_review_link", args=[video.team.slug, video.pk])
    bob_client.post(address, {"name": " The  client ", "days": "7", "may_comment": "on"})
    link = ReviewLink.objects.get()
    assert (link.name, link.created_by, link.may_comment) == ("The client", bob, True)
    assert timedelta(days=6, hours=23) < link.expires_at - timezone.now() <= timedelta(days=7)
    assert AuditRecord.objects.filter(action="review.create_link", actor=bob).count() == 1
    bob_client.post(address, {"name": "Too long", "days": "9999"})
    bob_client.post(address, {"name": "", "days": "7"})
    assert ReviewLink.objects.count() == 1
    assert guest(link) in bob_client.get(where(video)).content.decode()
    bob_client.post(reverse("library:revoke_review_link", args=[video.team.slug, link.pk]))
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert AuditRecord.objects.filter(action="review.revoke_link", actor=bob).count() == 1


def test_page_asks_the_same_for_many_comments(
    bob_client: Client, video: Video, django_assert_num_queries: Any
) -> None:
    def asked() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            assert bob_client.get(where(video)).status_code == 200
        return len(captured)

    bob_client.get(where(video))
    few = asked()
    for _ in range(3):
        comment = ReviewCommentFactory(video=video, link=ReviewLinkFactory(video=video))
        ReviewCommentFactory(video=video, parent=comment)
    assert asked() == few


def test_video_page_counts_what_is_open(bob_client: Client, bob: Any, video: Video) -> None:
    ReviewCommentFactory(video=video)
    create_link(video, name="x", days=1, may_comment=True, actor=bob)
    assert (
        bob_client.get(reverse("library:video", args=[video.team.slug, video.pk])).context["open_comments"]
        == 1
    )
    assert Notice.objects.count() == 0

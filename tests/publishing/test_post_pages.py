"""The list of posts and the page of one: how each channel stands, why, and what can be done about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.approvals.models import Approval, ApprovalRule
from apps.connections.models import Connection, ConnectionStatus
from apps.jobs.models import Job
from apps.library.models import Video
from apps.publishing.approvals import POST
from apps.publishing.details import rows_of
from apps.publishing.models import Attempt, AttemptOutcome, Post, PostStatus, Target, TargetStatus
from apps.publishing.services import posts as services
from apps.teams.models import Team
from tests.publishing.factories import ChannelFactory, PostFactory, TargetFactory, filmed

pytestmark = pytest.mark.django_db

BERLIN = "Europe/Berlin"
SOON = timedelta(days=2)
TOO_LONG = (
    "The title has 101 characters; YouTube takes 100. Shorten it, or write a shorter one for this channel."
)


@pytest.fixture
def film(team: Team) -> Video:
    return filmed(team)


@pytest.fixture
def channel(team: Team) -> Connection:
    return ChannelFactory(team=team, name="Bee TV")


@pytest.fixture
def post(team: Team, alice: User, film: Video, channel: Connection) -> Post:
    return services.create_post(team=team, actor=alice, title="Bees", video=film, connections=[channel])


def address(name: str, *args: Any, team: Team) -> str:
    return reverse(f"publishing:{name}", args=[team.slug, *args])


def titles(client: Client, team: Team, **query: str) -> list[str]:
    return [card.post.title for card in client.get(address("posts", team=team), query).context["cards"]]


def fail(post: Post, **facts: Any) -> Target:
    target = post.targets.get()
    Attempt.objects.create(
        team=post.team, target=target, number=1, outcome=AttemptOutcome.REJECTED, error="No."
    )
    Target.objects.filter(pk=target.pk).update(status=TargetStatus.FAILED, error="It is too long.", **facts)
    Post.objects.filter(pk=post.pk).update(status=PostStatus.FAILED)
    target.refresh_from_db()
    return target


# The list -----------------------------------------------------------------------------------------------------------
def test_posts_are_found_by_words_status_and_channel(alice_client: Client, team: Team, film: Video) -> None:
    tv, tok = ChannelFactory(team=team, name="Bee TV"), ChannelFactory(team=team, platform="tiktok")
    TargetFactory(post=PostFactory(team=team, video=film, title="Élan"), connection=tv)
    TargetFactory(
        post=PostFactory(team=team, video=film, title="Other", status=PostStatus.FAILED), connection=tok
    )
    assert titles(alice_client, team) == ["Other", "Élan"]
    assert titles(alice_client, team, q="elan") == ["Élan"]
    assert titles(alice_client, team, status="failed") == ["Other"]
    assert titles(alice_client, team, channel=str(tv.pk)) == ["Élan"]
    assert titles(alice_client, team, status="nonsense", channel="x", sort="due") == ["Élan", "Other"]


def test_posts_are_sorted_by_date_with_undated_ones_last(
    alice_client: Client, team: Team, film: Video
) -> None:
    now = timezone.now()
    for title, due_at in (("sooner", now), ("later", now + SOON), ("undated", None)):
        PostFactory(team=team, video=film, title=title, due_at=due_at)
    assert titles(alice_client, team, sort="due") == ["sooner", "later", "undated"]
    assert titles(alice_client, team, sort="-due") == ["later", "sooner", "undated"]


def test_other_teams_posts_are_not_listed(alice_client: Client, team: Team) -> None:
    PostFactory()
    assert titles(alice_client, team) == []
    assert "No posts yet" in alice_client.get(address("posts", team=team)).content.decode()
    assert "No post matches" in alice_client.get(address("posts", team=team), {"q": "x"}).content.decode()


def test_list_is_fetched_again_as_a_part(alice_client: Client, team: Team, post: Post) -> None:
    part = alice_client.get(address("posts", team=team), headers={"HX-Request": "true"}).content.decode()
    assert "Bees" in part
    assert "<html" not in part


def test_viewer_sees_posts_and_no_way_to_write_one(victor_client: Client, team: Team, post: Post) -> None:
    new = address("new", team=team)
    pages = [
        victor_client.get(address("posts", team=team)),
        victor_client.get(address("post", post.pk, team=team)),
    ]
    assert [page.status_code for page in pages] == [200, 200]
    assert [new in page.content.decode() for page in pages] == [False, False]
    assert "Publish now" not in pages[1].content.decode()


def test_home_shows_what_goes_out_next_and_what_failed(
    alice_client: Client, team: Team, alice: User, post: Post, film: Video, channel: Connection
) -> None:
    lost = services.create_post(team=team, actor=alice, title="Lost", video=film, connections=[channel])
    fail(lost)
    services.schedule(post, timezone.now() + SOON, BERLIN, alice)
    page = alice_client.get(reverse("team:home", args=[team.slug])).content.decode()
    assert "Goes out next" in page
    assert "“Lost” was not published" in page


# One post -----------------------------------------------------------------------------------------------------------
@pytest.mark.spec("PUB-03", "PUB-05")
def test_failure_says_why_and_is_tried_again_by_a_click(alice_client: Client, team: Team, post: Post) -> None:
    target = fail(post)
    page = alice_client.get(address("post", post.pk, team=team)).content.decode()
    retry = address("retry", target.pk, team=team)
    assert all(words in page for words in ("It did not go out", "It is too long.", "1 attempt", retry))
    answer = alice_client.post(retry, headers={"HX-Request": "true", "HX-Target": "post"})
    target.refresh_from_db()
    assert (answer.status_code, target.status, target.error) == (200, TargetStatus.SCHEDULED, "")
    assert "<html" not in answer.content.decode()
    assert "Bee TV is tried again." in answer["HX-Trigger"]


def test_retry_of_what_did_not_fail_says_so_and_changes_nothing(
    alice_client: Client, team: Team, post: Post
) -> None:
    target = post.targets.get()
    answer = alice_client.post(address("retry", target.pk, team=team), follow=True)
    assert "Only what failed can be tried again." in answer.content.decode()
    assert Target.objects.get().status == TargetStatus.DRAFT


def test_remedy_leads_to_where_it_is_mended(team: Team, post: Post, channel: Connection) -> None:
    fail(post)
    assert [row.remedy.label for row in rows_of(post) if row.remedy] == ["Change the post"]
    Connection.objects.filter(pk=channel.pk).update(status=ConnectionStatus.BROKEN)
    assert [row.remedy.href for row in rows_of(post) if row.remedy] == [
        reverse("connections:detail", args=[team.slug, channel.pk])
    ]


@pytest.mark.spec("PUB-03")
def test_page_follows_the_upload_and_says_why_it_waits(alice_client: Client, team: Team, post: Post) -> None:
    target = post.targets.get()
    Target.objects.update(status=TargetStatus.PUBLISHING, stage="transfer", share=0.42)
    page = alice_client.get(address("post", post.pk, team=team)).content.decode()
    assert all(
        words in page
        for words in ("Sending the file", "42 %", 'value="0.42"', f"job-progress:{target.pk} from:body")
    )
    Target.objects.update(status=TargetStatus.WAITING, wait_reason="YouTube rests.", due_at=timezone.now())
    assert "YouTube rests." in alice_client.get(address("post", post.pk, team=team)).content.decode()
    Target.objects.update(status=TargetStatus.SCHEDULED, moved_reason="YouTube allows no more for now.")
    assert (
        "YouTube allows no more for now."
        in alice_client.get(address("post", post.pk, team=team)).content.decode()
    )


@pytest.mark.spec("PUB-04")
def test_publish_now_call_off_and_schedule_again(alice_client: Client, team: Team, post: Post) -> None:
    alice_client.post(address("publish", post.pk, team=team))
    assert Post.objects.get().status == PostStatus.SCHEDULED
    alice_client.post(address("cancel", post.pk, team=team))
    assert Post.objects.get().status == PostStatus.CANCELLED
    later = (timezone.now() + SOON).replace(second=0, microsecond=0)
    data = {"due_at": f"{later:%Y-%m-%dT%H:%M}", "zone": "UTC"}
    answer = alice_client.post(address("schedule", post.pk, team=team), data)
    assert answer["Location"] == address("post", post.pk, team=team)
    assert (Post.objects.get().status, Post.objects.get().due_at) == (PostStatus.SCHEDULED, later)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"due_at": "", "zone": BERLIN}, "due_at"),
        ({"due_at": "2020-01-01T10:00", "zone": BERLIN}, "due_at"),
        ({"due_at": "2099-01-01T10:00", "zone": "Mars"}, "zone"),
    ],
)
def test_wrong_time_is_said_beside_it(
    alice_client: Client, team: Team, post: Post, data: dict[str, str], field: str
) -> None:
    answer = alice_client.post(address("schedule", post.pk, team=team), data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Post.objects.get().status == PostStatus.DRAFT


def test_draft_is_discarded_and_what_was_sent_is_not(alice_client: Client, team: Team, post: Post) -> None:
    target = fail(post)
    answer = alice_client.post(address("discard", post.pk, team=team), follow=True)
    assert "Something of this post was sent already" in answer.content.decode()
    target.attempts.all().delete()
    answer = alice_client.post(address("discard", post.pk, team=team))
    assert (answer["Location"], Post.objects.count()) == (address("posts", team=team), 0)


# What is out --------------------------------------------------------------------------------------------------------
@pytest.fixture
def out(post: Post) -> Target:
    Target.objects.update(status=TargetStatus.PUBLISHED, external_id="x", link="https://youtu.be/x")
    Post.objects.update(status=PostStatus.PUBLISHED)
    return post.targets.get()


@pytest.mark.spec("PUB-10")
def test_published_words_are_changed_there(alice_client: Client, team: Team, out: Target) -> None:
    page = address("edit_published", out.pk, team=team)
    assert list(alice_client.get(page).context["form"].fields) == ["title", "text", "hashtags", "tags"]
    data = {"title": "Bees!", "text": "", "hashtags": "#bees", "tags": ""}
    answer = alice_client.post(page, data)
    assert answer["Location"] == address("post", out.post_id, team=team)
    assert Job.objects.get().args == {
        "target_id": str(out.pk),
        "changes": {"title": "Bees!", "hashtags": ["bees"]},
    }


def test_words_that_the_platform_refuses_are_not_sent(alice_client: Client, team: Team, out: Target) -> None:
    data = {"title": "x" * 101, "text": "a < b", "hashtags": "", "tags": ""}
    answer = alice_client.post(address("edit_published", out.pk, team=team), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "title": [TOO_LONG],
        "text": ["YouTube refuses < in the text. Write it without."],
    }
    assert Job.objects.count() == 0


def test_change_that_changes_nothing_asks_nobody(alice_client: Client, team: Team, out: Target) -> None:
    data = {"title": "Bees", "text": "", "hashtags": "", "tags": ""}
    answer = alice_client.post(address("edit_published", out.pk, team=team), data, follow=True)
    assert "Nothing was changed." in answer.content.decode()
    assert Job.objects.count() == 0


@pytest.mark.spec("PUB-10")
def test_taking_it_down_asks_first(alice_client: Client, team: Team, out: Target) -> None:
    page = address("delete_published", out.pk, team=team)
    assert "That can't be undone." in alice_client.get(page).content.decode().replace("&#x27;", "'")
    assert Job.objects.count() == 0
    alice_client.post(page)
    assert Job.objects.get().kind == "publishing.delete_published"


@pytest.mark.spec("PUB-10")
def test_where_the_platform_lets_nobody_change_it_the_page_says_so(
    alice_client: Client, team: Team, alice: User, film: Video
) -> None:
    tiktok = ChannelFactory(team=team, platform="tiktok")
    post = services.create_post(team=team, actor=alice, title="Bees", video=film, connections=[tiktok])
    Target.objects.update(status=TargetStatus.PUBLISHED)
    page = alice_client.get(address("post", post.pk, team=team)).content.decode()
    assert "TikTok lets other programs neither change nor delete it: do that there." in page
    assert "Take it down" not in page


# Review -------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("PUB-14")
def test_whoever_may_decides_on_the_page_and_the_author_reads_what_to_change(
    alice_client: Client, bob_client: Client, team: Team, bob: User, post: Post
) -> None:
    ApprovalRule.objects.create(team=team, kind=POST.name)
    services.schedule(post, timezone.now() + SOON, BERLIN, bob)
    page, question = address("post", post.pk, team=team), Approval.objects.get()
    decide = reverse("approvals:decide", args=[team.slug, question.pk])
    assert decide in alice_client.get(page).content.decode()
    assert decide not in bob_client.get(page).content.decode()
    alice_client.post(decide, {"decision": "decline", "reason": "Name the baker."})
    assert Post.objects.get().status == PostStatus.DRAFT
    assert "Name the baker." in bob_client.get(page).content.decode()

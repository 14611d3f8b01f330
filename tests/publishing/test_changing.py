"""Editing and taking down what is out (PUB-10)."""

from dataclasses import replace

import pytest

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.connections.registry import _load
from apps.core.http import AuthExpired, Rejected, Unavailable
from apps.events.models import Event
from apps.jobs.models import Job, JobStatus
from apps.publishing.errors import PublishingError
from apps.publishing.models import PostStatus, Target, TargetStatus
from apps.publishing.services.posts import delete_published, edit_published
from apps.teams.errors import TeamError
from apps.teams.models import Team
from tests.publishing.conftest import run_open_jobs
from tests.publishing.factories import PostFactory, TargetFactory
from tests.publishing.scripted import Fault, Scripted, error

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PUB-10")]


@pytest.fixture
def out(team: Team, platform: Scripted) -> Target:
    """A target that is published."""
    platform.public["video-7"] = "session"
    post = PostFactory(team=team, status=PostStatus.PUBLISHED)
    target: Target = TargetFactory(post=post, status=TargetStatus.PUBLISHED, external_id="video-7")
    return target


def changed() -> list[tuple[str, str]]:
    return [(e.typed_data.what, e.typed_data.reason) for e in Event.objects.filter(type="target.changed")]


def test_words_follow_when_the_platform_has_changed_them(
    out: Target, alice: User, platform: Scripted
) -> None:
    edit_published(out, alice, title="Better title", tags=["bees"])
    out.refresh_from_db()
    assert out.overrides == {}
    run_open_jobs()
    out.refresh_from_db()
    assert (out.overrides, platform.edits) == (
        {"title": "Better title", "tags": ["bees"]},
        [("video-7", "Better title")],
    )
    assert changed() == [("edited", "")]
    line = AuditRecord.objects.get(action="post.edit_published")
    assert line.after == {"title": "Better title", "tags": ["bees"]}


def test_what_is_taken_down_there_is_deleted_here(out: Target, alice: User, platform: Scripted) -> None:
    delete_published(out, alice)
    run_open_jobs()
    out.refresh_from_db()
    out.post.refresh_from_db()
    assert (out.status, out.post.status, platform.public) == (TargetStatus.DELETED, PostStatus.CANCELLED, {})
    assert changed() == [("deleted", "")]
    assert AuditRecord.objects.filter(action="post.delete_published").count() == 1


@pytest.mark.parametrize("fault", [error(Rejected, "Not that one."), error(AuthExpired, "Not that one.")])
def test_refusal_is_told_and_changes_nothing(
    out: Target, alice: User, platform: Scripted, fault: Fault
) -> None:
    platform.faults[("edit", 0, "before")] = fault
    platform.faults[("delete", 0, "before")] = fault
    edit_published(out, alice, title="Other")
    run_open_jobs()
    out.connection.status = "active"
    out.connection.save()
    delete_published(out, alice)
    run_open_jobs()
    out.refresh_from_db()
    assert (out.status, out.overrides) == (TargetStatus.PUBLISHED, {})
    assert changed() == [("refused", "Not that one.")] * 2


def test_platform_that_is_away_is_asked_again(out: Target, alice: User, platform: Scripted) -> None:
    platform.faults[("delete", 0, "before")] = error(Unavailable)
    delete_published(out, alice)
    run_open_jobs()
    assert Job.objects.get().status == JobStatus.SCHEDULED
    assert changed() == []


def test_platform_that_cannot_says_so(out: Target, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_load(), "youtube", replace(_load()["youtube"], capabilities=frozenset()))
    for act in (lambda: edit_published(out, alice, title="x"), lambda: delete_published(out, alice)):
        with pytest.raises(PublishingError, match="YouTube does not let other programs change this"):
            act()
    assert Job.objects.count() == 0


def test_only_editors_change_what_is_published(out: Target, victor: User) -> None:
    for act in (lambda: edit_published(out, victor, title="x"), lambda: delete_published(out, victor)):
        with pytest.raises(TeamError):
            act()


def test_what_is_not_out_is_not_changed_there(out: Target, alice: User) -> None:
    Target.objects.update(status=TargetStatus.FAILED)
    with pytest.raises(PublishingError, match="Only what is published can be deleted"):
        delete_published(out, alice)
    with pytest.raises(PublishingError) as refused:
        edit_published(TargetFactory(status=TargetStatus.PUBLISHED, post=out.post), alice, colour="red")
    assert refused.value.field == "colour"

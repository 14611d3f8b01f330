"""A finished run, changed: what is made again, and what is taken as it was."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from apps.accounts.models import User
from apps.creation.errors import CreationError
from apps.creation.models import Run
from apps.creation.services import editing
from apps.creation.services.templates import install_system_templates
from apps.library.models import AssetKind
from apps.teams.models import Team
from apps.teams.roles import Role
from tests.creation.conftest import begin, keys, made_since, make_quick, make_small, work
from tests.database import forget, keep, restore
from tests.factories import MembershipFactory

FINISHED = "finished_run"  # its copy, made once
CUT = {"transition": "cut", "transition_s": 0}

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("small_frames", "quick_sounds"),
]

Start = Callable[..., Run]
WorkOff = Callable[[Run], list[str]]


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: Any, spoken: dict[str, Any]) -> Iterator[UUID]:
    """A run with hard cuts in one format is made, and all rows of it are kept."""
    with django_db_blocker.unblock():
        with pytest.MonkeyPatch.context() as patch:
            make_small(patch)
            make_quick(patch, spoken)
            install_system_templates()
            owner = MembershipFactory(user__email="alice@example.com", role=Role.OWNER)
            run = begin(owner.team, look=CUT)
            work(run)
        assert run.status == "done", run.error
        keep(FINISHED)
        restore()
        yield run.pk
        forget(FINISHED)


@pytest.fixture
def finished(transactional_db: None, made_once: UUID) -> Run:
    """That run, as it was when it had just been finished."""
    restore(FINISHED)
    return Run.objects.get(pk=made_once)


@pytest.fixture
def team(finished: Run) -> Team:
    return finished.team


@pytest.fixture
def alice(team: Team) -> User:
    return team.members.get()


@pytest.mark.spec("GEN-09", "LIB-09")
def test_the_same_run_again_makes_nothing(finished: Run, start: Start, work_off: WorkOff):
    before = keys()
    again = start(look=CUT)
    assert work_off(again) == []
    assert (again.status, keys() - before) == ("done", set())
    assert set(again.steps.values_list("reused", flat=True)) == {True}
    files = {asset.file_id for asset in again.video.assets.filter(kind=AssetKind.RENDITION)}
    assert files == {asset.file_id for asset in finished.video.assets.filter(kind=AssetKind.RENDITION)}


@pytest.mark.spec("GEN-09")
def test_a_corrected_caption_word_costs_one_segment(finished: Run, alice, work_off: WorkOff):
    before, scene = keys(), finished.scenes.all()[1]
    words = scene.narration.split()
    words[0] = words[0].upper() + "!"
    editing.edit_scene(scene, actor=alice, caption=" ".join(words))
    work_off(finished)
    assert finished.status == "done"
    assert made_since(before) == {"moderation": 1, "segment": 1, "captions": 1, "join": 1}


@pytest.mark.spec("GEN-09")
def test_other_words_cost_one_voice_and_what_hangs_on_it(finished: Run, alice, work_off: WorkOff):
    before, scene = keys(), finished.scenes.all()[1]
    editing.edit_scene(scene, actor=alice, narration=scene.narration + " Really.")
    work_off(finished)
    expected = {"moderation": 1, "voice": 1, "segment": 1, "captions": 1, "sound": 1, "join": 1}
    assert made_since(before) == expected
    with finished.video.assets.get(kind=AssetKind.CAPTION, title="SRT").open() as file:
        assert "Really." in file.read().decode()


@pytest.mark.spec("GEN-06", "GEN-09")
def test_another_picture_costs_that_picture(finished: Run, alice, work_off: WorkOff):
    before, scene = keys(), finished.scenes.all()[1]
    editing.another_visual(scene, actor=alice)
    work_off(finished)
    made = made_since(before)
    assert made.pop("thumbnail", 1) == 1
    assert made == {"visual": 1, "segment": 1, "join": 1}


@pytest.mark.spec("GEN-09", "GEN-18")
def test_another_order_films_nothing_again(finished: Run, alice, work_off: WorkOff):
    before = keys()
    order = [scene.pk for scene in finished.scenes.all()]
    last_stays = [*order[:-1][::-1], order[-1]]
    editing.reorder_scenes(finished, order=last_stays, actor=alice)
    work_off(finished)
    made = made_since(before)
    assert made["voice"] == made["visual"] == made["music"] == 0
    assert [scene.pk for scene in finished.scenes.all()] == last_stays
    assert made["segment"] <= 2  # the first scene starts a little sooner than those that follow a transition


@pytest.mark.spec("GEN-09")
def test_another_caption_style_films_everything_but_speaks_nothing(finished: Run, alice, work_off: WorkOff):
    before = keys()
    editing.change_settings(finished, actor=alice, spec={"captions": {"style": "minimal"}})
    work_off(finished)
    assert made_since(before) == {"segment": finished.scenes.count(), "join": 1}


@pytest.mark.spec("GEN-08", "GEN-09")
def test_another_format_shares_voice_music_and_captions(finished: Run, alice, work_off: WorkOff):
    before = keys()
    editing.change_formats(finished, actor=alice, formats=["9x16", "1x1"])
    work_off(finished)
    assert made_since(before) == {"segment": finished.scenes.count(), "join": 1}
    formats = finished.video.assets.filter(kind=AssetKind.RENDITION).values_list("format", flat=True)
    assert sorted(formats) == ["1x1", "9x16"]


@pytest.mark.spec("GEN-04")
def test_scenes_are_added_and_removed(finished: Run, alice, work_off: WorkOff):
    first = finished.scenes.first()
    editing.add_scene(finished, after=first, narration="Honey never spoils.", actor=alice)
    work_off(finished)
    assert finished.scenes.all()[1].narration == "Honey never spoils."
    before = keys()
    editing.remove_scene(finished.scenes.all()[1], actor=alice)
    work_off(finished)
    assert finished.status == "done"
    assert made_since(before) == Counter()
    assert [scene.position for scene in finished.scenes.all()] == list(range(finished.scenes.count()))


@pytest.mark.spec("GEN-11")
def test_a_scene_that_is_not_allowed_stops_before_it_is_spoken(finished: Run, alice, work_off: WorkOff):
    before, scene = keys(), finished.scenes.first()
    editing.edit_scene(scene, actor=alice, narration="You are a fucking idiot and I will kill you.")
    work_off(finished)
    assert finished.status == "failed"
    assert "stopped by the check" in finished.error
    assert made_since(before)["voice"] == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"narration": "  "}, "narration"),
        ({"narration": "x" * 3000}, "narration"),
        ({"caption": "x " * 1500}, "caption"),
    ],
)
def test_bad_words_are_refused_beside_their_field(finished: Run, alice, changes, field):
    with pytest.raises(CreationError) as caught:
        editing.edit_scene(finished.scenes.first(), actor=alice, **changes)
    assert caught.value.field == field
    finished.refresh_from_db()
    assert finished.status == "done"

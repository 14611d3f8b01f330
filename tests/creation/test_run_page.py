"""The page of one run: how far it is, what went wrong and can be done, and what came of it (GEN-01, GEN-10)."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.creation.models import Run, StepFile, StepKind
from apps.jobs.models import Job
from apps.providers.models import CostEntry, ProviderKey
from apps.teams.models import Team
from tests.creation.conjuring import begin, conjure, failed, finished

HTMX = {"HX-Request": "true"}

ACTIONS = ("title/", "cancel/", "retry/", "provider/")


def address(run: Run, tail: str = "") -> str:
    return f"/studio/morning-show/create/runs/{run.pk}/{tail}"


def phases(answer: Any) -> dict[str, tuple[str, int, int]]:
    return {phase.slug: (phase.state, phase.done, phase.total) for phase in answer.context["phases"]}


def test_run_is_shown_to_members_and_changed_by_makers(
    client: Client, charlie_client: Client, victor_client: Client, bob_client: Client, team: Team
) -> None:
    run = begin(team)
    assert client.get(address(run))["Location"] == f"/accounts/login/?next={address(run)}"
    assert charlie_client.get(address(run)).status_code == 404
    assert victor_client.get(address(run)).status_code == 200
    assert bob_client.get(address(run)).status_code == 200
    for action in ACTIONS:
        assert victor_client.post(address(run, action)).status_code == 403
        assert charlie_client.post(address(run, action)).status_code == 404
        assert bob_client.get(address(run, action)).status_code == 405
    page = victor_client.get(address(run)).content.decode()
    assert "Cancel</span>" not in page
    assert 'name="title"' not in page


def test_another_teams_run_is_missing(bob_client: Client, charlie: User) -> None:
    theirs = begin(charlie.memberships.get().team)
    assert bob_client.get(address(theirs)).status_code == 404
    for action in ACTIONS:
        assert bob_client.post(address(theirs, action), {"title": "Mine now"}).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.title, theirs.status) == ("Bees dance. Flowers wait.", "running")


@pytest.mark.spec("GEN-01")
def test_page_shows_phases_as_they_come(bob_client: Client, team: Team) -> None:
    run = begin(team)
    answer = bob_client.get(address(run))
    waiting = ("waiting", 0, 0)
    assert phases(answer) == {
        "script": ("waiting", 0, 1), "check": waiting, "voice": waiting, "visual": waiting, "music": waiting,
        "film": waiting, "sound": waiting, "finish": waiting,
    }  # fmt: skip
    assert "You can close this page: it goes on." in answer.content.decode()
    conjure(run, until=StepKind.SEGMENT)
    answer = bob_client.get(address(run))
    assert phases(answer) == {
        "script": ("done", 2, 2), "check": ("done", 3, 3), "voice": ("done", 3, 3), "visual": ("done", 3, 3),
        "music": ("done", 1, 1), "film": ("waiting", 0, 5), "sound": ("done", 1, 1), "finish": ("done", 3, 3),
    }  # fmt: skip
    stills = [card.still_id for card in answer.context["cards"]]
    assert all(f"/create/files/{still}/" in answer.content.decode() for still in stills)
    assert answer.context["progress"].left_s is not None


def test_what_goes_on_comes_alone_and_by_its_id(bob_client: Client, team: Team) -> None:
    run = finished(team)
    live = bob_client.get(address(run), headers=HTMX).content.decode()
    assert live.strip().startswith('<div id="run-state" class="run-state" hx-swap-oob="true">')
    assert '<div id="run-live" class="run-live" hx-swap-oob="true">' in live
    assert "<html" not in live
    result = bob_client.get(address(run, "?part=result"), headers=HTMX).content.decode()
    assert result.strip().startswith('<div id="run-result"')
    assert "<video" in result


def test_finished_run_shows_player_files_and_titles(bob_client: Client, team: Team) -> None:
    run = finished(team, formats=["9x16", "16x9"])
    answer = bob_client.get(address(run))
    page = answer.content.decode()
    wide = run.video.assets.get(kind="rendition", format="16x9")
    assert f"/studio/morning-show/library/videos/{run.video.pk}/" in page
    assert {asset.format for asset in answer.context["contents"].renditions} == {"9x16", "16x9"}
    assert page.count("?download") >= 2 + 2 + 3
    assert [idea["title"] for idea in answer.context["title_ideas"]] == [
        f"Why bees dance ({n})" for n in range(5)
    ]
    assert answer.context["playing"].format == "9x16"
    assert [(track.language, track.label) for track in answer.context["tracks"]] == [("en", "English")]
    assert bob_client.get(address(run, "?format=16x9")).context["playing"] == wide
    assert bob_client.get(address(run, "?format=mud")).context["playing"].format == "9x16"


def test_deleted_video_is_not_played(bob_client: Client, bob: User, team: Team) -> None:
    from apps.library.services import delete_video

    run = finished(team)
    delete_video(run.video, actor=bob)
    answer = bob_client.get(address(run))
    assert (answer.status_code, answer.context["contents"]) == (200, None)


@pytest.mark.spec("GEN-10")
def test_failed_run_says_why_and_goes_on_from_the_last_good_step(bob_client: Client, team: Team) -> None:
    run = failed(team, error="The voice did not answer. Try again in a minute.")
    answer = bob_client.get(address(run))
    page = answer.content.decode()
    assert page.count("The voice did not answer. Try again in a minute.") == 1
    scene = run.steps.get(kind=StepKind.VOICE, job__status="dead").scene_id
    assert address(run, f"storyboard/#scene-{scene}") in page
    assert "Try again from the last good step" in page
    assert "Traceback …" in page
    assert phases(answer)["voice"][0] == "failed"
    kept = run.steps.filter(result__isnull=False).count()
    answer = bob_client.post(address(run, "retry/"), headers=HTMX)
    assert (answer.status_code, answer.context["run"].status) == (200, "running")
    assert 'id="run-live"' in answer.content.decode()
    assert run.steps.filter(result__isnull=False).count() == kept
    assert conjure(run, title="A failure").status == "done"


def test_whole_error_is_for_those_who_look_after_jobs(victor_client: Client, team: Team) -> None:
    run = failed(team)
    page = victor_client.get(address(run)).content.decode()
    assert "The voice did not answer." in page
    assert "Traceback …" not in page


@pytest.mark.spec("GEN-10")
def test_provider_of_a_failed_step_is_swapped_and_the_run_goes_on(bob_client: Client, team: Team) -> None:
    run = failed(team)
    assert "Swap the provider" not in bob_client.get(address(run)).content.decode()
    key = ProviderKey.objects.create(team=team, provider="elevenlabs", label="Our voices", secret="s")
    assert "Swap the provider" in bob_client.get(address(run)).content.decode()
    sent = {"capability": "voice", "provider": str(key.pk)}
    answer = bob_client.post(address(run, "provider/"), sent)
    assert answer["Location"] == address(run)
    run.refresh_from_db()
    assert (run.status, run.providers) == ("running", {"voice": str(key.pk)})
    voices = [step.params["provider"] for step in run.steps.filter(kind=StepKind.VOICE)]
    assert voices == [str(key.pk)] * 3
    bob_client.post(address(run, "provider/"), {"capability": "voice", "provider": ""})
    run.refresh_from_db()
    assert run.providers == {}


@pytest.mark.parametrize(
    "sent",
    [{}, {"capability": "mud"}, {"capability": "voice", "provider": "nobody"}, {"provider": "builtin"}],
)
def test_provider_that_cannot_do_it_is_refused(bob_client: Client, team: Team, sent: dict[str, str]) -> None:
    run = failed(team)
    answer = bob_client.post(address(run, "provider/"), sent, headers=HTMX)
    assert answer.status_code == 422
    assert "can't be used for this now" in answer["HX-Trigger"]
    run.refresh_from_db()
    assert (run.status, run.providers) == ("failed", {})


def test_run_is_cancelled_once(bob_client: Client, team: Team) -> None:
    run = begin(team)
    answer = bob_client.post(address(run, "cancel/"), headers=HTMX)
    assert (answer.status_code, answer.context["run"].status) == (200, "cancelled")
    assert set(Job.objects.filter(subject_id=str(run.pk)).values_list("status", flat=True)) == {"cancelled"}
    answer = bob_client.post(address(run, "cancel/"), headers=HTMX)
    assert answer.status_code == 422
    assert "not being made at the moment" in answer["HX-Trigger"]
    assert bob_client.post(address(run, "retry/"))["Location"] == address(run)
    run.refresh_from_db()
    assert run.status == "running"


def test_title_is_changed_in_place_and_on_a_page_without_script(bob_client: Client, team: Team) -> None:
    run = finished(team)
    answer = bob_client.post(address(run, "title/"), {"title": "The dance"}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.content.decode().strip().startswith('<form id="run-title"')
    assert bob_client.post(address(run, "title/"), {"title": " The  waggle dance "})["Location"] == address(
        run
    )
    run.refresh_from_db()
    assert run.title == "The waggle dance"


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("", "Give the video a title."),
        ("   ", "Give the video a title."),
        ("b" * 121, "Ensure this value has at most 120 characters (it has 121)."),
    ],
)
def test_wrong_title_is_refused_beside_its_field(
    bob_client: Client, team: Team, title: str, said: str
) -> None:
    run = finished(team)
    part = bob_client.post(address(run, "title/"), {"title": title}, headers=HTMX)
    page = bob_client.post(address(run, "title/"), {"title": title})
    for answer in (part, page):
        assert answer.status_code == 422
        assert f"<li>{said}</li>" in answer.content.decode()
    assert "<html" in page.content.decode()
    run.refresh_from_db()
    assert run.title == "Why bees dance"


@pytest.mark.spec("EXP-03")
def test_cost_is_shown_to_those_who_may_see_costs(
    bob_client: Client, victor_client: Client, team: Team
) -> None:
    run = finished(team)
    CostEntry.objects.create(
        team=team, provider="elevenlabs", capability="voice", estimate="0.3", actual="0.42", run_ref=run.pk
    )
    assert "$0.42" in bob_client.get(address(run)).content.decode()
    assert "$0.42" not in victor_client.get(address(run)).content.decode()


def test_made_files_are_served_to_the_team_only(
    bob_client: Client, charlie_client: Client, client: Client, charlie: User, team: Team
) -> None:
    run, theirs = finished(team), finished(charlie.memberships.get().team, title="Theirs")
    still = StepFile.objects.in_team(team).filter(role="still").select_related("file")[0].file
    page = f"/studio/morning-show/create/files/{still.pk}/"
    answer = bob_client.get(page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    with still.open() as file:
        assert b"".join(answer.streaming_content) == file.read()
    voice = run.steps.filter(kind=StepKind.VOICE)[0].result.file("audio")
    part = bob_client.get(f"/studio/morning-show/create/files/{voice.pk}/", headers={"Range": "bytes=0-3"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"RIFF")
    assert client.get(page).status_code == 302
    assert charlie_client.get(page).status_code == 404
    other = StepFile.objects.in_team(theirs.team).filter(role="still")[0].file_id
    assert bob_client.get(f"/studio/morning-show/create/files/{other}/").status_code == 404
    film = StepFile.objects.in_team(team).filter(role="video")[0].file_id
    assert bob_client.get(f"/studio/morning-show/create/files/{film}/").status_code == 404


STRANGE = ["<script>alert(1)</script> bees", "كيف تعمل المنارة في الليل؟", "灯台は夜に働く。", "👩‍🚀 up"]


@pytest.mark.parametrize("text", STRANGE)
def test_narration_and_title_are_shown_as_text(bob_client: Client, team: Team, text: str) -> None:
    run = finished(team)
    scene = run.scenes.all()[0]
    scene.narration = text
    scene.save()
    Run.objects.filter(pk=run.pk).update(title=text)
    page = bob_client.get(address(run)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page if "<" in text else text in page


def test_page_asks_as_often_for_one_scene_as_for_three(
    bob_client: Client, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one, three = finished(team, scenes=1), finished(team, scenes=3, text="Other words for other bees.")
    bob_client.get(address(one))
    with django_assert_num_queries(11):
        bob_client.get(address(one))
    with django_assert_num_queries(11):
        bob_client.get(address(three))

"""The page that starts a video: who may, what it shows, what it refuses, and what it starts (GEN-01, GEN-19)."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.creation.models import Run, Template
from apps.creation.services.runs import LONGEST_TEXT
from apps.creation.services.templates import copy_template
from apps.library.models import AssetKind
from apps.providers.text import clean
from apps.teams.models import Team
from tests.factories import AssetFactory, BrandFactory

PAGE = "/studio/morning-show/create/"
ESTIMATE = f"{PAGE}estimate/"
HTMX = {"HX-Request": "true"}
TEXT = "Bees dance. They tell each other where flowers are."

pytestmark = pytest.mark.usefixtures("templates")


def template(slug: str = "viral-hook") -> Template:
    return Template.objects.get(team=None, slug=slug)


def filled(**changes: Any) -> dict[str, Any]:
    return {"kind": "text", "text": TEXT, "template": str(template().pk), "formats": ["9x16"], **changes}


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


def test_only_members_who_may_create_get_the_page(
    client: Client, charlie_client: Client, victor_client: Client, bob_client: Client
) -> None:
    for page in (PAGE, ESTIMATE):
        assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
        assert charlie_client.get(page).status_code == 404
        assert victor_client.get(page).status_code == 403
        assert bob_client.get(page).status_code == 200
    assert victor_client.post(PAGE, filled()).status_code == 403
    assert charlie_client.post(PAGE, filled()).status_code == 404
    assert Run.objects.count() == 0


@pytest.mark.spec("GEN-03")
def test_page_offers_the_five_templates_and_the_teams_own(
    bob_client: Client, bob: User, team: Team, charlie: User
) -> None:
    own = copy_template(template(), team=team, actor=bob, name="Our hook")
    theirs = charlie.memberships.get()
    copy_template(template(), team=theirs.team, actor=charlie, name="Their hook")
    names = [card.template.name for card in bob_client.get(PAGE).context["cards"]]
    assert names == [
        "Viral Hook", "Educational Explainer", "Product Showcase", "Storytelling", "Trending Challenge", own.name,
    ]  # fmt: skip


def test_installation_without_templates_says_how_to_get_them(bob_client: Client) -> None:
    Template.objects.all().delete()
    answer = bob_client.get(PAGE)
    assert answer.status_code == 200
    assert "python manage.py seed" in answer.content.decode()


def test_address_fills_the_form(bob_client: Client) -> None:
    chosen = template("storytelling")
    answer = bob_client.get(PAGE, {"topic": "Bees & flowers", "template": str(chosen.pk)})
    form = answer.context["form"]
    assert (form["kind"].value(), form["topic"].value()) == ("topic", "Bees & flowers")
    assert answer.context["chosen"].template == chosen
    assert answer.context["formats"] == ["16x9", "9x16", "1x1"]


@pytest.mark.spec("GEN-01")
def test_a_text_starts_a_run_with_everything_that_was_wished(
    bob_client: Client, bob: User, team: Team
) -> None:
    track = AssetFactory(team=team, kind=AssetKind.MUSIC, title="Our theme")
    wishes = {
        "formats": ["1x1", "9x16"], "language": "en", "voice": "joe", "speed": "1.1",
        "music": f"track:{track.pk}", "caption_style": "karaoke", "position": "top", "palette": "ember",
        "transition": "slide_left",
    }  # fmt: skip
    answer = bob_client.post(PAGE, filled(**wishes))
    run = Run.objects.get()
    assert answer["Location"] == f"{PAGE}runs/{run.pk}/"
    spec = run.spec
    assert (run.team, run.started_by, run.source_kind, run.source_text) == (team, bob, "text", TEXT)
    assert (run.formats, run.language, run.music_asset) == (["9x16", "1x1"], "en", track)
    assert (spec["captions"]["style"], spec["captions"]["position"]) == ("karaoke", "top")
    assert (spec["look"]["palette"], spec["look"]["transition"], spec["look"]["transition_s"]) == (
        "ember", "slide_left", 0.4,
    )  # fmt: skip
    assert (spec["sound"]["voice"], spec["sound"]["speed"], spec["sound"]["music"]) == ("joe", 1.1, True)


def test_what_is_left_alone_the_template_decides(bob_client: Client) -> None:
    bob_client.post(PAGE, filled())
    assert Run.objects.get().spec == template().spec


@pytest.mark.parametrize(
    ("music", "expected"),
    [("none", (False, "uplifting")), ("mood:calm", (True, "calm"))],
)
def test_music_is_left_out_or_made_in_a_mood(
    bob_client: Client, music: str, expected: tuple[bool, str]
) -> None:
    bob_client.post(PAGE, filled(music=music))
    sound = Run.objects.get().spec["sound"]
    assert (sound["music"], sound["mood"]) == expected


def test_captions_can_be_left_out(bob_client: Client) -> None:
    bob_client.post(PAGE, filled(caption_style="none"))
    assert Run.objects.get().spec["captions"]["burnt_in"] is False


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ({"kind": "url", "url": "https://example.com/bees"}, ("url", "", "https://example.com/bees", "")),
        ({"kind": "topic", "topic": "  Why bees dance "}, ("topic", "", "", "Why bees dance")),
    ],
)
def test_links_and_topics_start_runs_and_the_other_sources_are_dropped(
    bob_client: Client, source: dict[str, str], kept: tuple[str, ...]
) -> None:
    bob_client.post(PAGE, filled(**source))
    run = Run.objects.get()
    assert (run.source_kind, run.source_text, run.source_url, run.topic) == kept


WRONG = [
    ({"text": ""}, {"text": ["Paste the text that the video is to be made of."]}),
    ({"text": " \n\t"}, {"text": ["Paste the text that the video is to be made of."]}),
    ({"text": " 🙂 "}, {"text": ["There are no words in this text that could be read aloud. Paste some."]}),
    (
        {"text": "b" * (LONGEST_TEXT + 1)},
        {"text": ["The text has 200,001 characters; 200,000 are allowed. Paste the part that counts."]},
    ),
    ({"kind": "url", "url": ""}, {"url": ["Give a whole link that starts with https://."]}),
    (
        {"kind": "url", "url": "javascript:alert(1)"},
        {"url": ["Give a whole link that starts with https://."]},
    ),
    ({"kind": "url", "url": "file:///etc/passwd"}, {"url": ["Give a whole link that starts with https://."]}),
    (
        {"kind": "url", "url": "http://192.168.1.1/admin"},
        {"url": ["192.168.1.1 leads to a private address, which Showrunner does not open."]},
    ),
    (
        {"kind": "url", "url": "http://[::1"},
        {"url": ["Give a whole link that starts with https://."]},
    ),
    ({"kind": "topic", "topic": " "}, {"topic": ["Say in a few words what the video is about."]}),
    (
        {"kind": "topic", "topic": "b" * 301},
        {"topic": ["A topic has at most 300 characters. Paste longer words as a text."]},
    ),
    ({"formats": []}, {"formats": ["Choose at least one format."]}),
    ({"template": ""}, {"template": ["Choose how the video is to be told."]}),
    (
        {"template": "0192f3c2-a1b2-7c33-8c33-000000000000"},
        {"template": ["That template is no longer there. Choose another one."]},
    ),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG, ids=lambda value: str(value)[:40])
def test_wrong_input_is_refused_beside_its_field_and_kept(
    bob_client: Client, wrong: dict[str, Any], said: dict[str, list[str]]
) -> None:
    sent = filled(**wrong)
    answer = bob_client.post(PAGE, sent)
    assert (answer.status_code, errors(answer)) == (422, said)
    form = answer.context["form"]
    assert {name: form[name].value() or "" for name in ("text", "url", "topic")} == {
        name: sent.get(name, "") for name in ("text", "url", "topic")
    }
    for sentence in next(iter(said.values())):
        assert f"<li>{sentence}</li>" in answer.content.decode()
    assert Run.objects.count() == 0


def test_unknown_choices_are_refused_each_beside_its_field(bob_client: Client) -> None:
    wrong = {
        "formats": ["2x2"],
        "palette": "mud",
        "transition": "explode",
        "speed": "9",
        "music": "track:nobody",
    }
    answer = bob_client.post(PAGE, filled(**wrong))
    assert answer.status_code == 422
    assert set(errors(answer)) == set(wrong)


def test_another_teams_template_and_track_cannot_be_used(bob_client: Client, charlie: User) -> None:
    theirs = charlie.memberships.get().team
    hidden = copy_template(template(), team=theirs, actor=charlie)
    track = AssetFactory(team=theirs, kind=AssetKind.MUSIC)
    answer = bob_client.post(PAGE, filled(template=str(hidden.pk), music=f"track:{track.pk}"))
    assert (answer.status_code, set(errors(answer))) == (422, {"template", "music"})
    assert track.title not in bob_client.get(PAGE).content.decode()


STRANGE = [
    "<script>alert('x')</script> & \"quotes\"",
    "كيف تعمل المنارة في الليل؟",
    "灯台は夜にどう働くのか。",
    "👩‍🚀🏳️‍🌈 emoji only? No: words too.",
    "</textarea><h1>out</h1>",
]


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_texts_are_shown_as_text(bob_client: Client, strange: str) -> None:
    page = bob_client.post(PAGE, filled(text=strange, formats=[])).content.decode()
    assert "<script>alert" not in page
    assert "<h1>out</h1>" not in page
    run_page = bob_client.post(PAGE, filled(text=strange), follow=True)
    assert run_page.status_code == 200
    assert "<script>alert" not in run_page.content.decode()
    assert Run.objects.get().source_text == clean(strange)


@pytest.mark.spec("GEN-19")
def test_limits_are_shown_and_said_when_reached(bob_client: Client, settings: Any) -> None:
    settings.RUNS_AT_ONCE = 1
    left = bob_client.get(PAGE).context["allowance"]
    assert (left.today_left, left.today_limit, left.at_once_left) == (50, 50, 1)
    bob_client.post(PAGE, filled())
    answer = bob_client.post(PAGE, filled())
    sentence = "One video is in the making, which is your team's limit. Wait for one to end."
    assert (answer.status_code, errors(answer)) == (422, {"__all__": [sentence]})
    assert Run.objects.count() == 1


def test_brand_is_applied_and_said(bob_client: Client, team: Team) -> None:
    BrandFactory(team=team, palette="ocean", voice="joe")
    answer = bob_client.get(PAGE)
    form = answer.context["form"]
    assert (form["palette"].value(), form["voice"].value()) == ("ocean", "joe")
    assert answer.context["preview"].palette == "ocean"
    assert "Your brand is applied" in answer.content.decode()


def test_providers_are_offered_where_there_is_a_choice(bob_client: Client, team: Team) -> None:
    from apps.providers.models import ProviderKey

    assert bob_client.get(PAGE).context["form"].provider_fields == []
    key = ProviderKey.objects.create(
        team=team, provider="elevenlabs", label="Our voices", secret="s3cret-key",
        facts={"voices": [{"id": "v1", "name": "Vera"}]},
    )  # fmt: skip
    answer = bob_client.get(PAGE)
    assert [field.name for field in answer.context["form"].provider_fields] == ["provider_voice"]
    assert ("v1", "Vera · Our voices") in answer.context["voices"]
    assert "s3cret" not in answer.content.decode()
    bob_client.post(PAGE, filled(provider_voice=str(key.pk)))
    assert Run.objects.get().providers == {"voice": str(key.pk)}
    answer = bob_client.post(PAGE, filled(provider_voice="nobody"))
    assert (answer.status_code, set(errors(answer))) == (422, {"provider_voice"})


@pytest.mark.spec("EXP-03")
def test_estimate_follows_the_choices_and_is_only_its_part(bob_client: Client) -> None:
    short = {"template": str(template("viral-hook").pk), "formats": ["9x16"], "kind": "text", "words": "50"}
    long = {**short, "template": str(template("storytelling").pk), "formats": ["9x16", "16x9", "1x1", "4x5"]}
    answers = [
        bob_client.get(ESTIMATE, choices, headers=HTMX) for choices in (short, {**long, "words": "900"})
    ]
    quick, slow = (answer.context["estimate"] for answer in answers)
    assert slow.work_s > 2 * quick.work_s
    assert (quick.cost, slow.cost) == (0, 0)
    for answer in answers:
        page = answer.content.decode()
        assert page.strip().startswith('<div id="estimate"')
        assert "Nothing" in page
    assert "<html" in bob_client.get(ESTIMATE, short).content.decode()


@pytest.mark.parametrize("words", ["-3", "many", "٣", "9" * 30])
def test_estimate_takes_nonsense_for_what_it_is(bob_client: Client, words: str) -> None:
    answer = bob_client.get(ESTIMATE, {"words": words, "template": "x", "speed": "?"}, headers=HTMX)
    assert answer.status_code == 200


def test_page_asks_as_often_for_one_template_as_for_three(
    bob_client: Client, bob: User, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bob_client.get(PAGE)
    Template.objects.exclude(slug="viral-hook").delete()
    with django_assert_num_queries(12):
        bob_client.get(PAGE)
    for number in range(2):
        copy_template(template(), team=team, actor=bob, name=f"Copy {number}")
    with django_assert_num_queries(12):
        bob_client.get(PAGE)

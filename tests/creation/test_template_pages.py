"""Templates: shown with their use, copied, edited as a whole, retired and brought back (GEN-02, GEN-03)."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.creation.forms.fields import PLACES
from apps.creation.forms.template import TemplateForm, beat_rows
from apps.creation.models import Template
from apps.creation.services.templates import copy_template
from apps.teams.models import Team
from tests.creation.conjuring import begin, failed, finished

LIST = "/studio/morning-show/create/templates/"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.usefixtures("templates")


def system(slug: str = "viral-hook") -> Template:
    return Template.objects.get(team=None, slug=slug)


@pytest.fixture
def own(team: Team, bob: User) -> Template:
    return copy_template(system(), team=team, actor=bob, name="Our hook")


def page_of(template: Template, tail: str = "") -> str:
    return f"{LIST}{template.pk}/{tail}"


def sent_for(template: Template, **changes: Any) -> dict[str, Any]:
    """What the page sends when nothing but `changes` was touched."""
    form = TemplateForm(template=template)
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value is not None and value is not False}
    rows = beat_rows(template)
    sent |= {"beats-TOTAL_FORMS": len(rows) + 1, "beats-INITIAL_FORMS": len(rows)}
    for number, row in enumerate([*rows, {"name": "", "purpose": "", "percent": ""}]):
        sent |= {f"beats-{number}-{name}": value for name, value in row.items()}
    sent |= changes
    return {name: value for name, value in sent.items() if value is not None}


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


def test_templates_are_shown_to_members_and_changed_by_editors(
    client: Client, charlie_client: Client, victor_client: Client, own: Template
) -> None:
    for page in (LIST, page_of(system()), page_of(own)):
        assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
        assert charlie_client.get(page).status_code == 404
        answer = victor_client.get(page)
        assert answer.status_code == 200
        assert "Copy</span>" not in answer.content.decode()
    for action in ("copy/", "edit/", "retire/", "restore/"):
        assert client.post(page_of(own, action)).status_code == 302
        assert charlie_client.post(page_of(own, action)).status_code == 404
        assert victor_client.post(page_of(own, action)).status_code == 403
    assert victor_client.get(page_of(own, "edit/")).status_code == 403


def test_another_teams_template_is_missing(bob_client: Client, charlie: User) -> None:
    theirs = copy_template(system(), team=charlie.memberships.get().team, actor=charlie, name="Their hook")
    assert "Their hook" not in bob_client.get(LIST).content.decode()
    assert bob_client.get(page_of(theirs)).status_code == 404
    assert bob_client.get(page_of(theirs, "edit/")).status_code == 404
    for action in ("copy/", "edit/", "retire/", "restore/"):
        assert bob_client.post(page_of(theirs, action), sent_for(theirs, name="Mine")).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.name, theirs.retired) == ("Their hook", False)


@pytest.mark.spec("GEN-03")
@pytest.mark.parametrize(
    ("slug", "name", "length"),
    [
        ("viral-hook", "Viral Hook", (15, 30)),
        ("educational-explainer", "Educational Explainer", (30, 90)),
        ("product-showcase", "Product Showcase", (20, 60)),
        ("storytelling", "Storytelling", (45, 120)),
        ("trending-challenge", "Trending Challenge", (10, 30)),
    ],
)
def test_the_products_own_templates_are_shown_and_cannot_be_edited(
    bob_client: Client, slug: str, name: str, length: tuple[int, int]
) -> None:
    template = system(slug)
    answer = bob_client.get(page_of(template))
    spec = answer.context["card"].spec
    assert (template.name, (spec.structure.min_s, spec.structure.max_s)) == (name, length)
    assert bob_client.get(page_of(template, "edit/")).status_code == 404
    answer = bob_client.post(page_of(template, "retire/"), follow=True)
    assert "This template comes with Showrunner and stays." in answer.content.decode()


@pytest.mark.spec("GEN-02")
def test_cards_tell_how_often_the_team_used_and_copied_them(
    bob_client: Client, own: Template, team: Team, charlie: User
) -> None:
    finished(team, slug="storytelling")
    begin(charlie.memberships.get().team, slug="storytelling")
    cards = {card.template.slug: card for card in bob_client.get(LIST).context["cards"]}
    assert {slug: (card.use.runs, card.copies) for slug, card in cards.items()} == {
        "viral-hook": (0, 1), "educational-explainer": (0, 0), "product-showcase": (0, 0),
        "storytelling": (1, 0), "trending-challenge": (0, 0), "our-hook": (0, 0),
    }  # fmt: skip


def test_page_of_a_template_tells_its_use(bob_client: Client, team: Team) -> None:
    done, stopped = finished(team), failed(team)
    answer = bob_client.get(page_of(system("trending-challenge")))
    use = answer.context["card"].use
    assert (use.runs, use.done, use.done_share) == (2, 1, 0.5)
    assert {row.run.pk for row in answer.context["rows"]} == {done.pk, stopped.pk}


def test_list_shows_own_or_the_products_templates(bob_client: Client, own: Template) -> None:
    found = {
        whose: len(bob_client.get(f"{LIST}?whose={whose}").context["cards"])
        for whose in ("own", "product", "")
    }
    assert found == {"own": 1, "product": 5, "": 6}
    own.delete()
    assert "No templates of your own yet" in bob_client.get(f"{LIST}?whose=own").content.decode()
    part = bob_client.get(LIST, headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="list"')


@pytest.mark.spec("GEN-02")
def test_copy_belongs_to_the_team_and_opens_for_editing(bob_client: Client, team: Team, bob: User) -> None:
    answer = bob_client.post(page_of(system(), "copy/"), {"name": "Night hook"})
    copy = Template.objects.get(team=team)
    assert answer["Location"] == page_of(copy, "edit/")
    assert (copy.name, copy.spec, copy.copied_from) == ("Night hook", system().spec, system())
    assert AuditRecord.objects.filter(team=team, action="template.copy", actor=bob).count() == 1
    bob_client.post(page_of(system(), "copy/"))
    assert Template.objects.filter(team=team, name="Viral Hook (copy)").count() == 1
    assert bob_client.post(page_of(system(), "copy/"), {"name": "b" * 81})["Location"] == page_of(system())


def test_form_sent_back_untouched_changes_nothing(bob_client: Client, own: Template) -> None:
    before = own.spec
    assert bob_client.post(page_of(own, "edit/"), sent_for(own))["Location"] == page_of(own)
    own.refresh_from_db()
    assert (own.spec, own.version) == (before, 1)


CHANGED = {
    "name": "Night hook", "description": "For late hours.", "hook": "Whisper.", "min_s": 20, "max_s": 40,
    "min_scenes": 2, "max_scenes": 9, "formats": ["4x5"], "palette": "ember", "aesthetic": "warm",
    "transition": "fade", "transition_s": 0.5, "burnt_in": None, "caption_style": "reveal", "position": "top",
    "scale": 1.25, "hook_overlay": None, "voice": "joe", "speed": 0.9, "music": None, "mood": "calm",
    "genre": "jazz", "tempo": 90, "prompt": "Slowly.", "tone": "warm", "call_to_action": "Sleep well.",
    "thumbnail_layout": "split", "hashtags": "night, #sleep",
}  # fmt: skip


@pytest.mark.spec("GEN-02")
def test_every_part_of_a_copy_can_be_changed(
    bob_client: Client, own: Template, team: Team, bob: User
) -> None:
    beats = {
        "beats-0-name": "opening", "beats-0-purpose": "Be quiet.", "beats-0-percent": "60",
        "beats-1-DELETE": "on", "beats-2-DELETE": "on", "beats-3-percent": "15",
        "beats-4-name": "end", "beats-4-purpose": "", "beats-4-percent": "25",
    }  # fmt: skip
    assert bob_client.post(page_of(own, "edit/"), sent_for(own, **CHANGED, **beats))["Location"] == page_of(
        own
    )
    own.refresh_from_db()
    wanted = {
        **CHANGED,
        "burnt_in": False,
        "hook_overlay": False,
        "music": False,
        "hashtags": ["#night", "#sleep"],
    }
    found = {
        name: own.spec[place.partition(".")[0]][place.partition(".")[2]] for name, place in PLACES.items()
    }
    assert found == {name: wanted[name] for name in PLACES}
    assert own.spec["structure"]["beats"] == [
        {"name": "opening", "purpose": "Be quiet.", "share": 0.6},
        {"name": "call to action", "purpose": "Ask for one small thing.", "share": 0.15},
        {"name": "end", "purpose": "", "share": 0.25},
    ]
    assert (own.name, own.description, own.version) == ("Night hook", "For late hours.", 2)
    assert AuditRecord.objects.filter(team=team, action="template.edit", actor=bob).count() == 1


def test_running_videos_keep_the_template_that_they_were_started_with(
    bob_client: Client, own: Template, team: Team
) -> None:
    run = begin(team, slug="viral-hook")
    run.template, before = own, run.spec
    run.save()
    bob_client.post(page_of(own, "edit/"), sent_for(own, palette="ember"))
    run.refresh_from_db()
    assert run.spec == before


WRONG = [
    ({"name": " "}, {"name": ["This field is required."]}),
    ({"name": "b" * 81}, {"name": ["Ensure this value has at most 80 characters (it has 81)."]}),
    (
        {"min_s": 40, "max_s": 30},
        {"max_s": ["The shortest length (40 s) must be below the longest (30 s)."]},
    ),
    ({"min_s": 4}, {"min_s": ["Ensure this value is greater than or equal to 5."]}),
    ({"max_s": 901}, {"max_s": ["Ensure this value is less than or equal to 900."]}),
    (
        {"min_scenes": 9, "max_scenes": 3},
        {"max_scenes": ["The smallest number of scenes must not be above the largest."]},
    ),
    (
        {"min_scenes": 30, "max_scenes": 40},
        {
            "min_scenes": [
                "30 scenes of at least 1.5 s do not fit into 30 s. Allow fewer scenes or a longer video."
            ]
        },
    ),
    ({"formats": None}, {"formats": ["Choose at least one format."]}),
    ({"hashtags": " ".join(f"tag{n}" for n in range(16))}, {"hashtags": ["At most 15 hashtags, not 16."]}),
    ({"speed": "fast"}, {"speed": ["Enter a number."]}),
    ({"speed": "nan"}, {"speed": ["Enter a number."]}),
]


@pytest.mark.spec("GEN-02")
@pytest.mark.parametrize(("wrong", "said"), WRONG, ids=lambda value: str(value)[:50])
def test_impossible_templates_are_refused_beside_their_field_and_kept(
    bob_client: Client, own: Template, wrong: dict[str, Any], said: dict[str, list[str]]
) -> None:
    sent = sent_for(own, **wrong)
    answer = bob_client.post(page_of(own, "edit/"), sent)
    assert (answer.status_code, errors(answer)) == (422, said)
    form = answer.context["form"]
    kept = {name: str(form[name].value()) for name in wrong if name != "formats"}
    assert kept == {name: str(sent[name]) for name in kept}
    own.refresh_from_db()
    assert own.version == 1


@pytest.mark.parametrize(
    ("beats", "said"),
    [
        ({"beats-0-percent": "90"}, ["The shares of the beats must add up to 100 %, not 170 %."]),
        ({f"beats-{n}-DELETE": "on" for n in range(4)}, ["Please submit at least 1 form."]),
    ],
)
def test_beats_that_do_not_make_a_whole_are_refused(
    bob_client: Client, own: Template, beats: dict[str, str], said: list[str]
) -> None:
    answer = bob_client.post(page_of(own, "edit/"), sent_for(own, **beats))
    assert (answer.status_code, list(answer.context["beats"].non_form_errors())) == (422, said)
    assert "must add up" in answer.content.decode() or "at least 1" in answer.content.decode()


def test_wrong_beat_is_refused_in_its_row(bob_client: Client, own: Template) -> None:
    answer = bob_client.post(
        page_of(own, "edit/"), sent_for(own, **{"beats-1-name": "", "beats-2-percent": "0"})
    )
    found = [dict(form.errors) for form in answer.context["beats"].forms]
    assert (answer.status_code, [set(row) for row in found]) == (
        422, [set(), {"name"}, {"percent"}, set(), set()],
    )  # fmt: skip


def test_form_without_its_rows_is_refused_not_broken(bob_client: Client, own: Template) -> None:
    sent = {name: value for name, value in sent_for(own).items() if not name.startswith("beats")}
    assert bob_client.post(page_of(own, "edit/"), sent).status_code == 422


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "قالب الليل", "夜の型", "👩‍🚀 & co"])
def test_names_are_shown_as_text(bob_client: Client, own: Template, name: str) -> None:
    bob_client.post(page_of(own, "edit/"), sent_for(own, name=name, hook=name))
    own.refresh_from_db()
    assert own.name == name
    for page in (LIST, page_of(own), page_of(own, "edit/")):
        assert "<script>alert" not in bob_client.get(page).content.decode()


@pytest.mark.spec("UI-04")
def test_template_is_retired_with_undo(bob_client: Client, own: Template, team: Team) -> None:
    answer = bob_client.post(page_of(own, "retire/"), headers=HTMX)
    told = json.loads(answer["HX-Trigger"])
    assert (answer.status_code, told["toast"]["undo"]) == (204, page_of(own, "restore/"))
    assert "template-changed" in told
    assert "Our hook" not in bob_client.get(LIST).content.decode()
    assert "Bring it back" in bob_client.get(page_of(own)).content.decode()
    answer = bob_client.post(page_of(own, "restore/"), headers=HTMX)
    assert (answer.status_code, "template-changed" in answer["HX-Trigger"]) == (204, True)
    assert "Our hook" in bob_client.get(LIST).content.decode()
    assert bob_client.post(page_of(own, "retire/"))["Location"] == page_of(own)
    assert bob_client.post(page_of(own, "restore/"))["Location"] == page_of(own)
    own.refresh_from_db()
    assert own.retired is False


def test_list_asks_as_often_for_one_template_as_for_three(
    bob_client: Client, team: Team, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Template.objects.exclude(slug="viral-hook").delete()
    bob_client.get(LIST)
    with django_assert_num_queries(7):
        bob_client.get(LIST)
    for number in range(2):
        copy_template(system(), team=team, actor=bob, name=f"Copy {number}")
    with django_assert_num_queries(7):
        bob_client.get(LIST)

"""Five titles for any script (GEN-13, P-A20)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.providers.builtin.titles import suggest_titles
from apps.providers.capabilities import SceneDraft, Script, TitlesRequest

WORDS = st.text(max_size=60) | st.sampled_from(
    ["", "🚀", "...", "港口很安静。", "كيف حالك؟", "A\nB", "x" * 200, "{a}", "%s {0}"]
)
SCENES = st.builds(
    SceneDraft, narration=WORDS, visual_description=WORDS, keywords=st.tuples(WORDS), beat=WORDS
)
SCRIPTS = st.builds(
    Script,
    title=WORDS,
    scenes=st.lists(SCENES, max_size=4).map(tuple),
    description=WORDS,
    tags=st.lists(WORDS, max_size=5).map(tuple),
    language=st.sampled_from(["en", "de", "fr", "es", "ar", "zh", "xx"]),
    basic=st.just(True),
)
SOME = st.lists(WORDS, max_size=8).map(tuple)


@pytest.mark.spec("P-A20", "GEN-13")
@given(request_=st.builds(TitlesRequest, script=SCRIPTS, topic=WORDS, accepted=SOME, rejected=SOME))
def test_there_are_five_distinct_titles_with_confidence_and_reason(request_: TitlesRequest):
    ideas = suggest_titles(request_).ideas
    assert len(ideas) == 5
    assert len({idea.title.casefold() for idea in ideas}) == 5
    assert not {idea.title for idea in ideas} & set(request_.rejected)
    assert [idea.confidence for idea in ideas] == sorted((idea.confidence for idea in ideas), reverse=True)
    for idea in ideas:
        assert 0 <= idea.confidence <= 1
        assert idea.reason
        assert 0 < len(idea.title) <= 70


@given(request_=st.builds(TitlesRequest, script=SCRIPTS, topic=WORDS))
def test_rejecting_all_titles_brings_five_others(request_):
    first = {idea.title for idea in suggest_titles(request_).ideas}
    again = TitlesRequest(request_.script, request_.topic, rejected=tuple(first))
    second = {idea.title for idea in suggest_titles(again).ideas}
    assert len(second) == 5
    assert not first & second


def test_titles_in_the_videos_own_words_come_first():
    scene = SceneDraft("Why did 850 houses burn down? A gale drove the fire.", "", (), "hook")
    script = Script("The great fire of Ålesund in 1904", (scene,), "", ("ålesund", "fire"), "en", True)
    assert [idea.title for idea in suggest_titles(TitlesRequest(script)).ideas[:2]] == [
        "The great fire of Ålesund in 1904",
        "Why did 850 houses burn down?",
    ]


@pytest.mark.parametrize(
    ("accepted", "rejected", "change"),
    [(("The great fire of Bergen",), (), 0.1), ((), ("The great fire of Bergen",), -0.2)],
)
def test_what_the_team_chose_before_moves_the_confidence(accepted, rejected, change):
    script = Script("The great fire of Ålesund in 1904", (), "", ("ålesund",), "en", True)
    plain = {idea.title: idea.confidence for idea in suggest_titles(TitlesRequest(script)).ideas}
    learnt = suggest_titles(TitlesRequest(script, accepted=accepted, rejected=rejected)).ideas
    moved = {idea.title: idea.confidence for idea in learnt}
    assert moved["The great fire of Ålesund in 1904"] == pytest.approx(
        plain["The great fire of Ålesund in 1904"] + change
    )

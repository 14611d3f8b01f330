"""The built-in moderation stops what must be stopped, and lets plain speech pass (GEN-11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.providers.builtin.moderation import BuiltinModeration, judge
from apps.providers.capabilities import ModerationRequest, Verdict
from tests.providers.samples import ARABIC, ARTICLE, CHINESE, GERMAN, JAPANESE

HARMLESS = [
    "Scunthorpe is a town in Lincolnshire, and Penistone one in Yorkshire.",
    "The class will assess the assignment on classic bass music.",
    "He shot a documentary about sex education in Essex and Sussex.",
    "Dick Van Dyke drank a cocktail with Alfred Hitchcock.",
    "Kill the process, then fork a child and abort the run.",
    "Breast cancer screening saves lives, and so does the prostate examination.",
    "The assassin fled, and the Nazi regime fell in 1945.",
    "The bomb disposal team made the pipe safe.",
    "Gay marriage became law; the women and the immigrants are happy.",
    "She died by suicide in 1963, and the hotline was founded after that.",
    "Shiitake mushrooms, grapes, titmice and great tits in the garden.",
    "Therapists treat addiction to heroin and fentanyl.",
    "54 ships, 3 a.m., 8 o'clock, $5 million and 1 more thing!",
    "A.B.C. and U.S.A. and w.w.w.",
    "Whites of two eggs are beaten; the blacks of the photograph are deep.",
    "How to kill time at the airport, and how to shoot a film.",
    "Jews are celebrating Hanukkah, Muslims are fasting.",
    "The cook makes meth-free soup." ,
    "He said he would kill for a coffee.",
    ARTICLE, GERMAN, CHINESE, JAPANESE, ARABIC, "", "🚀 🎉",
]  # fmt: skip

HARMFUL = [
    ("What the fuck is this", "profanity"),
    ("This is bullshit.", "profanity"),
    ("sh1t happens", "profanity"),
    ("f*ck this", "profanity"),
    ("F.U.C.K. you", "profanity"),
    ("fuuuuuck", "profanity"),
    ("Du Arschloch", "profanity"),
    ("Kill all the jews", "hate"),
    ("Immigrants are vermin.", "hate"),
    ("Heil Hitler", "hate"),
    ("I will kill you", "violence"),
    ("How to build a pipe bomb at home", "violence"),
    ("just kill yourself", "self-harm"),
    ("the best way to end my life", "self-harm"),
    ("watch free porn here", "sexual"),
    ("child porn", "minors"),
    ("How to cook meth in ten minutes", "illicit"),
    ("buy cocaine online", "illicit"),
]


@pytest.mark.parametrize("text", HARMLESS)
def test_plain_speech_passes(text, work):
    verdict = BuiltinModeration().run(ModerationRequest(text), work).answer
    assert verdict == Verdict(True, (), ("text",) if text else ())


@pytest.mark.spec("GEN-11")
@pytest.mark.parametrize(("text", "category"), HARMFUL)
def test_harm_is_stopped_with_its_reason(text, category, work):
    verdict = BuiltinModeration().run(ModerationRequest(f"Well. {text} Really."), work).answer
    assert not verdict.allowed
    assert category in [reason.category for reason in verdict.reasons]
    assert all(reason.found and reason.sentence.endswith(".") for reason in verdict.reasons)


def test_blocked_terms_of_team_and_operator_are_found_as_words(settings, work):
    settings.MODERATION_BLOCKED_TERMS = ["Globex"]
    request = ModerationRequest(
        "Acme and Globex sell acmeite; 竞争对手 too.", blocked_terms=("acme", "竞争", "unused", " ")
    )
    (reason,) = BuiltinModeration().run(request, work).answer.reasons
    assert (reason.category, reason.found) == ("blocked", ("acme", "竞争", "Globex"))
    assert judge("acmeite", ("acme",)) == ()


def test_an_image_is_not_claimed_to_have_been_looked_at(work, tmp_path):
    verdict = BuiltinModeration().run(ModerationRequest(image=tmp_path / "a.png"), work).answer
    assert verdict == Verdict(True, (), ())


def test_one_reason_for_each_category():
    reasons = judge("fuck this shit, and kill yourself")
    assert [reason.category for reason in reasons] == ["profanity", "self-harm"]
    assert reasons[0].found == ("fuck", "shit")


@given(st.text(max_size=300))
def test_any_text_is_judged(text):
    judge(text, ("x",))

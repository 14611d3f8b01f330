"""Built-in visuals, music and captions (PRV-05)."""

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.media.captions import Word
from apps.media.graphics import FAMILIES, PALETTES
from apps.providers.builtin.captions import BuiltinCaptions, heard, spread
from apps.providers.builtin.music import BuiltinMusic
from apps.providers.builtin.visual import BuiltinVisual
from apps.providers.capabilities import Captions, CaptionsRequest, MusicRequest, Visual, VisualRequest

RATE = 48_000


def draw(work, description="The harbour at dawn", keywords=("harbour", "dawn"), **more) -> Visual:
    values = {"language": "en", "orientation": "portrait", "duration_s": 4.0, **more}
    visual = BuiltinVisual().run(VisualRequest(description, keywords, **values), work).answer
    assert isinstance(visual, Visual)
    return visual


@pytest.mark.spec("PRV-05", "GEN-06")
def test_a_visual_is_a_recipe_in_the_asked_palette(work):
    visual = draw(work, palette="ocean", seed=3)
    assert visual.recipe is not None
    assert (visual.kind, visual.licence, visual.path) == ("graphic", "generated here", None)
    assert visual.recipe.palette == PALETTES["ocean"]
    assert (visual.recipe.seed, visual.recipe.duration_s) == (3, 4.0)
    assert visual == draw(work, palette="ocean", seed=3)


def test_another_seed_is_another_visual(work):
    assert len({draw(work, seed=seed).recipe for seed in range(6)}) == 6
    assert len({draw(work, seed=seed).recipe.family for seed in range(30)}) >= 5


def test_families_of_neighbouring_scenes_are_avoided(work):
    for seed in range(20):
        first = draw(work, seed=seed).recipe.family
        assert draw(work, seed=seed, avoid=(first, "https://example.com/1")).recipe.family != first


def test_an_unknown_palette_is_chosen_by_the_aesthetic(work):
    assert draw(work, palette="no such", aesthetic="warm, cinematic").recipe.palette.name in PALETTES


@pytest.mark.parametrize(
    ("aesthetic", "energy"), [("calm and clean", 0.3), ("bold neon", 0.75), ("", 0.525), ("calm, bold", 0.3)]
)
def test_energy_follows_the_aesthetic(aesthetic, energy, work):
    assert draw(work, aesthetic=aesthetic).recipe.energy == pytest.approx(energy)


def test_a_figure_of_the_description_is_shown_but_a_year_is_not(work):
    shown = draw(work, "Motion graphics about houses: 850 houses burned").recipe
    assert (shown.family, shown.words[0]) == ("figure", "850 houses burned")
    assert draw(work, "Motion graphics about the fire of 1904").recipe.words == ("harbour", "dawn")


@pytest.mark.parametrize("keywords", [(), ("港口",), ("🚀",), ("a" * 80,), ("one", "two", "three", "four")])
def test_any_key_words_give_a_known_family(keywords, work):
    recipe = draw(work, "", keywords).recipe
    assert recipe.family in FAMILIES
    assert len(recipe.words) <= 3


@pytest.mark.spec("PRV-05", "GEN-07")
@pytest.mark.parametrize(("tempo", "duration_s"), [(0, 4.0), (96, 3.0), (5, 2.0), (900, 2.0), (0, 0.1)])
def test_music_is_as_long_as_asked_and_free_to_use(tempo, duration_s, work):
    music = BuiltinMusic().run(MusicRequest("uplifting", "", tempo, duration_s, 3), work).answer
    with wave.open(str(music.path), "rb") as sound:
        seconds = sound.getnframes() / sound.getframerate()
        peak = np.abs(np.frombuffer(sound.readframes(RATE), dtype=np.int16)).max()
    assert music.licence == "generated here"
    assert duration_s <= seconds <= max(duration_s, 0.5) + 1
    assert peak > 0


@pytest.mark.parametrize(("mood", "genre"), [("no such mood", "no such genre"), ("", ""), ("🚀", "港口")])
def test_music_of_an_unknown_mood_is_still_music(mood, genre, work):
    assert BuiltinMusic().run(MusicRequest(mood, genre, 0, 1.0, 1), work).answer.path.exists()


def sound_file(path: Path, *parts: tuple[bool, float]) -> Path:
    """Stretches of tone and silence."""
    pieces = [
        np.sin(np.arange(int(RATE * seconds)) * 0.05) * 9000 if loud else np.zeros(int(RATE * seconds))
        for loud, seconds in parts
    ]
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(np.concatenate(pieces).astype(np.int16).tobytes())
    return path


def caption(work, audio: Path, text: str, words=()) -> Captions:
    captions = BuiltinCaptions().run(CaptionsRequest(audio, text, "en", words), work).answer
    assert isinstance(captions, Captions)
    return captions


def test_the_voices_own_times_are_kept(work, tmp_path):
    words = (Word("Hello", 0.1, 0.5), Word("there.", 0.6, 1.0))
    assert caption(work, tmp_path / "unread.wav", "Hello there.", words) == Captions(words, measured=True)


def test_times_of_another_text_are_not_trusted(work, tmp_path):
    audio = sound_file(tmp_path / "a.wav", (True, 1.0))
    captions = caption(work, audio, "Hello you there.", (Word("Hello", 0.1, 0.5),))
    assert [word.text for word in captions.words] == ["Hello", "you", "there."]
    assert not captions.measured


def test_heard_finds_where_somebody_speaks(tmp_path):
    audio = sound_file(tmp_path / "a.wav", (False, 0.5), (True, 1.0), (False, 0.6), (True, 0.4), (False, 0.3))
    assert heard(audio) == [pytest.approx((0.5, 1.5), abs=0.03), pytest.approx((2.1, 2.5), abs=0.03)]


def test_no_guessed_word_lies_over_a_pause(work, tmp_path):
    audio = sound_file(tmp_path / "a.wav", (False, 0.5), (True, 1.0), (False, 1.0), (True, 1.0))
    words = caption(work, audio, "one two three, four five six.").words
    assert words[0].start_s == pytest.approx(0.5, abs=0.03)
    assert words[-1].end_s == pytest.approx(3.5, abs=0.03)
    assert all(word.start_s < 1.55 or word.start_s > 2.45 for word in words)


def test_a_silent_sound_is_filled_from_end_to_end(work, tmp_path):
    audio = sound_file(tmp_path / "a.wav", (False, 2.0))
    words = caption(work, audio, "one two").words
    assert (words[0].start_s, words[-1].end_s) == (0.0, pytest.approx(2.0, abs=0.03))


@given(
    st.lists(st.text("abc.", min_size=1, max_size=8), min_size=1, max_size=12),
    st.lists(st.tuples(st.floats(0.05, 3), st.floats(0.1, 2)), min_size=1, max_size=5),
)
def test_spread_keeps_all_words_in_order_within_the_sound(written, lengths):
    stretches, at = [], 0.0
    for length, gap in lengths:
        stretches.append((at, at + length))
        at += length + gap
    words = spread(written, stretches)
    assert [word.text for word in words] == written
    end = 0.0
    for word in words:
        assert end - 0.002 <= word.start_s <= word.end_s <= stretches[-1][1] + 0.002
        end = word.end_s

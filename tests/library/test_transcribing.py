"""Captions from what is said in a video: in parts, once paid, never over somebody's words (LIB-07)."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.jobs.models import Job, JobStatus
from apps.jobs.runner import run_job
from apps.library.cues import problems
from apps.library.errors import LibraryError
from apps.library.models import AssetKind, Video
from apps.library.services import save_captions, start_transcription
from apps.library.services.captions import read_captions
from apps.library.speech.cues import cues_of
from apps.library.speech.models import Transcription
from apps.library.transcript import Cue
from apps.media.captions import Word
from apps.media.ffmpeg import Output, run
from apps.providers.models import CostEntry, ProviderKey
from apps.teams.models import Team
from tests.core.http_loopback import Loopback, running, status
from tests.factories import AssetFactory, VideoFactory

HTMX = {"HX-Request": "true", "HX-Target": "speech"}
PATH = ("POST", "/v1/audio/transcriptions")
HEARD = {
    "language": "german",
    "text": "Guten Tag. Wie geht es?",
    "words": [
        {"word": word, "start": start, "end": start + 0.4}
        for word, start in [("Guten", 0.1), ("Tag", 0.5), ("Wie", 1.5), ("geht", 2.0), ("es", 2.5)]
    ],
}
CUES = [Cue(0.1, 1.5, "Guten Tag."), Cue(1.5, 3.0, "Wie geht es?")]


@pytest.fixture
def server(settings: Any) -> Iterator[Loopback]:
    with running() as loopback:
        settings.OUTSIDE_ALLOW_PRIVATE = [loopback.netloc]
        loopback.on(*PATH, status(200, HEARD))
        yield loopback


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], bytes]:
    """Three seconds of a film, with or without sound."""
    folder: Path = tmp_path_factory.mktemp("film")

    def make(sound: bool) -> bytes:
        path = folder / f"{sound}.mp4"
        if not path.exists():
            inputs = ["-f", "lavfi", "-t", "3", "-i", "color=s=64x36:r=5"]
            inputs += ["-f", "lavfi", "-t", "3", "-i", "sine=f=300"] if sound else []
            run(inputs, [Output(path, ("-pix_fmt", "yuv420p"))])
        return path.read_bytes()

    return make


@pytest.fixture
def key(team: Team, server: Loopback) -> ProviderKey:
    made: ProviderKey = ProviderKey.objects.create(
        team=team,
        provider="openai",
        base_address=f"{server.url}/v1",
        secret="sk-test-1234567890",
        label="Ours",
    )
    return made


@pytest.fixture
def video(team: Team, film: Callable[[bool], bytes], valkey: Any) -> Video:
    return with_file(VideoFactory(team=team, duration_s=3.0, language="en", source="uploaded"), film(True))


def with_file(video: Video, content: bytes) -> Video:
    AssetFactory(video=video, kind=AssetKind.RENDITION, suffix=".mp4", content=content, duration_s=3.0)
    return video


def address(video: Video) -> str:
    return reverse("library:transcribe", args=[video.team.slug, video.pk])


def work() -> Job:
    """Do the newest job as a worker does."""
    job = Job.objects.filter(kind="library.transcribe").latest("created_at")
    run_job(str(job.pk))
    job.refresh_from_db()
    return job


@pytest.mark.spec("LIB-07")
def test_captions_are_written_from_the_speech(
    bob_client: Client, video: Video, key: ProviderKey, server: Loopback
) -> None:
    answer = bob_client.post(address(video), {"language": "", "do": "start"}, headers=HTMX)
    assert (answer.status_code, "Writing down what is said" in answer.content.decode()) == (200, True)
    job = work()
    assert (job.status, job.result) == (JobStatus.DONE, {"language": "de", "cues": 2})
    assert read_captions(video, "de").cues == CUES
    files = video.assets.filter(kind=AssetKind.CAPTION)
    assert sorted(one.suffix for one in files) == ["srt", "vtt"]
    assert {(one.provenance.provider, one.provenance.lacks) for one in files} == {("openai", "")}
    assert (CostEntry.objects.get().capability, CostEntry.objects.get().actual) == (
        "transcription",
        Decimal("0.000300"),
    )
    assert Transcription.objects.get().parts_json == []
    page = bob_client.get(address(video), headers=HTMX).content.decode()
    assert "2 cues were written in German." in page
    assert "Transcribe the speech" in page


def test_doing_it_twice_writes_and_pays_once(video: Video, key: ProviderKey, server: Loopback) -> None:
    row = start_transcription(video)
    assert start_transcription(video) == row
    assert Job.objects.filter(kind="library.transcribe").count() == 1
    job = work()
    Job.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED, claim=None)
    assert work().status == JobStatus.DONE
    assert len(server.asked) == 1


def test_what_was_heard_before_a_failure_is_not_paid_again(
    video: Video, key: ProviderKey, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "apps.library.services.transcribing.quiet_pieces", lambda path, length: [(0.0, 1.0), (1.0, 3.0)]
    )
    refused = status(400, {"error": {"message": "No.", "code": "x"}})
    first = HEARD | {"text": "Guten Tag.", "words": HEARD["words"][:2]}
    server.on(*PATH, status(200, first), refused)
    start_transcription(video)
    job = work()
    assert (job.status, len(server.asked)) == (JobStatus.DEAD, 2)
    assert read_captions(video, "de").cues == []
    last = HEARD | {
        "text": "Wie geht es?",
        "words": [dict(one, start=0.2, end=0.5) for one in HEARD["words"][2:]],
    }
    server.on(*PATH, status(200, last))
    start_transcription(video)
    assert work().status == JobStatus.DONE
    assert len(server.asked) == 3
    assert b'name="language"\r\n\r\nde\r\n' in server.asked[2].body
    assert " ".join(cue.text for cue in read_captions(video, "de").cues) == "Guten Tag. Wie geht es?"
    assert read_captions(video, "de").cues[-1].start_s >= 1.0


def test_captions_that_somebody_wrote_meanwhile_are_left_alone(
    video: Video, key: ProviderKey, server: Loopback, bob: Any
) -> None:
    start_transcription(video)
    theirs = [Cue(0, 2, "Von Hand.")]
    save_captions(video, language="de", cues=theirs, mark="", actor=bob)
    job = work()
    assert (job.status, "were changed while it listened" in job.error) == (JobStatus.DEAD, True)
    assert read_captions(video, "de").cues == theirs
    start_transcription(video)
    assert work().status == JobStatus.DONE
    assert (read_captions(video, "de").cues, len(server.asked)) == (CUES, 1)


@pytest.mark.parametrize(
    ("sound", "text", "said"), [(False, "", "has no sound"), (True, "", "No speech was heard")]
)
def test_a_video_without_speech_is_told_so(
    sound: bool, text: str, said: str, team: Team, film: Callable[[bool], bytes], key: ProviderKey, server: Loopback,
    bob_client: Client, valkey: Any,
) -> None:  # fmt: skip
    server.on(*PATH, status(200, {"text": text, "language": "english", "words": []}))
    video = with_file(VideoFactory(team=team, duration_s=3.0), film(sound))
    start_transcription(video)
    job = work()
    assert (job.status, said in job.error) == (JobStatus.DEAD, True)
    assert said in bob_client.get(address(video), headers=HTMX).content.decode()


@pytest.mark.spec("LIB-07")
def test_a_silent_video_is_sent_to_nobody_and_costs_nothing(
    team: Team, tmp_path: Path, key: ProviderKey, server: Loopback, bob_client: Client, valkey: Any
) -> None:
    path = tmp_path / "silent.mp4"
    inputs = ["-f", "lavfi", "-t", "3", "-i", "color=s=64x36:r=5", "-f", "lavfi", "-t", "3", "-i", "anullsrc"]
    run(inputs, [Output(path, ("-pix_fmt", "yuv420p"))])
    video = with_file(VideoFactory(team=team, duration_s=3.0), path.read_bytes())
    for _ in range(2):
        start_transcription(video)
        job = work()
        assert (job.status, "This video is silent" in job.error) == (JobStatus.DEAD, True)
    assert (server.asked, CostEntry.objects.count()) == ([], 0)
    page = bob_client.get(address(video), headers=HTMX).content.decode()
    assert "This video is silent: there is nothing to write down." in page


def test_only_parts_with_sound_are_sent(
    team: Team,
    tmp_path: Path,
    key: ProviderKey,
    server: Loopback,
    monkeypatch: pytest.MonkeyPatch,
    valkey: Any,
) -> None:
    path = tmp_path / "late.mp4"
    sound = "aevalsrc='if(gt(t,2.5),0.3*sin(2000*t),0)'"
    inputs = ["-f", "lavfi", "-t", "6", "-i", "color=s=64x36:r=5", "-f", "lavfi", "-t", "6", "-i", sound]
    run(inputs, [Output(path, ("-pix_fmt", "yuv420p"))])
    monkeypatch.setattr(
        "apps.library.services.transcribing.quiet_pieces", lambda path, length: [(0.0, 2.0), (2.0, 6.0)]
    )
    video = with_file(VideoFactory(team=team, duration_s=6.0), path.read_bytes())
    start_transcription(video)
    assert work().status == JobStatus.DONE
    assert len(server.asked) == 1
    assert read_captions(video, "de").cues[0].start_s == 2.1


def test_without_a_key_the_page_says_that_one_is_needed(
    alice_client: Client, bob_client: Client, video: Video
) -> None:
    page = reverse("library:captions", args=[video.team.slug, video.pk])
    body = alice_client.get(page).content.decode()
    assert "That needs a provider that listens" in body
    assert reverse("providers:add_key", args=[video.team.slug, "openai"]) in body
    answer = bob_client.post(address(video), {"do": "start"}, headers=HTMX)
    assert (answer.status_code, "Nobody can listen to it" in answer.content.decode()) == (422, True)
    assert not Job.objects.filter(kind="library.transcribe").exists()


def test_refused_key_is_one_press_from_being_mended(
    alice_client: Client, bob_client: Client, video: Video, key: ProviderKey, server: Loopback
) -> None:
    server.on(
        *PATH, status(401, {"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}})
    )
    start_transcription(video)
    assert work().status == JobStatus.DEAD
    mend = reverse("providers:change_key", args=[video.team.slug, key.pk])
    page = alice_client.get(address(video), headers=HTMX).content.decode()
    assert "OpenAI did not accept the key or sign-in (401)." in page
    assert "The key “Ours” is refused or switched off" in page
    assert mend in page
    assert "Add a key" not in page
    assert mend not in bob_client.get(address(video), headers=HTMX).content.decode()


def test_it_can_be_stopped(bob_client: Client, video: Video, key: ProviderKey) -> None:
    start_transcription(video)
    answer = bob_client.post(address(video), {"do": "stop"}, headers=HTMX)
    assert (answer.status_code, Job.objects.get(kind="library.transcribe").status) == (
        200,
        JobStatus.CANCELLED,
    )
    again = bob_client.post(address(video), {"do": "stop"}, headers=HTMX)
    assert (again.status_code, "Nobody is listening" in again.content.decode()) == (422, True)


def test_bad_wishes_start_nothing(bob_client: Client, team: Team, video: Video, key: ProviderKey) -> None:
    answer = bob_client.post(address(video), {"language": "xx", "do": "start"}, headers=HTMX)
    assert (answer.status_code, "Choose the language" in answer.content.decode()) == (422, True)
    with pytest.raises(LibraryError, match="no file of this video"):
        start_transcription(VideoFactory(team=team))
    assert not Job.objects.filter(kind="library.transcribe").exists()


def test_it_works_without_scripts(bob_client: Client, video: Video, key: ProviderKey) -> None:
    answer = bob_client.post(address(video), {"language": "de", "do": "start"}, follow=True)
    assert answer.redirect_chain == [(reverse("library:captions", args=[video.team.slug, video.pk]), 302)]
    assert "Writing down what is said" in answer.content.decode()
    assert Transcription.objects.get().language == "de"


def test_who_may(client: Client, charlie_client: Client, victor_client: Client, video: Video) -> None:
    assert client.get(address(video)).status_code == 302
    assert charlie_client.get(address(video)).status_code == 404
    assert victor_client.post(address(video), {"do": "start"}).status_code == 403


def test_cues_of_careless_times_are_ones_that_the_editor_takes() -> None:
    words = [
        Word("One.", 0.0, 0.0),
        Word("Two.", 0.02, 0.05),
        Word("Three.", 0.04, 9.0),
        Word("End.", 9.99, 9.999),
    ]
    found = cues_of(words, 10.0)
    assert [one for one in problems(found, 10.0) if not one.warns] == []
    assert " ".join(cue.text.replace("\n", " ") for cue in found) == "One. Two. Three. End."
    assert json.dumps([cue.end_s for cue in found]) == json.dumps(sorted(cue.end_s for cue in found))

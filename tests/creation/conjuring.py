"""Runs whose steps have results without anything having been made: real rows, tiny files."""

import struct
import tempfile
import wave
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zlib import crc32

import django_rq
from PIL import Image

from apps.creation.models import Run, SourceKind, Step, StepKind, Template
from apps.creation.services.making import advance, keep, stop_failed
from apps.creation.services.runs import Idea, Wishes, start_run
from apps.creation.services.templates import install_system_templates
from apps.creation.steps.workbench import Made, MadeFile
from apps.library.provenance import Provenance
from apps.media.captions import Word
from apps.media.graphics import PALETTES, Recipe
from apps.providers.capabilities import SceneDraft, Script
from apps.teams.models import Team

SENTENCES = (
    "Bees dance to tell each other where flowers are.",
    "The dance was understood in 1927 by Karl von Frisch.",
    "Other bees follow her in the dark and learn the way.",
    "One hive can visit fifty million flowers in a year.",
)
TITLE = "Why bees dance"
HERE = Provenance(provider="builtin", licence="generated here")
MOST_ROUNDS = 10


def begin(
    team: Team,
    *,
    slug: str = "trending-challenge",
    text: str = "Bees dance. Flowers wait.",
    formats: Any = ("9x16",),
    actor: Any = None,
    **spec: Any,
) -> Run:
    """A run that was started, with nothing made yet."""
    install_system_templates()
    template = Template.objects.get(team=None, slug=slug)
    idea, wishes = Idea(SourceKind.TEXT, text=text), Wishes(formats=formats, spec=spec)
    return start_run(team=team, actor=actor, template=template, idea=idea, wishes=wishes)


def conjure(run: Run, *, scenes: int = 3, title: str = TITLE, until: StepKind | None = None) -> Run:
    """Give every step its result, in as many rounds as the graph unfolds; steps of kind `until` are left open."""
    for _ in range(MOST_ROUNDS):
        run = advance(run.pk)
        open_steps = [step for step in run.steps.filter(result=None) if step.kind != until]
        if not open_steps:
            break
        for step in open_steps:
            with tempfile.TemporaryDirectory() as folder:
                keep(run, step, _made(step, Path(folder), scenes, title), 1.5)
    django_rq.get_connection("default").flushdb()
    return Run.objects.select_related("team", "video", "template").get(pk=run.pk)


def finished(team: Team, *, scenes: int = 3, title: str = TITLE, **more: Any) -> Run:
    """A run that is done, with its video in the library."""
    return conjure(begin(team, **more), scenes=scenes, title=title)


def failed(team: Team, kind: StepKind = StepKind.VOICE, *, error: str = "The voice did not answer.") -> Run:
    """A run that stopped at a step of this kind."""
    run = conjure(begin(team, text="A failure is told. It ends badly."), title="A failure", until=kind)
    step = run.steps.filter(kind=kind).select_related("job").first()
    assert step is not None
    job = step.job
    job.status, job.error, job.trace, job.attempts = "dead", error, "Traceback …", 4
    job.save()
    stop_failed(run.pk, error)
    run.refresh_from_db()
    return run


def _made(step: Step, folder: Path, scenes: int, title: str) -> Made:
    maker = _MAKERS.get(StepKind(step.kind))
    data, files = maker(step, scenes, title) if maker else ({}, {})
    written = {}
    for role, (suffix, content) in files.items():
        path = folder / f"{role}{suffix}"
        path.write_bytes(content)
        written[role] = MadeFile(path, HERE)
    return Made(data, written, provider="builtin", basic=step.kind == StepKind.SCRIPT)


Files = dict[str, tuple[str, bytes]]


def _script(step: Step, scenes: int, title: str) -> tuple[dict[str, Any], Files]:
    lead = "" if title == TITLE else f"{title}: "  # other words, so that no other run's voices fit
    drafts = tuple(
        SceneDraft(
            lead + SENTENCES[n % len(SENTENCES)], f"bees {n}", ("bees",), "story" if n else "hook", 2.0
        )
        for n in range(scenes)
    )
    return Script(title, drafts, "About bees.", ("bees",), "en", basic=True).to_json(), {}


def _metadata(step: Step, scenes: int, title: str) -> tuple[dict[str, Any], Files]:
    ideas = [
        {"title": f"{title} ({n})", "confidence": 0.9 - n / 10, "reason": "It names the subject."}
        for n in range(5)
    ]
    return {"titles": ideas, "description": "About bees.", "tags": ["bees"]}, {}


def _voice(step: Step, scenes: int, title: str) -> tuple[dict[str, Any], Files]:
    texts = step.params["text"].split()
    words = [Word(text, 0.4 * n, 0.4 * n + 0.3).to_json() for n, text in enumerate(texts)]
    data = {"duration_s": 0.4 * len(texts), "words": words, "measured": True, "voice": "joe"}
    return data, {"audio": (".wav", wav(step.key))}


def _visual(step: Step, scenes: int, title: str) -> tuple[dict[str, Any], Files]:
    still = {"still": (".jpg", picture(step.key))}
    if "file" in step.params:
        return {"kind": step.params["kind"]}, {**still, "file": (".jpg", picture(step.key + "file"))}
    recipe = Recipe("aurora", 1, PALETTES["neon"])
    return {"kind": "graphic", "recipe": recipe.to_json(), "credit": "", "source_url": ""}, still


def _join(step: Step, scenes: int, title: str) -> tuple[dict[str, Any], Files]:
    data = {"width": 1080, "height": 1920, "duration_s": 12.0}
    return data, {"video": (".mp4", film(step.key))}


def _thumbnail(step: Step, scenes: int, title: str) -> tuple[dict[str, Any], Files]:
    return {"count": 3}, {f"thumbnail{n}": (".jpg", picture(f"{step.key}{n}", (128, 72))) for n in range(3)}


def _captions(step: Step, scenes: int, title: str) -> tuple[dict[str, Any], Files]:
    cue = "00:00:00.000 --> 00:00:01.000\nBees dance.\n"
    srt = "1\n" + cue.replace(".", ",")
    files = {"srt": (".srt", srt.encode()), "vtt": (".vtt", f"WEBVTT\n\n{cue}".encode())}
    return {"words": 2, "language": "en"}, files


_MAKERS: dict[StepKind, Callable[[Step, int, str], tuple[dict[str, Any], Files]]] = {
    StepKind.SCRIPT: _script,
    StepKind.METADATA: _metadata,
    StepKind.MODERATION: lambda step, scenes, title: ({"allowed": True, "checked": ["text"]}, {}),
    StepKind.VOICE: _voice,
    StepKind.VISUAL: _visual,
    StepKind.MUSIC: lambda step, scenes, title: ({"own": False}, {"audio": (".wav", wav(step.key))}),
    StepKind.CAPTIONS: _captions,
    StepKind.SEGMENT: lambda step, scenes, title: ({"frames": 60}, {"video": (".mp4", film(step.key))}),
    StepKind.SOUND: lambda step, scenes, title: (
        {"lufs": -14.0, "true_peak_dbtp": -1.2}, {"audio": (".wav", wav(step.key))}
    ),
    StepKind.JOIN: _join,
    StepKind.THUMBNAIL: _thumbnail,
}  # fmt: skip


def picture(name: str, size: tuple[int, int] = (27, 48)) -> bytes:
    """A small JPEG of one colour, another for each name."""
    out = BytesIO()
    Image.new("RGB", size, f"#{crc32(name.encode()) % 0xFFFFFF:06x}").save(out, "JPEG", comment=name.encode())
    return out.getvalue()


def wav(name: str) -> bytes:
    """A tenth of a second of sound, another for each name."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(struct.pack("<800h", *(crc32(f"{name}{n}".encode()) % 99 for n in range(800))))
    return out.getvalue()


def film(name: str) -> bytes:
    """Bytes that begin as an MP4 file does; nothing here plays them."""
    return struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 512) + name.encode()

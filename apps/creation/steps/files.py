"""Steps that make what is handed over: caption files, and the finished videos."""

from typing import Any

from apps.creation.models import StepResult
from apps.creation.steps.workbench import Made, MadeFile, Workbench
from apps.creation.timeline import FPS
from apps.library.provenance import Provenance
from apps.media import scenes as media
from apps.media.captions import Word, srt, vtt
from apps.media.probe import probe


def write_captions(bench: Workbench, params: dict[str, Any]) -> Made:
    """SRT and VTT with the spoken words in order."""
    words = [Word.from_json(word) for word in params["words"]]
    origin = Provenance(provider="showrunner")
    files = {}
    for role, text in (("srt", srt(words)), ("vtt", vtt(words))):
        path = bench.folder / f"captions.{role}"
        path.write_text(text, encoding="utf-8")
        files[role] = MadeFile(path, origin)
    return Made({"words": len(words), "language": params["language"]}, files)


def join_files(bench: Workbench, params: dict[str, Any]) -> Made:
    """Join the segments of one format and the sound by copy."""
    keys = [key for key, _ in params["segments"]]
    results = StepResult.objects.in_team(bench.team).filter(key__in=[*keys, params["sound"]])
    kept = {result.key: result for result in results.prefetch_related("files__file")}
    parts = [
        (bench.stack.enter_context(kept[key].file("video").local_path()), frames)
        for key, frames in params["segments"]
    ]
    audio = bench.stack.enter_context(kept[params["sound"]].file("audio").local_path())
    out = bench.folder / f"{params['format']}.mp4"
    media.join(parts, audio, out, fps=FPS, cancelled=bench.cancelled)
    facts = probe(out)
    assert facts.video is not None  # noqa: S101 – join verifies its result
    data = {"width": facts.video.width, "height": facts.video.height, "duration_s": facts.duration_s}
    return Made(data, {"video": MadeFile(out, Provenance(provider="showrunner"))})

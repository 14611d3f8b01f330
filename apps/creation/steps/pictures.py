"""Steps that make pictures: what a scene shows, the filmed segments, and thumbnails."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from apps.creation.steps.workbench import Made, MadeFile, Workbench
from apps.creation.timeline import FPS, scene_from_json
from apps.library.provenance import Provenance
from apps.media import scenes as media
from apps.media.captions import CaptionLook, CaptionPosition, CaptionStyle
from apps.media.formats import FormatName, FrameSize
from apps.media.graphics import PALETTES
from apps.media.stills import still_of_source
from apps.media.thumbnails import three_thumbnails
from apps.providers.capabilities import Capability, Visual, VisualRequest

STILL_FORMAT = {"portrait": FormatName.VERTICAL, "landscape": FormatName.WIDE, "square": FormatName.SQUARE}
STILL_SIZE = {
    FormatName.VERTICAL: FrameSize(720, 1280),
    FormatName.WIDE: FrameSize(1280, 720),
    FormatName.SQUARE: FrameSize(1080, 1080),
}


def picture(bench: Workbench, params: dict[str, Any]) -> Made:
    """What a scene shows, and a still of it for the storyboard."""
    if "file" in params:
        return _own_picture(bench, params)
    request = VisualRequest(
        description=params["description"],
        keywords=tuple(params["keywords"]),
        language=params["language"],
        orientation=params["orientation"],
        duration_s=params["duration_s"],
        palette=params["palette"],
        seed=params["seed"],
        aesthetic=params["aesthetic"],
    )
    outcome = bench.ask(Capability.VISUAL, request, params)
    visual: Visual = outcome.answer
    origin = Provenance(
        provider=outcome.provider,
        prompt=params["description"],
        licence=visual.licence,
        source_url=visual.source_url,
        credit=visual.credit,
    )
    data: dict[str, Any] = {"kind": visual.kind, "credit": visual.credit, "source_url": visual.source_url}
    source = _source(visual.kind, visual.path)
    if visual.kind == "graphic" and visual.recipe is not None:
        data["recipe"] = visual.recipe.to_json()
        source = media.Graphic(visual.recipe)
    files = _with_still(bench, source, params["orientation"], origin)
    if visual.path is not None:
        files["file"] = MadeFile(visual.path, origin)
    return Made(data, files, provider=outcome.provider, basic=outcome.basic)


def _own_picture(bench: Workbench, params: dict[str, Any]) -> Made:
    path = bench.path_of(params["file"])
    origin = Provenance(provider="upload", licence="provided by the team")
    files = _with_still(bench, _source(params["kind"], path), "portrait", origin)
    return Made({"kind": params["kind"]}, {**files, "file": MadeFile(path, origin)}, provider="upload")


def _source(kind: str, path: Path | None) -> media.Source:
    return media.Clip(path or Path()) if kind == "clip" else media.Still(path or Path())


def _with_still(
    bench: Workbench, source: media.Source, orientation: str, origin: Provenance
) -> dict[str, MadeFile]:
    format_name = STILL_FORMAT[orientation]
    still = bench.folder / "still.jpg"
    still.write_bytes(still_of_source(source, format_name, size=STILL_SIZE[format_name]))
    return {"still": MadeFile(still, origin)}


def film(bench: Workbench, group: Sequence[dict[str, Any]]) -> list[Made]:
    """Render one segment in all the formats of the group, in one go."""
    first = group[0]
    paths = {
        shot["scene"]["source"]["file"]: bench.path_of(shot["scene"]["source"]["file"])
        for shot in first["shots"]
        if shot["scene"]["source"].get("file")
    }
    segment = _segment(bench, first, paths)
    outputs = {FormatName(params["format"]): bench.folder / f"{params['format']}.mp4" for params in group}
    media.render_segment(
        segment,
        outputs,
        on_progress=lambda share: bench.progress(share, "Filming"),
        cancelled=bench.cancelled,
    )
    origin = Provenance(provider="showrunner")
    return [
        Made({"frames": segment.frames}, {"video": MadeFile(outputs[FormatName(params["format"])], origin)})
        for params in group
    ]


def _segment(bench: Workbench, params: dict[str, Any], paths: dict[str, Path]) -> media.Segment:
    shots = tuple(
        media.Shot(
            scene_from_json(shot["scene"], paths.get(shot["scene"]["source"].get("file"))),
            shot["first"],
            shot["frames"],
        )
        for shot in params["shots"]
    )
    name, frames = params["transition"]
    transition = media.Transition(media.TransitionName(name), frames)
    return media.Segment(shots, _look(bench, params["look"]), params["place"], transition)


def _look(bench: Workbench, data: dict[str, Any]) -> media.Look:
    captions, mark = data["captions"], data["watermark"]
    return media.Look(
        captions=CaptionLook(
            style=CaptionStyle(captions["style"]),
            palette=PALETTES[captions["palette"]],
            position=CaptionPosition(captions["position"]),
            scale=captions["scale"],
        )
        if captions
        else None,
        watermark=media.Watermark(
            path=bench.path_of(mark["file"]),
            corner=media.Corner(mark["corner"]),
            opacity=mark["opacity"],
            size=mark["size"],
            digest=mark["digest"],
        )
        if mark
        else None,
        fps=FPS,
    )


def draw_thumbnails(bench: Workbench, params: dict[str, Any]) -> Made:
    """Three thumbnails of 1280 × 720 over stills of the video."""
    backgrounds = [bench.path_of(file_id) for file_id in params["backgrounds"]]
    images = three_thumbnails(
        backgrounds,
        params["title"],
        PALETTES[params["palette"]],
        first_layout=params["layout"],
        watermark=bench.path_of(params["watermark"]) if params["watermark"] else None,
        language=params["language"],
    )
    files = {}
    for number, image in enumerate(images):
        path = bench.folder / f"thumbnail{number}.jpg"
        path.write_bytes(image)
        files[f"thumbnail{number}"] = MadeFile(
            path, Provenance(provider="showrunner", prompt=params["title"])
        )
    return Made({"count": len(images)}, files)

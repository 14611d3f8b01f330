"""The FFmpeg inputs and the filter graph of a segment: sources decoded once, then shaped for each format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from apps.media.captions.ass import document, faces_of
from apps.media.errors import NotMedia
from apps.media.ffmpeg import pipe
from apps.media.fonts import font_file
from apps.media.formats import FormatName, FrameSize
from apps.media.graphics import frame_input, render_frames
from apps.media.memory import one_at_a_time
from apps.media.probe import Probe, probe_once, source_url
from apps.media.process import Buffer, Feeder
from apps.media.scenes.model import Corner, Shot, TransitionName, Watermark
from apps.media.scenes.motion import motion_frames
from apps.media.scenes.plan import Segment
from apps.media.scenes.sources import Clip, Graphic, Still

_XFADE = {
    TransitionName.FADE: "fade",
    TransitionName.FADE_BLACK: "fadeblack",
    TransitionName.SLIDE_LEFT: "slideleft",
    TransitionName.SLIDE_UP: "slideup",
    TransitionName.WIPE_LEFT: "wipeleft",
    TransitionName.SMOOTH_LEFT: "smoothleft",
    TransitionName.CIRCLE_OPEN: "circleopen",
    TransitionName.ZOOM_IN: "zoomin",
}
# Where a key frame is found by its time. Others (MPEG-TS …) are read from the start: their seeks land between pictures.
SEEKABLE = frozenset({"avi", "matroska", "mov"})
_GRID_SHIFT = 0.07  # of a frame: no usual frame rate then has pictures exactly between two of ours
_LOOPED_IN_MEMORY = 30  # frames
_MARGIN = 0.04  # of a watermark, as a share of the shorter side
_FONTCONFIG = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>'
TONE_MAP = (
    "zscale=transfer=linear:npl=203,format=gbrpf32le,zscale=primaries=bt709,tonemap=mobius:param=0.5:desat=0,"
    "zscale=transfer=bt709:matrix=bt709:range=tv"
)


@dataclass
class Graph:
    """Collects inputs, feeders and filter chains. Labels name streams; each is used once."""

    segment: Segment
    formats: Sequence[FormatName]
    work: Path
    inputs: list[str] = field(default_factory=list)
    feeders: list[Feeder] = field(default_factory=list)
    chains: list[str] = field(default_factory=list)
    _input_count: int = 0

    @property
    def env(self) -> dict[str, str]:
        """FFmpeg's environment. Without a configuration of its own, fontconfig reads all fonts of the machine."""
        return {"FONTCONFIG_FILE": str(self.work / "fonts.conf")}

    @property
    def text(self) -> str:
        """The whole filter graph."""
        return ";".join(self.chains)

    def size(self, name: FormatName) -> FrameSize:
        return self.segment.look.sizes[name]

    def add_input(self, *arguments: str) -> str:
        """Adds an input; returns its video stream's label."""
        self.inputs += arguments
        self._input_count += 1
        return f"[{self._input_count - 1}:v]"

    def add_feeder(self, feeder: Feeder, *arguments: str) -> str:
        """Adds an input that is fed with raw frames; returns its label."""
        self.feeders.append(feeder)
        return self.add_input(*arguments, "-i", pipe(len(self.feeders) - 1))


def build_graph(segment: Segment, formats: Sequence[FormatName], work: Path) -> Graph:
    """The graph whose outputs are labelled `[out0]`, `[out1]` … in the order of the formats.

    Writes the caption documents and links the fonts in `work`, FFmpeg's working directory. Raises NotMedia.
    """
    graph = Graph(segment, formats, work)
    shown = [_shot(graph, shot, f"s{number}") for number, shot in enumerate(segment.shots)]
    marks = _watermarks(graph)
    faces: set[str] = set()
    for number, name in enumerate(formats):
        labels = [
            _marked(graph, labels[number], marks.get((shot, number)), name)
            for shot, labels in enumerate(shown)
        ]
        chain = _crossed(segment, labels)
        both = marks.get((-1, number))
        chain = _overlaid(graph, chain, both, name) if both else chain
        captions, used = _captions(graph, name)
        faces |= used
        graph.chains.append(f"{chain}{captions}[out{number}]")
    _link_fonts(work, faces)
    return graph


def _shot(graph: Graph, shot: Shot, label: str) -> list[str]:
    """The shot in each format, as labels of streams of exactly its frames, on a time base of one frame."""
    source = shot.scene.source
    if isinstance(source, Clip):
        return _clip(graph, source, shot, label)
    return [
        _drawn(graph, source, shot, graph.size(name), f"{label}f{number}")
        for number, name in enumerate(graph.formats)
    ]


def _drawn(graph: Graph, source: Still | Graphic, shot: Shot, size: FrameSize, label: str) -> str:
    fps = graph.segment.look.fps

    def feed() -> Iterator[Buffer]:
        if isinstance(source, Graphic):
            with one_at_a_time:
                frames = render_frames(source.recipe, size.width, size.height, fps, shot.first, shot.frames)
            yield from frames
        else:
            yield from motion_frames(
                source.path,
                source.motion,
                size,
                first=shot.first,
                count=shot.frames,
                total=shot.scene.frames,
                fps=fps,
            )

    stream = graph.add_feeder(feed, *frame_input(size.width, size.height, fps))
    graph.chains.append(f"{stream}setsar=1,settb=1/{fps}[{label}]")
    return f"[{label}]"


def _clip(graph: Graph, clip: Clip, shot: Shot, label: str) -> list[str]:
    """Decoded once, brought to our frame rate, repeated where it is too short; then cropped and scaled per format."""
    facts = _clip_facts(clip)
    fps = graph.segment.look.fps
    pieces = clip_pieces(clip, facts, shot, fps)
    for number, (first, count) in enumerate(pieces):
        stream = _seek(graph, clip, facts, first)
        graph.chains.append(
            f"{stream},trim=end_frame={count},setpts=N,tpad=stop=-1:stop_mode=clone,"
            f"trim=end_frame={count}[{label}p{number}]"
        )
    parts = "".join(f"[{label}p{number}]" for number in range(len(pieces)))
    joined = f"{parts}concat=n={len(pieces)}," if len(pieces) > 1 else parts
    loop = _loop_in_memory(clip, facts, shot, fps)
    outputs = [f"[{label}f{number}]" for number in range(len(graph.formats))]
    raw = [f"[{label}r{number}]" for number in range(len(graph.formats))]
    graph.chains.append(f"{joined}{loop}settb=1/{fps},setpts=N,split={len(raw)}{''.join(raw)}")
    for name, before, after in zip(graph.formats, raw, outputs, strict=True):
        graph.chains.append(f"{before}{_shaped(facts, graph.size(name))}{after}")
    return outputs


def _clip_facts(clip: Clip) -> Probe:
    """Raises NotMedia where the clip has no moving picture at its start."""
    facts = probe_once(clip.path)
    if facts.video is None or facts.still:
        raise NotMedia("There is no moving picture in this file: choose another one.")
    if clip.in_s >= facts.video.duration_s:
        raise NotMedia(
            f"The clip ends after {facts.video.duration_s:.1f} seconds and cannot start at {clip.in_s:.1f}: "
            "choose an earlier start."
        )
    return facts


def clip_pieces(clip: Clip, facts: Probe, shot: Shot, fps: int) -> list[tuple[int, int]]:
    """Which frames of the clip (first, count), after its `in_s`, make the shot: it starts again when it ends."""
    length = _clip_frames(clip, facts, fps)
    if length <= _LOOPED_IN_MEMORY and shot.first + shot.frames > length:
        return [(0, length)]
    pieces, at, left = [], shot.first % length, shot.frames
    while left:
        count = min(left, length - at)
        pieces.append((at, count))
        at, left = 0, left - count
    return pieces


def _clip_frames(clip: Clip, facts: Probe, fps: int) -> int:
    duration_s = facts.video.duration_s if facts.video else 0.0
    return max(1, int((duration_s - clip.in_s) * fps + 1e-3))


def _loop_in_memory(clip: Clip, facts: Probe, shot: Shot, fps: int) -> str:
    """For a clip of less than a second: FFmpeg keeps its frames and repeats them."""
    length = _clip_frames(clip, facts, fps)
    if length > _LOOPED_IN_MEMORY or shot.first + shot.frames <= length:
        return ""
    return (
        f"settb=1/{fps},setpts=N,loop=loop=-1:size={length}:start=0,"
        f"trim=start_frame={shot.first}:end_frame={shot.first + shot.frames},"
    )


def _seek(graph: Graph, clip: Clip, facts: Probe, first: int) -> str:
    """The clip from one of our frames on, at our frame rate.

    It is sought to the key frame before, and the frames up to our time are passed on with negative times: so the
    picture that stands at our first frame is known also where the rate varies, and a shot continues exactly where
    another ended.
    """
    fps = graph.segment.look.fps
    at_us = round((clip.in_s + first / fps) * 1e6)
    seek = facts.container in SEEKABLE
    arguments = ["-noaccurate_seek", "-ss", f"{at_us}us"] if seek and at_us else []
    stream = graph.add_input("-an", "-sn", "-dn", *arguments, "-i", source_url(clip.path))
    shift = round(_GRID_SHIFT * 1e6 / fps) - (0 if seek else at_us)
    return f"{stream}settb=AVTB,setpts=PTS+({shift}),fps={fps}:start_time=0"


def _shaped(facts: Probe, size: FrameSize) -> str:
    """Cover the frame: cut to its shape, scale, and bring to BT.709 limited range."""
    ratio = f"{size.width}/{size.height}"
    crop = (
        f"crop=w='2*trunc(min(iw,ih*{ratio}/sar)/2)':h='2*trunc(min(ih,iw*sar*{size.height}/{size.width})/2)'"
    )
    video = facts.video
    tagged = ""
    if video and not video.colour_space:
        tagged = f"setparams=colorspace={'bt709' if min(video.width, video.height) >= 720 else 'smpte170m'},"
    scale = f"scale={size.width}:{size.height}:flags=bicubic"
    if video and video.hdr:
        scale += f",{TONE_MAP}"
    else:
        scale += ":out_color_matrix=bt709:out_range=tv"
    return f"{tagged}{crop},{scale},setsar=1,format=yuv420p"


def _crossed(segment: Segment, labels: Sequence[str]) -> str:
    """One stream of the shots: the only one, or both in their transition."""
    if len(labels) == 1:
        return f"{labels[0]}null"
    name = _XFADE[segment.transition.name]
    seconds = segment.frames / segment.look.fps
    return f"{labels[0]}{labels[1]}xfade=transition={name}:duration={seconds:.6f}:offset=0"


def _watermarks(graph: Graph) -> dict[tuple[int, int], str]:
    """The scaled watermark for each format: of both shots together (−1), or of the one shot that carries it."""
    watermark = graph.segment.look.watermark
    carrying = [number for number, shot in enumerate(graph.segment.shots) if shot.scene.watermarked]
    if watermark is None or not carrying:
        return {}
    shot = -1 if len(carrying) == len(graph.segment.shots) else carrying[0]
    probe_once(watermark.path)
    stream = graph.add_input("-i", source_url(watermark.path))
    labels = {(shot, number): f"[w{number}]" for number in range(len(graph.formats))}
    graph.chains.append(
        f"{stream}format=rgba,colorchannelmixer=aa={watermark.opacity:g},"
        f"split={len(labels)}{''.join(label.replace('w', 'v') for label in labels.values())}"
    )
    for name, label in zip(graph.formats, labels.values(), strict=True):
        size = graph.size(name)
        width = max(2, round(min(size.width, size.height) * watermark.size))
        graph.chains.append(
            f"{label.replace('w', 'v')}scale={width}:-1:out_color_matrix=bt709:out_range=tv,"
            f"format=yuva420p{label}"
        )
    return labels


def _marked(graph: Graph, label: str, mark: str | None, name: FormatName) -> str:
    """A shot that alone carries the watermark."""
    if mark is None:
        return label
    marked = label.replace("[", "[m")
    graph.chains.append(f"{_overlaid(graph, f'{label}null', mark, name)}{marked}")
    return marked


def _overlaid(graph: Graph, chain: str, mark: str, name: FormatName) -> str:
    watermark = cast(Watermark, graph.segment.look.watermark)
    base = mark.replace("w", "b")
    graph.chains.append(f"{chain}{base}")
    return f"{base}{mark}overlay={_corner(watermark, graph.size(name))}"


def _corner(watermark: Watermark, size: FrameSize) -> str:
    margin = round(min(size.width, size.height) * _MARGIN)
    left = watermark.corner in (Corner.TOP_LEFT, Corner.BOTTOM_LEFT)
    top = watermark.corner in (Corner.TOP_LEFT, Corner.TOP_RIGHT)
    return f"x={margin if left else f'W-w-{margin}'}:y={margin if top else f'H-h-{margin}'}"


def _captions(graph: Graph, name: FormatName) -> tuple[str, set[str]]:
    """The filter that burns the captions, and the faces it needs. libass is told the scene's own time."""
    segment, size = graph.segment, graph.size(name)
    events = segment.events(size)
    if not events or segment.look.captions is None:
        return "", set()
    faces: set[str] = set()
    for shot in segment.shots:
        title = shot.scene.title.text if shot.scene.title else ""
        faces |= faces_of(shot.scene.words, segment.look.captions, title)
    file = f"captions-{name}.ass"
    (graph.work / file).write_text(document(events, faces, size, segment.look.fps), encoding="utf-8")
    first = segment.shots[0].first
    return f",setpts=PTS+{first},ass={file}:fontsdir=fonts,setpts=PTS-{first}", faces


def _link_fonts(work: Path, faces: set[str]) -> None:
    """A folder with only the fonts that are needed: libass reads all that it finds there, at every start."""
    (work / "fonts.conf").write_text(_FONTCONFIG, encoding="utf-8")
    folder = work / "fonts"
    folder.mkdir(exist_ok=True)
    for file in {font_file(face).absolute() for face in faces}:
        (folder / file.name).symlink_to(file)

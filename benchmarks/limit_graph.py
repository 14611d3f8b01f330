"""The same video by one FFmpeg graph, written by hand for it: nothing can be cached, edited or cut into formats."""

import subprocess
from pathlib import Path

from apps.media.binaries import ffmpeg_path
from apps.media.captions.ass import caption_events, document, moved
from apps.media.fonts import font_file
from apps.media.formats import FRAME_SIZES, Encoder, FormatName
from apps.media.scenes import scene_starts, total_frames
from benchmarks import material

_FPS, _SIZE = material.FPS, FRAME_SIZES[FormatName.VERTICAL]
_SCENE_S = material.SCENE_FRAMES / _FPS
_NAMES = {"fade": "fade", "slide_left": "slideleft", "wipe_left": "wipeleft"}


def make(out: Path, *, lossless: bool = False) -> None:
    """Writes the video; `lossless` without sound, as the reference of quality."""
    folder = out.parent / "limit"
    _write_captions(folder)
    inputs = [part for path in material.clips() for part in ("-t", f"{_SCENE_S:.6f}", "-i", str(path))]
    graph = _picture()
    output = ["-c:v", "ffv1", "-slices", "16"]
    if not lossless:
        inputs += ["-i", str(material.speech()), "-stream_loop", "-1", "-i", str(material.music())]
        graph += _sound()
        encoder = Encoder().arguments(_FPS)
        encoder[encoder.index("-threads") + 1] = "0"
        output = ["-map", "[sound]", *["-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart"], *encoder]
    command = [ffmpeg_path(), "-v", "error", "-nostdin", "-y", *inputs, "-filter_complex", ";".join(graph)]
    command += ["-map", "[picture]", "-frames:v", str(total_frames(material.scenes())), *output, str(out)]
    subprocess.run(command, check=True, cwd=folder)


def _write_captions(folder: Path) -> None:
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    font = folder / "fonts" / font_file("Montserrat").name
    font.unlink(missing_ok=True)
    font.symlink_to(font_file("Montserrat"))
    scenes = material.scenes()
    events = [
        event
        for scene, start in zip(scenes, scene_starts(scenes), strict=True)
        for event in moved(caption_events(scene.words, material.CAPTIONS, _SIZE, _FPS), start)
    ]
    (folder / "captions.ass").write_text(document(events, ["Montserrat"], _SIZE, _FPS), encoding="utf-8")


def _picture() -> list[str]:
    scenes = material.scenes()
    graph = [
        f"[{number}:v]crop=606:1080,scale={_SIZE.width}:{_SIZE.height},setsar=1,fps={_FPS},format=yuv420p,"
        f"settb=1/{_FPS}[p{number}]"
        for number in range(len(scenes))
    ]
    last = "p0"
    for number, (scene, start) in enumerate(zip(scenes, scene_starts(scenes)[1:], strict=False), 1):
        graph.append(
            f"[{last}][p{number}]xfade=transition={_NAMES[scene.transition.name]}:"
            f"duration={scene.transition.frames / _FPS:.6f}:offset={start / _FPS:.6f}[x{number}]"
        )
        last = f"x{number}"
    return [*graph, f"[{last}]ass=captions.ass:fontsdir=fonts[picture]"]


def _sound() -> list[str]:
    seconds = material.SECONDS
    return [
        f"[6:a]aresample=48000,aformat=channel_layouts=stereo,apad=whole_dur={seconds},asplit[v][k]",
        f"[7:a]aresample=48000,atrim=end={seconds},volume=0.3[m]",
        "[m][k]sidechaincompress=threshold=0.03:ratio=3[d]",
        "[v][d]amix=2:normalize=0,loudnorm=I=-14:TP=-1.5,aresample=48000[sound]",
    ]

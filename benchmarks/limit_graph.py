"""The same video by one FFmpeg graph, written by hand for it: nothing can be cached, edited or cut into formats."""

import subprocess
from pathlib import Path

from apps.media.binaries import ffmpeg_path
from apps.media.captions.ass import caption_events, document, moved
from apps.media.fonts import font_file
from apps.media.formats import FRAME_SIZES, Encoder, FormatName
from apps.media.scenes import scene_starts, total_frames
from benchmarks import material

_NAMES = {"fade": "fade", "slide_left": "slideleft", "wipe_left": "wipeleft"}


def make(out: Path, *, lossless: bool = False) -> None:
    """Writes the video; `lossless` without sound, as the reference of quality."""
    size, scenes = FRAME_SIZES[FormatName.VERTICAL], material.scenes()
    starts, fps = scene_starts(scenes), material.FPS
    folder = out.parent / "limit"
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    font = folder / "fonts" / font_file("Montserrat").name
    font.unlink(missing_ok=True)
    font.symlink_to(font_file("Montserrat"))
    events = [
        event
        for scene, start in zip(scenes, starts, strict=True)
        for event in moved(caption_events(scene.words, material.CAPTIONS, size, fps), start)
    ]
    (folder / "captions.ass").write_text(document(events, ["Montserrat"], size, fps), encoding="utf-8")
    inputs, graph = [], []
    for number, path in enumerate(material.clips()):
        inputs += ["-t", f"{material.SCENE_FRAMES / fps:.6f}", "-i", str(path)]
        graph.append(
            f"[{number}:v]crop=606:1080,scale={size.width}:{size.height},setsar=1,fps={fps},format=yuv420p,"
            f"settb=1/{fps}[p{number}]"
        )
    last = "p0"
    for number, (scene, start) in enumerate(zip(scenes, starts[1:], strict=False), 1):
        graph.append(
            f"[{last}][p{number}]xfade=transition={_NAMES[scene.transition.name]}:"
            f"duration={scene.transition.frames / fps:.6f}:offset={start / fps:.6f}[x{number}]"
        )
        last = f"x{number}"
    graph.append(f"[{last}]ass=captions.ass:fontsdir=fonts[picture]")
    frames = total_frames(scenes)
    if lossless:
        output = ["-c:v", "ffv1", "-slices", "16"]
    else:
        inputs += ["-i", str(material.speech()), "-stream_loop", "-1", "-i", str(material.music())]
        graph += [
            f"[6:a]aresample=48000,aformat=channel_layouts=stereo,apad=whole_dur={frames / fps},asplit[v][k]",
            f"[7:a]aresample=48000,atrim=end={frames / fps},volume=0.3[m]",
            "[m][k]sidechaincompress=threshold=0.03:ratio=3[d]",
            "[v][d]amix=2:normalize=0,loudnorm=I=-14:TP=-1.5,aresample=48000[sound]",
        ]
        encoder = Encoder().arguments(fps)
        encoder[encoder.index("-threads") + 1] = "0"
        output = ["-map", "[sound]", "-c:a", "aac", "-b:a", "192k", *encoder, "-movflags", "+faststart"]
    subprocess.run(
        [
            ffmpeg_path(),
            "-v",
            "error",
            "-nostdin",
            "-y",
            *inputs,
            "-filter_complex",
            ";".join(graph),
            "-map",
            "[picture]",
            "-frames:v",
            str(frames),
            *output,
            str(out),
        ],
        check=True,
        cwd=folder,
    )

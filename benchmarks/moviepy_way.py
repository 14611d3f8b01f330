"""The same video the way MoviePy-based products make it: three passes, each decoding and encoding every frame.

A program of its own, because MoviePy needs other versions of the product's packages: `moviepy_way.py plan.json`.
"""

import json
import sys
from pathlib import Path
from typing import Any

from moviepy import (
    AudioFileClip,
    CompositeAudioClip,
    CompositeVideoClip,
    TextClip,
    VideoFileClip,
    afx,
    concatenate_videoclips,
)

Plan = dict[str, Any]


def make(plan: Plan) -> None:
    """Clips one by one, then joined with the sound, then with the captions over them; x264 medium each time."""
    work, out = Path(plan["work"]), plan["out"]
    x264 = {"fps": plan["fps"], "codec": "libx264", "preset": "medium", "threads": 2, "logger": None}
    parts = []
    for number, path in enumerate(plan["clips"]):
        parts.append(str(work / f"rival-{number}.mp4"))
        with VideoFileClip(path, audio=False) as clip:
            _shaped(clip, plan).write_videofile(parts[-1], audio=False, **x264)
    joined = str(work / "rival-joined.mp4")
    opened = [VideoFileClip(part) for part in parts]
    music = AudioFileClip(plan["music"]).with_effects(
        [afx.AudioLoop(duration=plan["seconds"]), afx.MultiplyVolume(0.15)]
    )
    sound = CompositeAudioClip([AudioFileClip(plan["speech"]), music]).with_duration(plan["seconds"])
    concatenate_videoclips(opened).with_audio(sound).write_videofile(joined, audio_codec="aac", **x264)
    for clip in opened:
        clip.close()
    with VideoFileClip(joined) as clip:
        _captioned(clip, plan).write_videofile(out, audio_codec="aac", **x264)


def make_lossless(plan: Plan) -> None:
    """The same frames in one pass without loss: the reference of the rival's quality."""
    opened = [_shaped(VideoFileClip(path, audio=False), plan) for path in plan["clips"]]
    _captioned(concatenate_videoclips(opened), plan).write_videofile(
        plan["out"],
        fps=plan["fps"],
        codec="libx264",
        preset="ultrafast",
        audio=False,
        logger=None,
        ffmpeg_params=["-qp", "0"],
    )
    for clip in opened:
        clip.close()


def _shaped(clip: Any, plan: Plan) -> Any:
    """Cut to the frame's shape and enlarged, one scene long."""
    size = tuple(plan["size"])
    width = round(clip.h * size[0] / size[1])
    part = clip.subclipped(0, plan["seconds"] / len(plan["clips"]))
    return part.cropped(x_center=clip.w / 2, width=width, height=clip.h).resized(size)


def _captioned(clip: Any, plan: Plan) -> Any:
    """A text clip for every word, as such products do it."""
    texts = [
        TextClip(
            font=plan["font"],
            text=word["text"],
            font_size=84,
            color="white",
            stroke_color="black",
            stroke_width=6,
            margin=(20, 20),
        )
        .with_start(word["start_s"])
        .with_duration(word["end_s"] - word["start_s"])
        .with_position(("center", 1350))
        for word in plan["words"]
    ]
    return CompositeVideoClip([clip, *texts])


if __name__ == "__main__":
    given: Plan = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    (make_lossless if given["lossless"] else make)(given)

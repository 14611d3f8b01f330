"""What the assembly benchmarks are made of: six clips, speech-like sound and music, all drawn by FFmpeg (no download).

The clips are 1920×1080 at 30 a second like stock footage: textures, slow camera movement, soft gradients, light grain,
1 to 14 Mbit/s.
"""

import subprocess
from pathlib import Path

from apps.media.binaries import ffmpeg_path
from apps.media.captions import CaptionLook, CaptionStyle, Word
from apps.media.graphics import PALETTES
from apps.media.scenes import Clip, Scene, Transition, TransitionName
from benchmarks import runner

FPS = 30
SECONDS = 30
SCENE_FRAMES = 160
OVERLAP_FRAMES = 12
CAPTIONS = CaptionLook(CaptionStyle.POP, PALETTES["midnight"])

_GRAIN = "noise=alls=3:allf=t:all_seed=1,format=yuv420p"
_SEAHORSES = "start_scale=0.004:start_x=-0.743643887037151:start_y=-0.131825904205330:maxiter=600"
_CLOUDS = "r='0/0.05 0.5/0.3 1/0.95':g='0/0.1 0.5/0.45 1/0.9':b='0/0.3 0.5/0.6 1/0.8'"
_CLIPS = {
    "zoom": (
        "mandelbrot=s=960x540:r=30:end_pts=900:start_scale=1.4:end_scale=0.05:maxiter=400",
        "scale=1920:1080:flags=lanczos,gblur=1",
    ),
    "clouds": (
        "perlin=s=640x360:r=30:octaves=4:xscale=4:yscale=6:tscale=0.3:seed=1",
        f"format=gray,scale=1920:1080:flags=bicubic,format=gbrp,curves={_CLOUDS}",
    ),
    "crowd": (
        "life=s=480x270:r=30:mold=60:death_color=#203050:life_color=#ffd090:mold_color=#306040:ratio=0.3:seed=7",
        "tmix=frames=8,scale=2400:1350:flags=bicubic,crop=1920:1080:x='60*t':y='30*t'",
    ),
    "pan": (
        f"mandelbrot=s=2560x1440:r=30:{_SEAHORSES}",
        "trim=end_frame=1,loop=loop=180:size=1:start=0,setpts=N/30/TB,crop=1920:1080:x='40+70*t':y='60+20*t'",
    ),
    "bars": ("testsrc2=s=1920x1080:r=30", "gblur=3,hue=s=0.5,rotate='0.04*sin(t)':c=gray"),
    "gradients": ("gradients=s=960x540:r=30:n=6:speed=0.02:seed=5", "scale=1920:1080,eq=contrast=1.1"),
}
_TRANSITIONS = (
    TransitionName.FADE,
    TransitionName.SLIDE_LEFT,
    TransitionName.FADE,
    TransitionName.WIPE_LEFT,
    TransitionName.FADE,
    TransitionName.FADE,
)
_TEXT = "this is how every single word pops up while the narrator speaks over moving pictures"


def folder() -> Path:
    """Where the material and the results lie."""
    path = runner.folder() / "material"
    path.mkdir(parents=True, exist_ok=True)
    return path


def clips() -> list[Path]:
    """The six clips, six seconds each; made once."""
    return [
        _made(
            folder() / f"{name}.mp4",
            "-f",
            "lavfi",
            "-i",
            source,
            "-vf",
            f"{filters},{_GRAIN}",
            "-r",
            "30",
            "-t",
            "6",
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-crf",
            "20",
            "-g",
            "60",
            "-colorspace",
            "bt709",
            "-color_primaries",
            "bt709",
            "-color_trc",
            "bt709",
            "-color_range",
            "tv",
        )
        for name, (source, filters) in _CLIPS.items()
    ]


def speech() -> Path:
    """Thirty seconds that rise and fall like speech; made once."""
    loudness = "volume='if(lt(mod(t,2.3),1.9),0.15+0.6*abs(sin(17*t)*sin(5*t)),0.001)':eval=frame"
    return _made(
        folder() / "speech.wav",
        "-f",
        "lavfi",
        "-i",
        f"anoisesrc=d={SECONDS}:c=pink:a=0.6:r=22050:seed=2",
        "-af",
        f"{loudness},highpass=120,lowpass=5000",
    )


def music() -> Path:
    """Twenty seconds of a pulsing chord; made once."""
    chord = ";".join(f"sine={hertz}:d=20:r=44100[{hertz}]" for hertz in (110, 165, 220, 330))
    return _made(
        folder() / "music.wav",
        "-f",
        "lavfi",
        "-i",
        f"{chord};[110][165][220][330]amix=4,tremolo=f=2:d=0.6,aformat=channel_layouts=stereo",
    )


def words() -> tuple[Word, ...]:
    """Thirteen words for a scene, from its start."""
    text = _TEXT.split()
    return tuple(
        Word(text[number % len(text)], 0.4 + number * 0.35, 0.73 + number * 0.35) for number in range(13)
    )


def scenes() -> list[Scene]:
    """Six scenes of 160 frames, each overlapping the next by 12: 900 frames."""
    return [
        Scene(Clip(path), SCENE_FRAMES, words(), Transition(name, OVERLAP_FRAMES))
        for path, name in zip(clips(), _TRANSITIONS, strict=True)
    ]


def _made(path: Path, *arguments: str) -> Path:
    if not path.exists():
        part = path.with_stem(path.stem + "-part")
        subprocess.run([ffmpeg_path(), "-v", "error", "-nostdin", "-y", *arguments, part], check=True)
        part.replace(path)
    return path

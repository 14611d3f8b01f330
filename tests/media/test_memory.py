"""A worker stays small, however long the video is: frames go by and nothing is kept."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Ten minutes of small frames (what grows with length), then one segment of full size (what grows with size).
SCRIPT = """
import django; django.setup()
import json, sys
from pathlib import Path
from apps.media.captions import CaptionLook, CaptionStyle, Word
from apps.media.formats import Encoder, FormatName, FrameSize
from apps.media.graphics import PALETTES, Recipe
from apps.media.scenes import *
from apps.media.sound import Music, Voice, mix

work, photo, voice, music = map(Path, sys.argv[1:5])
small = {FormatName.VERTICAL: FrameSize(36, 64)}
captions = CaptionLook(CaptionStyle.POP, PALETTES["midnight"])
words = tuple(Word("word", n * 0.4, n * 0.4 + 0.4) for n in range(70))
scenes = [Scene(Still(photo), 300, words) for _ in range(20)]
parts = [(s, {FormatName.VERTICAL: work / f"{n}.mp4"}) for n, s in enumerate(
    plan_segments(scenes, Look(captions, fps=10, encoder=Encoder("ultrafast"), sizes=small)))]
render_segments(parts)
mix([Voice(voice, 30.0 * n) for n in range(20)], Music(music), work / "mix.m4a", total_s=600)
join([(files[FormatName.VERTICAL], s.frames) for s, files in parts], work / "mix.m4a", work / "whole.mp4", fps=10)
full = [Scene(Still(photo), 8, transition=Transition(TransitionName.FADE, 4)),
        Scene(Graphic(Recipe("waves", 1, PALETTES["midnight"])), 8, words[:1])]
three = (FormatName.VERTICAL, FormatName.WIDE, FormatName.SQUARE)
full_parts = enumerate(plan_segments(full, Look(captions)))
render_segments([(s, {f: work / f"f{n}-{f}.mp4" for f in three}) for n, s in full_parts])
# Not ru_maxrss: it counts what the parent held before this program was started in its place.
status = Path("/proc/self/status")
peak_kb = int(status.read_text().split("VmHWM:")[1].split()[0]) if status.exists() else resource.getrusage(
    resource.RUSAGE_SELF).ru_maxrss
print(json.dumps(peak_kb / 1024))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc")
def test_worker_stays_below_300_mb_for_a_video_of_ten_minutes(
    tmp_path: Path, photo: Path, speech: Path, music: Path
) -> None:
    command = [sys.executable, "-c", SCRIPT, tmp_path, photo, speech, music]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) < 300

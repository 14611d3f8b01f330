"""FFmpeg is watched while it runs, and a result is whole or not there."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytest_django.fixtures import Settings

from apps.core.errors import UserError
from apps.media.binaries import ffmpeg_path
from apps.media.errors import DiskFull, FFmpegCancelled, FFmpegFailed, FFmpegTimeout, MediaError, NotMedia
from apps.media.ffmpeg import Expect, Output, capture, pipe, run

TEST_PICTURE = ["-f", "lavfi", "-i", "testsrc2=s=160x90:r=30:d=2"]
ENDLESS = ["-re", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=30"]
RAW = ["-f", "rawvideo", "-pixel_format", "gray", "-video_size", "64x64", "-framerate", "30"]


def test_run_writes_the_output_and_reports_progress_up_to_one(tmp_path: Path) -> None:
    out, shares = tmp_path / "out.mp4", []

    finished = run(
        TEST_PICTURE,
        [Output(out, (), Expect(frames=60, duration_s=2.0, width=160, height=90))],
        total_s=2.0,
        on_progress=shares.append,
    )

    assert os.listdir(tmp_path) == ["out.mp4"]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0, abs=0.1)
    assert finished.seconds > 0


def test_run_keeps_the_old_file_when_the_new_one_is_not_what_was_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    out.write_bytes(b"old")

    with pytest.raises(FFmpegFailed, match="frames 60 instead of 61"):
        run(TEST_PICTURE, [Output(out, (), Expect(frames=61))])

    assert (os.listdir(tmp_path), out.read_bytes()) == (["out.mp4"], b"old")


def test_run_names_nothing_when_one_of_two_outputs_is_wrong(tmp_path: Path) -> None:
    outputs = [
        Output(tmp_path / "a.mp4", (), Expect(frames=60)),
        Output(tmp_path / "b.mp4", (), Expect(width=999)),
    ]

    with pytest.raises(FFmpegFailed, match="width 160 instead of 999"):
        run(TEST_PICTURE, outputs)

    assert os.listdir(tmp_path) == []


def test_run_says_what_ffmpeg_said_when_it_fails(tmp_path: Path) -> None:
    with pytest.raises(FFmpegFailed, match="No such filter: 'nosuchfilter'") as failed:
        run([*TEST_PICTURE, "-vf", "nosuchfilter"], [Output(tmp_path / "out.mp4")])

    assert failed.value.returncode not in (0, None)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("limit", ["cancel", "time"])
def test_run_kills_ffmpeg_at_once_when_stopped(tmp_path: Path, limit: str) -> None:
    started = time.monotonic()

    with pytest.raises(FFmpegCancelled if limit == "cancel" else FFmpegTimeout):
        run(
            ENDLESS,
            [Output(tmp_path / "out.mp4")],
            time_limit_s=0.5 if limit == "time" else 60,
            cancelled=lambda: limit == "cancel" and time.monotonic() - started > 0.5,
        )

    assert time.monotonic() - started < 60
    assert (os.listdir(tmp_path), _children()) == ([], [])


def test_run_passes_on_what_the_progress_callback_raises_and_ends_ffmpeg(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(share: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        run(ENDLESS, [Output(tmp_path / "out.mp4")], total_s=10, on_progress=stop)

    assert (os.listdir(tmp_path), _children()) == ([], [])


def test_run_fails_when_ffmpeg_is_killed(tmp_path: Path) -> None:
    def kill() -> None:
        _wait_for(_children)
        for child in _children():
            child.send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(FFmpegFailed, match="ended by SIGKILL") as failed:
        run(ENDLESS, [Output(tmp_path / "out.mp4")])
    killer.join()

    assert failed.value.returncode == -9
    assert os.listdir(tmp_path) == []


def test_ffmpeg_dies_with_a_worker_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import django; django.setup()\nfrom pathlib import Path\nfrom apps.media.ffmpeg import Output, run\n"
        f"run({ENDLESS!r}, [Output(Path({str(tmp_path / 'out.mp4')!r}))])"
    )
    worker = psutil.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    _wait_for(
        lambda: [child for child in worker.children() if "ffmpeg" in " ".join(child.cmdline()).lower()], 60
    )
    ffmpeg = worker.children()[0]

    worker.kill()
    worker.wait()

    _wait_for(lambda: not ffmpeg.is_running() or ffmpeg.status() == psutil.STATUS_ZOMBIE)


def test_feeders_frames_arrive_whole_and_in_order() -> None:
    frames = [bytes([number]) * 64 * 64 for number in range(1, 200)]

    data = capture([*RAW, "-i", pipe(0), "-f", "rawvideo", "-"], feeders=[lambda: frames])

    assert data == b"".join(frames)


def test_feeder_that_gives_more_than_is_taken_is_no_failure(tmp_path: Path) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(64 * 64)

    run(
        [*RAW, "-i", pipe(0)],
        [Output(tmp_path / "out.mp4", ("-frames:v", "10"), Expect(frames=10))],
        feeders=[endless],
    )


def test_feeder_that_crashes_fails_the_run_although_ffmpeg_exits_well(tmp_path: Path) -> None:
    def crashing() -> Iterator[bytes]:
        yield bytes(64 * 64)
        raise ZeroDivisionError("no more")

    with pytest.raises(FFmpegFailed, match=r"ZeroDivisionError\('no more'\)"):
        run([*RAW, "-i", pipe(0)], [Output(tmp_path / "out.mp4")], feeders=[crashing])

    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("error", [NotMedia("Choose another file."), DiskFull("full")])
def test_feeders_own_error_is_passed_on_as_it_is(tmp_path: Path, error: MediaError | UserError) -> None:
    def crashing() -> Iterator[bytes]:
        raise error
        yield b""

    with pytest.raises(type(error)) as raised:
        run([*RAW, "-i", pipe(0)], [Output(tmp_path / "out.mp4")], feeders=[crashing])

    assert raised.value is error


def test_run_tells_disk_full_when_files_may_not_grow(tmp_path: Path, settings: Settings) -> None:
    limited = tmp_path / "limited-ffmpeg"
    limited.write_text(f"#!/bin/sh\ntrap '' XFSZ\nulimit -f 16\nexec '{ffmpeg_path()}' \"$@\"\n")
    limited.chmod(0o755)
    settings.FFMPEG = str(limited)

    with pytest.raises(DiskFull, match="no room left") as full:
        run(TEST_PICTURE, [Output(tmp_path / "out.mkv", ("-c:v", "rawvideo"))])

    assert full.value.retryable
    assert os.listdir(tmp_path) == ["limited-ffmpeg"]


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root may mount a small disk; the limit above needs no rights"
)
def test_run_tells_disk_full_on_a_full_disk_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    output = Output(disk / "out.mp4", ("-c:v", "libx264", "-crf", "24"), Expect(frames=60))
    try:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(240 * 1024))
        with pytest.raises(DiskFull):
            run(TEST_PICTURE, [output])
        assert os.listdir(disk) == ["ballast"]

        ballast.unlink()
        run(TEST_PICTURE, [output])
        assert os.listdir(disk) == ["out.mp4"]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_missing_ffmpeg_is_named_with_its_setting(tmp_path: Path, settings: Settings) -> None:
    settings.FFMPEG = "/nowhere/ffmpeg"

    with pytest.raises(MediaError, match=r"FFmpeg was not found \(/nowhere/ffmpeg\): set FFMPEG="):
        run(TEST_PICTURE, [Output(tmp_path / "out.mp4")])


def _children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE and "ffmpeg" in " ".join(child.cmdline()).lower()
    ]


def _wait_for(condition, limit_s: float = 10) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)

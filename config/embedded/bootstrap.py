"""What the Makefile calls, with nothing but Python: sets up what is missing, then hands over.

Usage: python3 -m config.embedded.bootstrap setup|frontend|run|test|smoke|python|lock|clean [arguments]
"""

import fcntl
import os
import shutil
import sys

from config.embedded import browser, bytecode, commands, frontend, packages, runlock, supervisor
from config.embedded.errors import LaunchError, disk_full, in_words
from config.embedded.identity import remove_outside
from config.embedded.paths import REPOSITORY, var_folder

PRODUCT = ("base", "media")
TESTS = ("test",)
TEST_PROCESSES = "3"  # keep two cores busy: one of them waits for a browser, a worker or the clock
NEEDED_TO_RUN_BYTES = 200_000_000
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache")


def setup(*more: str) -> None:
    """Python packages, the browser's files, fonts. Quick when nothing has changed."""
    own_servers = not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
    with (var_folder() / "setup.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        packages.ensure((*PRODUCT, *((packages.SERVERS,) if own_servers else ()), *more))
        frontend.ensure()


def run() -> None:
    """Set up and start the product."""
    var = var_folder()
    runlock.check(var, os.environ.get("WEB_HOST") or "127.0.0.1", supervisor.number("PORT", 8000))
    if shutil.disk_usage(var).free < NEEDED_TO_RUN_BYTES:
        raise disk_full(var)
    setup()
    hand_over("-m", "config.embedded.supervisor")


def test(*arguments: str) -> None:
    """The whole test suite, or what the arguments choose of it."""
    setup(*TESTS)
    browser.ensure()
    os.environ.setdefault("SHOWRUNNER_VAR", str(REPOSITORY / "var" / "test"))
    hand_over("-m", "pytest", "-n", TEST_PROCESSES, "--dist", "worksteal", *arguments)


def smoke() -> None:
    """The main job in a real browser."""
    setup(*TESTS)
    browser.ensure()
    hand_over("-m", "tests.smoke")


def python(*arguments: str) -> None:
    """The project's Python, with what tests need installed."""
    setup(*TESTS)
    hand_over(*arguments)


def lock() -> None:
    """Make the locks anew: versions and hashes without addresses, so that any mirror serves."""
    setup()
    packages.lock()
    frontend.lock()


def clean(*arguments: str) -> None:
    """Remove what can be made again; with `--data` also the data and keys in `var`."""
    var = var_folder()
    runlock.take(var)[0].close()
    if packages.PYTHON.exists():
        stop = "from config.embedded import servers; servers.stop()"
        commands.run([packages.PYTHON, "-c", stop], "Stopping the servers")
    doomed = [
        packages.VENV,
        frontend.NODE_MODULES,
        frontend.FONTS,
        var / "pycache",
        REPOSITORY / "var" / "test",
    ]
    doomed += [REPOSITORY / name for name in CACHES] + ([var] if "--data" in arguments else [])
    for folder in doomed:
        remove_outside(folder)
        shutil.rmtree(folder, ignore_errors=True)


def hand_over(*arguments: str) -> None:
    """Become the project's Python with these arguments."""
    bytecode.keep(var_folder())
    sys.stdout.flush()
    os.execv(packages.PYTHON, [str(packages.PYTHON), *arguments])


def main(command: str = "setup", *arguments: str) -> None:
    """Run one command; problems end it with a sentence."""
    os.chdir(REPOSITORY)
    known = {
        "setup": setup,
        "frontend": frontend.ensure,
        "run": run,
        "test": test,
        "smoke": smoke,
        "python": python,
        "lock": lock,
        "clean": clean,
    }
    try:
        with in_words(REPOSITORY):
            known[command](*arguments)
    except LaunchError as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(*sys.argv[1:])

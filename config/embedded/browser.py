"""The Chromium that browser tests drive: the machine's own, or one that is installed for them."""

import os
import shutil
import subprocess
from pathlib import Path

from config.embedded import packages

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find() -> str | None:
    """The program: CHROMIUM, one on the PATH, or Playwright's. None when there is none."""
    if named := os.environ.get("CHROMIUM"):
        return named
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if on_path or MAC.exists():
        return on_path or str(MAC)
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(path) for path in cache.glob("chromium-*/chrome-linux*/chrome")), None)


def ensure() -> None:
    """Try to install one where there is none: by apt for root, else by Playwright. Tests say when it failed."""
    if find():
        return
    attempts = []
    if os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        attempts += [[apt, "update", "-q"], [apt, "install", "-qy", "--no-install-recommends", "chromium"]]
    attempts.append([str(packages.PYTHON), "-m", "playwright", "install", "chromium"])
    print("Installing Chromium for the browser tests …", flush=True)
    for command in attempts:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if find():
            return

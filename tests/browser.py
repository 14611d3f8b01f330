"""Tests marked `browser` need Chromium. Without one they are not run, and the end of the report says so loudly."""

import os
from collections.abc import Mapping
from typing import Any

import pytest

from config.embedded import browser

MISSING = "there is no Chromium on this machine (set CHROMIUM to its path)"
# As root Chromium has no sandbox; the others keep it from calling home.
OPTIONS = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run")
# A window keeps one process for all its pages: to start another for each costs a sixth of what the page does.
ONE_PROCESS = ("--process-per-site", "--renderer-process-limit=1", "--disable-site-isolation-trials")
ROOT_OPTIONS = ("--no-sandbox",) if os.geteuid() == 0 else ()


def launch_options() -> Mapping[str, Any]:
    """What `playwright.chromium.launch` is to be given."""
    return {"executable_path": browser.find(), "args": [*OPTIONS, *ONE_PROCESS, *ROOT_OPTIONS]}


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and browser.find() is None:
        if os.environ.get("CI"):
            pytest.fail(f"Not run: {MISSING}.", pytrace=False)
        pytest.skip(MISSING)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if MISSING in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("NOT RUN", red=True, bold=True)
        terminalreporter.write_line(f"{len(skipped)} browser tests were not run: {MISSING}.")

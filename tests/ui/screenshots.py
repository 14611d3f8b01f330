"""Pictures of every page in light and dark, 390, 820 and 1440 pixels wide: `python -m tests.ui.screenshots`.

They land in var/screenshots (SCREENSHOTS= for another folder); further words are given to pytest (`-k jobs`).
"""

import os
import sys

import pytest


def main() -> int:
    os.environ.setdefault("SCREENSHOTS", "var/screenshots")
    return int(
        pytest.main(["-q", "tests/ui/test_pages.py", "-k", "is_pictured", "-p", "no:randomly", *sys.argv[1:]])
    )


if __name__ == "__main__":
    sys.exit(main())

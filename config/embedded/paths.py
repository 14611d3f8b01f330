"""Where the project and its own data lie."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def var_folder() -> Path:
    """The folder of what is made at run time: `SHOWRUNNER_VAR`, or `var` in the project. Made if missing."""
    folder = Path(os.environ.get("SHOWRUNNER_VAR") or REPOSITORY / "var").expanduser().absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder

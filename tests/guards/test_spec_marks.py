"""Every `spec` mark names a requirement that docs/requirements.toml knows."""

import re
from pathlib import Path

from tests.requirements_table import read_requirements

TESTS = Path(__file__).resolve().parents[1]
MARK = re.compile(r"mark\.spec\(([^)]*)\)")


def test_spec_marks_name_known_requirements():
    known = {key for area in read_requirements().values() for key in area}
    unknown = {
        f"{path.relative_to(TESTS)}: {key}"
        for path in TESTS.rglob("test_*.py")
        for arguments in MARK.findall(path.read_text())
        for key in re.findall(r'"([^"]+)"', arguments)
        if key not in known
    }
    assert unknown == set()

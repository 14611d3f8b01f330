"""Every variable that settings, launch and the Procfile read stands in docs/running.md, and nothing else does."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r'(?:env\.\w+|environ\.get|environ\.setdefault|number)\(\s*"([A-Z][A-Z_]+)"')
IN_PROCFILE = re.compile(r"\$\{([A-Z][A-Z_]+)")
NOT_FOR_PEOPLE = {
    "PLAYWRIGHT_BROWSERS_PATH": "Playwright's own",
    "PYTEST_XDIST_WORKER": "pytest sets it",
    "TEST_MASTER_KEY": "tests hand it to the processes that they start",
    "SSL_CERT_FILE": "OpenSSL's own",
    "PYTHONPYCACHEPREFIX": "Python's own",
}
READ_ELSEWHERE = {"DJANGO_SETTINGS_MODULE": "Django", "CI": "the browser tests"}


def test_variables_that_are_read_are_documented():
    sources = [*(ROOT / "config" / "settings").glob("*.py"), *(ROOT / "config" / "embedded").glob("*.py")]
    read = {name for path in sources for name in READ.findall(path.read_text())}
    read |= set(IN_PROCFILE.findall((ROOT / "Procfile").read_text()))
    rows = [
        line for line in (ROOT / "docs" / "running.md").read_text().splitlines() if line.startswith("| `")
    ]
    documented = {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row.split("|")[1])}
    assert read - NOT_FOR_PEOPLE.keys() - documented == set()
    assert documented - read - READ_ELSEWHERE.keys() == set()
    assert NOT_FOR_PEOPLE.keys() - read == set()

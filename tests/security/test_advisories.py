"""The nightly look at known vulnerabilities: what it asks, what it keeps, and that silence is never called safety."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from apps.core.http import OutsideError, Unavailable
from apps.events.models import Event
from apps.events.services import deliver
from apps.jobs.models import Job
from apps.jobs.services import enqueue
from apps.security import osv, services
from apps.security.jobs import check_advisories_nightly
from apps.security.locks import NPM, PYPI, Package, locked
from apps.security.models import Advisory, AdvisoryCheck
from tests.core.http_loopback import Answer, Handler, Loopback, nothing, running, status
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

OLD_PILLOW = Package(PYPI, "pillow", "9.0.0")
DETAILS = {
    "id": "GHSA-xxxx-yyyy-zzzz",
    "summary": "Buffer overflow in TIFF",
    "aliases": ["CVE-2022-0001"],
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L"}],
    "affected": [
        {
            "package": {"name": "Pillow", "ecosystem": "PyPI"},
            "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.0.1"}]},
                {"type": "GIT", "events": [{"fixed": "abc"}]},
            ],
        }
    ],
}


def knowing(*vulnerable: Package, pages: int = 1) -> Answer:
    """An answer to querybatch that holds to the API: one result for each query, in order, in so many pages."""

    def answer(handler: Handler) -> None:
        results = []
        for query in handler.loopback.asked[-1].json()["queries"]:
            package = Package(query["package"]["ecosystem"], query["package"]["name"], query["version"])
            page = int(query.get("page_token", "1"))
            if package not in vulnerable:
                results.append({})
            elif page < pages:
                results.append({"vulns": [], "next_page_token": str(page + 1)})
            else:
                results.append({"vulns": [{"id": DETAILS["id"], "modified": "2022-01-01T00:00:00Z"}]})
        handler.send(200, json.dumps({"results": results}).encode())

    return answer


@pytest.fixture
def database(settings: Any) -> Iterator[Loopback]:
    with running() as loopback:
        settings.OSV_URL = loopback.url
        loopback.on("GET", f"/v1/vulns/{DETAILS['id']}", status(200, DETAILS))
        yield loopback


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """This installation runs an old Pillow, and nothing else."""
    monkeypatch.setattr(services, "locked", lambda root: [OLD_PILLOW])


def open_advisories() -> list[str]:
    return [str(row) for row in Advisory.objects.filter(gone_at=None)]


def test_locks_name_every_package_of_production_and_none_of_the_tests(settings: Any) -> None:
    found = {(package.ecosystem, package.name): package.version for package in locked(settings.BASE_DIR)}
    assert found[PYPI, "django"] == "5.2.19"
    assert found[PYPI, "imageio-ffmpeg"]
    assert found[NPM, "sortablejs"] == "1.15.7"
    assert (PYPI, "pytest") not in found
    assert (NPM, "axe-core") not in found


@pytest.mark.spec("SEC-03")
@pytest.mark.parametrize("pages", [1, 3])
def test_finding_is_kept_with_what_mends_it(database: Loopback, old: None, pages: int) -> None:
    database.on("POST", "/v1/querybatch", knowing(OLD_PILLOW, pages=pages))
    check = services.check_advisories()
    row = Advisory.objects.get()
    assert (check.reached, check.packages, check.new) == (True, 1, 1)
    assert (str(row), row.fixed_in, row.aliases) == (
        "GHSA-xxxx-yyyy-zzzz: pillow 9.0.0",
        "9.0.1",
        ["CVE-2022-0001"],
    )


@pytest.mark.spec("SEC-03")
def test_operators_are_told_of_what_is_new_once(
    database: Loopback, old: None, django_capture_on_commit_callbacks: Any
) -> None:
    UserFactory(email="operator@example.com", is_staff=True)
    UserFactory(email="member@example.com")
    database.on("POST", "/v1/querybatch", knowing(OLD_PILLOW))
    for _ in range(2):
        services.check_advisories()
    (event,) = Event.objects.filter(type="security.advisories_found")
    deliver("apps.security.subscriptions.tell_of_advisories", event.subject_id)
    (message,) = mail.outbox
    assert message.to == ["operator@example.com"]
    assert "GHSA-xxxx-yyyy-zzzz: pillow 9.0.0" in message.body


def test_advisory_that_is_mended_is_gone_and_may_come_back(database: Loopback, old: None) -> None:
    database.on("POST", "/v1/querybatch", knowing(OLD_PILLOW), knowing(), knowing(OLD_PILLOW))
    found = []
    for _ in range(3):
        check = services.check_advisories()
        found.append((check.new, len(open_advisories())))
    assert found == [(1, 1), (0, 0), (1, 1)]


def test_withdrawn_advisory_is_none(database: Loopback, old: None) -> None:
    database.on("POST", "/v1/querybatch", knowing(OLD_PILLOW))
    database.on(
        "GET", f"/v1/vulns/{DETAILS['id']}", status(200, {**DETAILS, "withdrawn": "2023-01-01T00:00:00Z"})
    )
    assert (services.check_advisories().new, open_advisories()) == (0, [])


@pytest.mark.spec("SEC-03")
@pytest.mark.parametrize(
    "answer",
    [
        status(503),
        status(403),
        nothing,
        status(200, {"results": []}),
        status(200, {"results": "none"}),
        status(200, ["<html>"]),
    ],
)
def test_database_that_says_nothing_is_no_clean_bill(database: Loopback, old: None, answer: Answer) -> None:
    Advisory.objects.create(ecosystem=PYPI, package="pillow", version="9.0.0", advisory="GHSA-1")
    database.on("POST", "/v1/querybatch", answer)
    for _ in range(2):
        with pytest.raises(OutsideError):
            services.check_advisories()
    assert {check.reached for check in AdvisoryCheck.objects.all()} == {False}
    assert len(open_advisories()) == 1
    assert Event.objects.filter(type="security.advisories_unknown").count() == 1, "told once a day"


def test_operators_hear_that_nothing_is_known(settings: Any, old: None) -> None:
    UserFactory(email="operator@example.com", is_staff=True)
    settings.OSV_URL = "http://127.0.0.1:1"
    with pytest.raises(Unavailable):
        services.check_advisories()
    (event,) = Event.objects.filter(type="security.advisories_unknown")
    deliver("apps.security.subscriptions.tell_that_nothing_is_known", event.subject_id)
    assert "OSV cannot be reached" in mail.outbox[0].body
    assert "The last check that worked: never" in mail.outbox[0].body


def test_answer_without_end_is_given_up(database: Loopback) -> None:
    database.on("POST", "/v1/querybatch", knowing(OLD_PILLOW, pages=10_000))
    with pytest.raises(Unavailable, match="has no end"):
        osv.findings(database.url, [OLD_PILLOW])


def test_check_is_started_once_a_night() -> None:
    check_advisories_nightly()
    check_advisories_nightly()
    assert Job.objects.filter(kind="security.check_advisories").count() == 1


@pytest.mark.spec("SEC-03")
def test_command_says_what_is_known_and_what_is_not(database: Loopback, old: None) -> None:
    with pytest.raises(CommandError, match="NOT CHECKED"):
        call_command("advisories")
    database.on("POST", "/v1/querybatch", knowing(), status(500), knowing(OLD_PILLOW))
    said = StringIO()
    call_command("advisories", "--check", stdout=said)
    assert "Nothing is known against what runs here; 1 packages were checked" in said.getvalue()
    with pytest.raises(CommandError, match="NOT CHECKED"):
        call_command("advisories", "--check")
    with pytest.raises(CommandError, match="1 known vulnerabilities"):
        call_command("advisories", "--check", stdout=said)
    assert "mended in 9.0.1" in said.getvalue()


def test_everything_that_is_locked_is_asked_about(database: Loopback, settings: Any) -> None:
    database.on("POST", "/v1/querybatch", knowing())
    check = services.check_advisories()
    asked = [query["package"]["name"] for one in database.asked for query in one.json()["queries"]]
    assert check.packages == len(asked) == len(locked(Path(settings.BASE_DIR)))


def test_job_runs_the_check(database: Loopback, old: None) -> None:
    from apps.jobs.runner import run_job
    from apps.security.jobs import check_advisories

    database.on("POST", "/v1/querybatch", knowing())
    job = enqueue(check_advisories, team=None, args={}, title="Look")
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"packages": 1, "new": 0})

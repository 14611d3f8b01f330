"""Known vulnerabilities from OSV (https://google.github.io/osv.dev/api/), which gathers PyPI's, npm's and GitHub's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from apps.core import http
from apps.security.locks import Package

Shape = TypeVar("Shape", bound=BaseModel)

BATCH = 500  # the API takes up to 1,000 queries
MOST_PAGES = 20


class _Hit(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore")
    vulns: list[_Hit] = []
    next_page_token: str = ""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")
    results: list[_Result]


class _Severity(BaseModel):
    model_config = ConfigDict(extra="ignore")
    score: str = ""


class _Affected(BaseModel):
    model_config = ConfigDict(extra="ignore")
    package: dict[str, Any] = {}
    ranges: list[dict[str, Any]] = []


class _Details(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    summary: str = ""
    details: str = ""
    aliases: list[str] = []
    severity: list[_Severity] = []
    affected: list[_Affected] = []
    withdrawn: str = ""


@dataclass(frozen=True)
class Finding:
    """One vulnerability of one package."""

    package: Package
    advisory: str
    aliases: tuple[str, ...]
    summary: str
    severity: str
    fixed_in: str


def findings(base_url: str, packages: Sequence[Package]) -> list[Finding]:
    """What is known of these versions. Raises OutsideError where it can't be asked, or answers in another shape."""
    with http.Client(base_url, guard=False, service="OSV", timeout_s=60) as client:
        hits = [hit for part in _batches(packages) for hit in _hits(client, part)]
        details = {name: _details(client, name) for name in dict.fromkeys(name for _, name in hits)}
    return [
        _finding(package, details[name])
        for package, name in dict.fromkeys(hits)
        if not details[name].withdrawn
    ]


def _batches(packages: Sequence[Package]) -> Iterator[list[Package]]:
    for start in range(0, len(packages), BATCH):
        yield list(packages[start : start + BATCH])


def _hits(client: http.Client, packages: Sequence[Package]) -> list[tuple[Package, str]]:
    """(package, id of a vulnerability); long answers come in pages, for each package by a token of its own."""
    asked, found = [(package, "") for package in packages], []
    for _ in range(MOST_PAGES):
        said = _parsed(_Answer, client.post("/v1/querybatch", json=_queries(asked), idempotent=True))
        if len(said.results) != len(asked):
            raise http.Unavailable("OSV sent an answer of the wrong length.")
        pairs = list(zip(asked, said.results, strict=True))
        found += [(package, hit.id) for (package, _), result in pairs for hit in result.vulns]
        asked = [
            (package, result.next_page_token) for (package, _), result in pairs if result.next_page_token
        ]
        if not asked:
            return found
    raise http.Unavailable("OSV's answer has no end.")


def _queries(asked: Sequence[tuple[Package, str]]) -> dict[str, Any]:
    return {
        "queries": [
            {
                "package": {"name": package.name, "ecosystem": package.ecosystem},
                "version": package.version,
                **({"page_token": token} if token else {}),
            }
            for package, token in asked
        ]
    }


def _details(client: http.Client, name: str) -> _Details:
    return _parsed(_Details, client.get(f"/v1/vulns/{name}"))


def _parsed(shape: type[Shape], answer: http.Response) -> Shape:
    try:
        return shape.model_validate(answer.json())
    except ValidationError as error:
        raise http.Unavailable("OSV sent an answer of the wrong shape.", detail=str(error)[:300]) from error


def _finding(package: Package, known: _Details) -> Finding:
    said = known.summary or known.details.strip().partition("\n")[0]
    score = next((severity.score for severity in known.severity if severity.score), "")
    fixed = [
        str(event["fixed"])
        for affected in known.affected
        if str(affected.package.get("name", "")).lower() == package.name
        for span in affected.ranges
        if span.get("type") != "GIT"
        for event in span.get("events", [])
        if "fixed" in event
    ]
    return Finding(
        package, known.id, tuple(known.aliases), said[:500], score[:120], ", ".join(dict.fromkeys(fixed))
    )

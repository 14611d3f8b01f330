"""Alert rules and dashboards: accepted by promtool where there is one, and about figures that the product shows."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client

from apps.core.metrics import METRICS, Counter, Histogram, Level
from apps.operations import exposition, measures

FOLDER = Path(settings.BASE_DIR) / "deploy" / "monitoring"
DASHBOARDS = sorted((FOLDER / "dashboards").glob("*.json"))
NAME = re.compile(r"showrunner_[a-z_]+")
SELECTED = re.compile(r"(showrunner_[a-z_]+)\{([^}]*)\}")
BY = re.compile(r"\b(?:by|on) \(([^)]*)\)")
LABEL = re.compile(r"([a-z_]+)\s*(?:=~|!~|!=|=)")
FROM_PROMETHEUS = {"le", "job", "instance"}

pytestmark = [pytest.mark.spec("OPS-01"), pytest.mark.spec("OPS-04")]


def rules() -> list[dict[str, Any]]:
    read = yaml.safe_load((FOLDER / "alerts.yml").read_text())
    return [rule for group in read["groups"] for rule in group["rules"]]


def expressions() -> Iterator[tuple[str, str]]:
    for rule in rules():
        yield rule["alert"], rule["expr"]
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                yield f"{path.stem}: {panel['title']}", target["expr"]


@pytest.fixture
def exposed(client: Client, db: None, valkey: Any) -> dict[str, set[str]]:
    """The labels of every series that the product can show, by its name."""
    client.get("/healthz")  # the middleware is imported by the first request
    found: dict[str, set[str]] = {exposition.UP: {"part"}}
    for metric in METRICS.values():
        if isinstance(metric, Histogram):
            for part in ("bucket", "sum", "count"):
                found[f"{metric.name}_{part}"] = {*metric.labels} | ({"le"} if part == "bucket" else set())
        elif isinstance(metric, Counter | Level):
            found[metric.name] = {*metric.labels}
    gauges = [*measures.from_database(), *measures.from_valkey(), *measures.from_disk()]
    return found | {gauge.name: {*gauge.labels} for gauge in gauges}


def test_every_expression_names_figures_and_labels_that_exist(exposed: dict[str, set[str]]) -> None:
    asked = list(expressions())
    assert len(asked) > 30
    unknown = {(where, name) for where, text in asked for name in NAME.findall(text) if name not in exposed}
    assert unknown == set()
    wrong = {
        (where, label)
        for where, text in asked
        for name, selector in SELECTED.findall(text)
        for label in LABEL.findall(selector)
        if label not in exposed[name]
    }
    assert wrong == set()
    for where, text in asked:
        labels = set().union(*(exposed[name] for name in NAME.findall(text))) | FROM_PROMETHEUS
        grouped = {label.strip() for group in BY.findall(text) for label in group.split(",")}
        assert grouped <= labels, where


def test_every_figure_is_looked_at_by_an_alert_or_a_dashboard(exposed: dict[str, set[str]]) -> None:
    used = {name for _, text in expressions() for name in NAME.findall(text)}
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in used}
    ours = {name for name in METRICS if not name.startswith("tests_")}
    assert ours - families == set()


def test_every_alert_says_how_grave_it_is_and_what_it_means() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text()
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))
    for rule in rules():
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["description"].endswith((".", "?"))
        assert f"`{rule['alert']}`" in text, f"{rule['alert']} is not in docs/operations.md"


def test_every_figure_is_explained(exposed: dict[str, set[str]]) -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text()
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in exposed}
    assert {name for name in families if f"`{name}`" not in text and not name.startswith("tests_")} == set()


def promtool() -> str:
    found = os.environ.get("PROMTOOL") or shutil.which("promtool")
    if not found:
        pytest.skip("promtool is not installed")
    return found


@pytest.mark.parametrize(
    "words", [("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")], ids=["check", "test"]
)
def test_promtool_accepts_the_rules(words: tuple[str, ...]) -> None:
    done = subprocess.run([promtool(), *words], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

"""The files for Prometheus and Grafana name what there is, and warn when they must."""

import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from aslo.adapters.meter_prometheus import PrometheusMeter
from aslo.domain.build import BuildState, StepName
from aslo.ports import Figures, Standing
from fakes.clock import START as NOW
from fakes.values import a_build

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "monitoring"
SERIES = re.compile(r"\baslo_\w+")


def offered() -> set[str]:
    """The name of every series that a site has once something of each kind has happened."""
    figures = Figures(1, 1, NOW, 1, NOW, 1, NOW, 7)
    meter = PrometheusMeter(lambda: Standing(NOW, figures, 5))
    meter.answered("GET", "/", 200, 0.1)
    meter.delivered("build")
    meter.refused("bad-signature")
    begun = a_build().begin(StepName.RESOLVE, NOW)
    meter.built(begun.end(BuildState.PUBLISHED, "It is out.", NOW + timedelta(seconds=3)))
    meter.followed(NOW)
    page = meter.page().decode()
    return {SERIES.match(line)[0] for line in page.splitlines() if not line.startswith("#")}


def rules():
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels():
    return json.loads((FOLDER / "dashboard.json").read_text())["panels"]


def test_every_panel_asks_for_what_there_is():
    for panel in panels():
        for target in panel["targets"]:
            named = set(SERIES.findall(target["expr"]))
            assert named, panel["title"]
            assert named <= offered(), panel["title"]


def test_every_rule_asks_for_what_there_is_and_says_what_to_do():
    for rule in rules():
        assert set(SERIES.findall(rule["expr"])) <= offered(), rule["alert"]
        assert rule["annotations"]["action"]
        assert rule["labels"]["severity"] in ("warning", "critical")


def test_the_panels_stand_beside_each_other():
    taken = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
    assert max(x for x, _ in taken) == 23


def test_every_series_and_every_rule_is_on_the_page_about_monitoring():
    page = (FOLDER.parents[1] / "docs" / "operations" / "monitoring.md").read_text()
    without_parts = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in offered()}

    assert {name for name in without_parts if f"`{name}" not in page} == set()
    assert {rule["alert"] for rule in rules() if f"`{rule['alert']}`" not in page} == set()


@pytest.mark.needs("promtool")
@pytest.mark.parametrize(
    "words",
    [
        ("check", "rules", "--lint-fatal", "alerts.yml"),
        ("check", "config", "prometheus.yml"),
        ("test", "rules", "alerts_test.yml"),
    ],
    ids=" ".join,
)
def test_prometheus_takes_the_files_and_the_rules_warn_as_they_should(words):
    done = subprocess.run(
        ("promtool", *words), cwd=FOLDER, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_each_rule_has_its_case():
    cases = yaml.safe_load((FOLDER / "alerts_test.yml").read_text())["tests"]
    fired = {
        asked["alertname"]
        for case in cases
        for asked in case["alert_rule_test"]
        if asked.get("exp_alerts")
    }

    assert fired == {rule["alert"] for rule in rules()}

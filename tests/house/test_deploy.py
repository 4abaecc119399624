"""The files that run Wirebell elsewhere: nothing in them names what is not there."""

from __future__ import annotations

import json
import re
from typing import Any

from ruamel.yaml import YAML

from tests.house.survey import ROOT

DEPLOY = ROOT / "deploy"


def _yaml(path: str) -> Any:
    return YAML(typ="safe").load((ROOT / path).read_text("utf-8"))


def test_the_services_of_compose_stand_on_each_other_and_run_as_nobody_special() -> None:
    services = _yaml("deploy/compose.yaml")["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        if name != "postgres":
            assert (service["cap_drop"], service["read_only"]) == (["ALL"], True), name
    image = (DEPLOY / "Containerfile").read_text("utf-8")
    assert image.index("USER wirebell") < image.index("CMD ")
    (owned,) = re.findall(r"install -d -o wirebell -g wirebell (.+)", image)
    (volumes,) = re.findall(r"VOLUME (\[.*\])", image)
    places = {*json.loads(volumes), *re.findall(r"WORKDIR (\S+)", image)}
    assert places == {*owned.split()}, "what is made otherwise belongs to root"
    named = re.findall(r"-[cfe] '?([\w./-]+\.txt)", image)
    assert named == ["constraints.txt"]
    assert all((ROOT / name).exists() for name in named)


def test_ports_of_compose_are_open_on_this_machine_alone() -> None:
    for name, service in _yaml("deploy/compose.yaml")["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name


def test_units_start_programs_there_are_and_are_no_root() -> None:
    units = sorted(DEPLOY.glob("*.service"))
    assert {unit.stem for unit in units} == {"wirebell", "wirebell-serve", "wirebell-worker"}
    for unit in units:
        text = unit.read_text("utf-8")
        assert "User=wirebell" in text
        (program,) = re.findall(r"^ExecStart=/opt/wirebell/\.venv/bin/(\w+) ", text, re.MULTILINE)
        assert program in ("wirebell", "prefect")


def test_the_sample_for_a_desks_repository_asks_what_its_title_says() -> None:
    steps = _yaml("docs/samples/desk-ci.yaml")["jobs"]["desk"]["steps"]
    said = " ".join(step.get("run", "") for step in steps)
    assert "wirebell check desk --strict" in said
    assert "backtest --against" in said

"""Every deployment names a flow that is there, and every flow has a deployment."""

from __future__ import annotations

import ast
from importlib import import_module

import pytest
from ruamel.yaml import YAML

from tests.house.survey import ROOT


def _entrypoints() -> set[str]:
    deployed = YAML(typ="safe").load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    return {deployment["entrypoint"] for deployment in deployed}


def _flows() -> set[str]:
    """Functions under a `flow` decorator, as module entrypoints."""
    found = set()
    for path in (ROOT / "flows").glob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                marks = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
                if any(isinstance(mark, ast.Name) and mark.id == "flow" for mark in marks):
                    found.add(f"flows.{path.stem}.{node.name}")
    return found


def test_deployments_are_the_flows_by_module_entrypoint() -> None:
    assert _entrypoints()
    assert _entrypoints() == _flows()


@pytest.mark.prefect
def test_every_entrypoint_loads() -> None:
    from prefect import Flow

    for entrypoint in _entrypoints():
        module, _, name = entrypoint.rpartition(".")
        assert isinstance(getattr(import_module(module), name), Flow)


@pytest.mark.prefect
def test_the_prefect_server_can_be_imported_with_what_is_pinned() -> None:
    """Newer versions of fastapi break it at import, which `pip check` does not see."""
    assert import_module("prefect.server.api.server").create_app

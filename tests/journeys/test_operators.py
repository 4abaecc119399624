"""Every deployment on a real server, and three troubles, each visible where an operator looks."""

from __future__ import annotations

import json

import pytest

from bench.troubles import RUNS, installation, journey


@pytest.mark.prefect
def test_every_deployment_runs_and_a_dead_feed_channel_and_desk_are_seen_on_prefects_pages() -> (
    None
):
    with installation() as (server, room, desk, store):
        deployed = {found["name"] for found in server._ask("POST", "deployments/filter", {})}
        well, ill = journey(server, room, desk)
        boards = {
            found["key"]: found for found in server._ask("POST", "artifacts/latest/filter", {})
        }
        shown = {
            key: server._ask("GET", f"artifacts/{found['latest_id']}")["data"]
            for key, found in boards.items()
        }
        troubles = set(store.troubles())
        whole = store.books().whole
    assert deployed == {name.partition("/")[0] for name in [*RUNS, "watch/watch"]}
    assert [told for told in well if "RED" in told and "verify-feeds" not in told] == []
    pull, watch, heartbeat, channels, care = ill
    assert " failing" in watch
    assert "in trouble" in care
    seen = {pull: "the new desk holds mistakes", heartbeat: "delivery", channels: "by mail"}
    assert [told for told, words in seen.items() if "RED" not in told or words not in told] == []
    assert troubles >= {"desk", "channel mail"}
    assert all(subject in shown["pulse"] for subject in ("desk", "channel mail"))
    assert "half within" in shown["pulse"]
    assert "| rule | rang in 7 days |" in shown["pulse"]
    assert "`wirebell why al-" in shown["what-rang"]
    assert '"what": "entries"' in shown["books"]
    feeds = json.loads(shown["feeds-by-state"])
    assert feeds[0]["failures"] > 0, "those in trouble first"
    assert (feeds[-1]["state"], feeds[-1]["failures"]) == ("ok", 0)
    assert any(row["state"] != "sent" for row in json.loads(shown["test-channel"]))
    assert whole

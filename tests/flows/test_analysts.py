"""try-rule and backtest: the tools of an analyst without a shell, on a real Prefect server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clock import Clock
from tests.pipeline.desk import write_desk
from tests.storage.samples import arrival, candidate, drop, take_in

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

Run = Callable[[Any], Any]
TRUCE = "- id: truce\n    why: talks\n    when: {near: [truce, tariff], within: 5}\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with two articles on file."""
    from wirebell.core.clock import system_clock
    from wirebell.core.settings import load_settings
    from wirebell.storage import Store

    monkeypatch.chdir(tmp_path)
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})
    clock = Clock(system_clock())
    store = Store(load_settings().database_url, clock)
    store.upgrade()
    for key, text in (("a", "A truce on tariffs | *now*."), ("b", "Rare-earth exports fell.")):
        take_in(store, clock, arrival(key, title=f"{key} | <b>*told*"), feed="harbour")
        (inbox,) = store.claim_entries(1, clock.now - clock.now.replace(year=2000))
        store.file(candidate(inbox, text=text), drop(story=key))
    store.close()
    return tmp_path


async def run_of(state: Any, key: str) -> tuple[str, str]:
    """The name of a run, and its artifact."""
    from prefect import get_client
    from prefect.client.schemas.filters import ArtifactFilter

    id_ = state.state_details.flow_run_id
    async with get_client() as client:
        wanted = ArtifactFilter.model_validate(
            {"flow_run_id": {"any_": [id_]}, "key": {"any_": [key]}}
        )
        (found,) = await client.read_artifacts(artifact_filter=wanted)
        return (await client.read_flow_run(id_)).name, str(found.data)


async def test_a_pasted_rule_is_told_what_it_would_have_rung(home: Path) -> None:
    from flows.on_demand import try_rule

    state = await try_rule(TRUCE, article="Talks\nThe truce holds.", return_state=True)
    name, page = await run_of(state, "try-rule")
    assert (state.is_completed(), name) == (True, "1 articles in 1 stories")
    assert "would **not** ring: tariff: nowhere" in page
    assert "a \\| \\<b\\>\\*told\\*" in page
    assert "*truce*, *tariffs*" in page
    assert "add owner" in page.lower()
    assert "\n\n**1 articles in 1 stories" in page


async def test_a_pasted_mistake_is_shown_at_its_line_and_column(home: Path) -> None:
    from flows.on_demand import try_rule

    state = await try_rule(TRUCE.replace("within", "inside"), return_state=True)
    name, page = await run_of(state, "try-rule")
    assert (state.is_completed(), name) == (True, "2 mistakes")
    assert "line 3, column 35: inside" in page
    assert "    when: {near: [truce, tariff], inside: 5}\n" in page


async def test_an_edit_is_compared_with_the_rule_in_force(home: Path) -> None:
    from flows.on_demand import backtest

    edited = "- id: minerals\n  why: w\n  when: truce\n"
    _, page = await run_of(await backtest(edited, return_state=True), "backtest")
    assert "Against the desk in force: 0 kept, 1 lost, 1 new" in page


async def test_without_a_rule_the_desk_is_tested_and_red_over_its_budget(home: Path) -> None:
    from flows.on_demand import backtest

    within = await backtest(budget=5, return_state=True)
    over = await backtest(budget=0.5, return_state=True)
    assert (within.is_completed(), over.is_failed()) == (True, True)
    name, page = await run_of(over, "backtest")
    assert "over the budget of 0.5" in str(over.message)
    assert (name, "| minerals | 1 |" in page) == ("1 articles in 1 stories", True)


async def test_the_form_has_text_areas_and_says_what_goes_where() -> None:
    """Prefect's pages show a string as a text area only while it has neither format nor enum."""
    from prefect.utilities.callables import parameter_schema

    from flows.on_demand import try_rule

    form = parameter_schema(try_rule).properties
    assert list(form) == ["rule", "article", "days"]
    assert all(field["description"] for field in form.values())
    assert form["rule"]["type"] == "string"
    assert not {"format", "enum"} & form["rule"].keys()
    assert (form["days"]["minimum"], form["days"]["maximum"]) == (1, 365)


async def test_a_silence_from_the_page_is_in_force_and_says_on_whose_word(home: Path) -> None:
    from contextlib import closing

    from flows.on_demand import silence
    from flows.rounds import digest
    from wirebell.core.clock import system_clock
    from wirebell.core.settings import load_settings
    from wirebell.storage import Store

    asked = {"about": "rule", "name": "minerals", "why": "a drill", "by": "ben", "until": "2h"}
    state: Any = await silence(**asked, return_state=True)
    assert "rule minerals silenced until " in str(state.message)
    with closing(Store(load_settings().database_url, system_clock)) as store:
        (held,) = store.silences()
    assert (held.author, held.why) == ("ben", "a drill")
    nothing: Any = await silence(**asked | {"name": "no-such"}, return_state=True)
    assert nothing.is_failed()
    quiet: Any = await digest(return_state=True)
    assert quiet.is_completed()

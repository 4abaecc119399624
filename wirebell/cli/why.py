"""why, why-not, ring: what became of something, on what grounds, and ringing it after all."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from wirebell.cli.installation import OfDemo, settings_of
from wirebell.cli.terminal import SEVERITY_STYLE, Json, in_loop, say, say_found, say_json
from wirebell.core.errors import NotFound
from wirebell.core.feeds import FeedState
from wirebell.core.journal import Record
from wirebell.core.matches import Explanation
from wirebell.core.settings import load_settings
from wirebell.core.text import one_line
from wirebell.core.urls import url_key
from wirebell.pipeline import ledger
from wirebell.pipeline.wiring import House, open_house

What = Annotated[str, typer.Argument(help="An alert (al-…), an article's number, or an address.")]
Rules = Annotated[list[str] | None, typer.Argument(help="Rules to explain; the near ones else.")]
By = Annotated[str, typer.Option("--by", help="On whose word; you, unless you say.")]

OUTCOME_STYLE = {"rung": "bold green", "failed": "red", "": "yellow"}


@in_loop
async def why(what: What, demo: OfDemo = False, as_json: Json = False) -> None:
    """Tell what became of an alert, an article or an address, and on what grounds."""
    async with open_house(settings_of(demo=demo)) as house:
        records = ledger.records_of(house.store, what)
        if as_json:
            say_json([asdict(record) for record in records])
            return
        for record in records:
            _tell(record, house)


@in_loop
async def why_not(
    what: What, rules: Rules = None, demo: OfDemo = False, as_json: Json = False
) -> None:
    """Tell at which stage something was dropped, and which clause of which rule was near."""
    async with open_house(settings_of(demo=demo)) as house:
        try:
            record = ledger.records_of(house.store, what)[-1]
        except NotFound:
            if not url_key(what).startswith("https://"):
                raise
            states = ledger.feeds_near(house, what)
            if as_json:
                say_json({"record": None, "feeds": [asdict(state) for state in states]})
            else:
                _never_seen(what, states)
            raise typer.Exit(1) from None
        near = ledger.near_misses(house, record, rules or ())
        if as_json:
            say_json({"record": asdict(record), "near": [asdict(one) for one in near]})
            return
        _tell(record, house)
        if not near:
            say(("  no clause of any rule holds: it is not about anything watched", "dim"))
        for explanation in near:
            _miss(explanation)


@in_loop
async def ring(what: What, by: By = "") -> None:
    """Ring what did not ring, for the rules that match it; the ledger says on whose word."""
    async with open_house(load_settings()) as house:
        filing = ledger.ring_by_hand(house, what, by or getpass.getuser())
        if filing.alert is None:
            say(("nobody is told: ", "yellow"), filing.decision.reason)
            raise typer.Exit(1)
        names = ", ".join(dict.fromkeys(each.recipient for each in filing.deliveries))
        say(f"{filing.alert.id} is on its way to {names or 'nobody: no route takes it'}")


def _tell(record: Record, house: House) -> None:
    seen = record.settled_at or record.first_seen
    outcome = (record.outcome or "waiting").upper()
    words = one_line(record.article.title if record.article else record.entry.title, 90)
    number = f"article {record.article_id}, " if record.article_id else ""
    source = house.feed(record.feed_id).name
    say(
        (f"{seen:%Y-%m-%d %H:%M} UTC ", "dim"),
        (f"{outcome} ", OUTCOME_STYLE.get(record.outcome, "bold")),
        words,
        (f"  {number}{source}  {record.entry.url}", "dim"),
    )
    told = f", {record.alert_id}" if record.alert_id else ""
    relation = f"{record.relation.replace('_', ' ')}: " if record.relation else ""
    say(f"  because: {relation}{record.reason}{told}" if record.reason else "  not decided yet")
    for piece in record.evidence:
        say((f"    {one_line(piece, 200)}", "dim"))
    _rulings(record, house)
    for told_to in record.told:
        answer = f": {one_line(told_to.answer, 120)}" if told_to.answer else ""
        words = f"{told_to.state}, {told_to.attempts} attempts{answer}"
        say(f"  told {told_to.recipient} by {told_to.channel}: {words}")
        if told_to.reason:
            say((f"    {told_to.how}: {told_to.reason}", "dim"))
    alert = house.store.alert(record.alert_id)
    if alert and alert.run:
        say((f"  filed by {alert.run}", "dim"))
    if record.desk_hash:
        _, commit, author = house.store.desk(record.desk_hash) or ((), "", "")
        whose = f" of {author}, commit {commit[:8]}" if commit else ""
        say((f"  by desk {record.desk_hash[:8]}{whose}", "dim"))


def _rulings(record: Record, house: House) -> None:
    for ruling in record.rulings:
        style = SEVERITY_STYLE[ruling.severity]
        say("  ", (ruling.severity.upper(), style), f" {ruling.rule}: {ruling.verdict}")
        if ruling.reason != record.reason:
            say(f"    because: {ruling.reason}")
        if votes := house.store.votes(ruling.rule):
            useful = sum(vote.useful for vote in votes)
            say(f"    readers of this rule: {useful} useful, {len(votes) - useful} not for them")
        if record.article:
            say_found(record.article, ruling.evidence, most=3)


def _never_seen(url: str, near: Sequence[FeedState]) -> None:
    say((f"{url}: never seen", "bold"))
    for state in near:
        told = f"never answered: {state.detail}"
        if state.last_ok:
            told = f"last answered {state.last_ok:%F %H:%M} UTC"
        say(f"  feed {state.feed_id} ({state.state}) {told}")
    if not near:
        say("  no feed of the desk is of that site: add one to feeds.yaml")


def _miss(explanation: Explanation) -> None:
    say(("  did not fire: ", "yellow"), explanation.rule, (f"  {explanation.nearest_miss}", "dim"))
    for clause in explanation.clause.clauses:
        mark = ("    holds  ", "green") if clause.holds else ("    fails  ", "red")
        say(mark, one_line(clause.words, 90), (f"  {clause.note}" if clause.note else "", "dim"))

"""feeds: what is polled, how it does, and what else could be."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from parsers.feed import parse_feed
from parsers.subscriptions import read_opml, write_opml
from wirebell.cli.installation import open_store
from wirebell.cli.terminal import Json, in_loop, progress, say, say_json
from wirebell.core.clock import system_clock
from wirebell.core.errors import DeskError
from wirebell.core.feeds import Feed, FeedState
from wirebell.core.settings import load_settings
from wirebell.core.text import one_line
from wirebell.core.urls import url_key
from wirebell.desk import load_desk
from wirebell.pipeline.verify import Checked, find_feeds, judge_document, verify_feeds
from wirebell.pipeline.wiring import open_house

What = Annotated[str, typer.Argument(help="An address or a file; every feed when left out.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An OPML file.")]
Url = Annotated[str, typer.Argument(help="A site, or a page of it.")]

app = typer.Typer(help="The feeds: how they do, and what else could be polled.")


@app.command("list")
def list_feeds(as_json: Json = False) -> None:
    """Say of every feed how it does, why, how often it is asked and when next; troubled first."""
    with open_store() as store:
        states = {state.feed_id: state for state in store.feed_states()}
    feeds = load_desk(load_settings().rules).feeds
    rows = [(feed, states.get(feed.id, FeedState(feed.id))) for feed in feeds]
    rows.sort(key=lambda row: row[1].health == "ok")
    if as_json:
        say_json([{"name": feed.name, "url": feed.url, **asdict(state)} for feed, state in rows])
        return
    for feed, state in rows:
        well = state.health in ("ok", "moved")
        health = "new" if state.state == "new" else state.health
        minutes = round((state.pace or feed.every).total_seconds() / 60)
        last = f"{state.last_new:%d %b %H:%M}" if state.last_new else "never"
        next_ = f"{state.next_due:%H:%M}" if state.next_due else "now"
        times = f"every {minutes} min, next {next_}, last new {last} UTC"
        say((f"{health:<6}", "green" if well else "yellow"), f"{feed.id:<24} ", (times, "dim"))
        if state.reason or state.detail:
            say(("      " + one_line(state.reason or state.detail, 120), "dim"))


@app.command()
def verify(what: What = "", as_json: Json = False) -> None:
    """Ask each feed, one address or a file whether it is a feed that brings news; keep nothing."""
    file = Path(what)
    if what and file.is_file():
        parsed = parse_feed(file.read_bytes(), url=file.resolve().as_uri())
        found: tuple[Checked, ...] = (judge_document(parsed, Checked(what, what), system_clock()),)
    else:
        found = asyncio.run(_verify(what))
    _say_checked(found, as_json=as_json)
    raise typer.Exit(1 if any(each.problems for each in found) else 0)


async def _verify(url: str) -> tuple[Checked, ...]:
    async with open_house(load_settings(), upgrade=True) as house:
        feeds = [Feed("", url, url)] if url else house.desk.feeds
        with progress() as bar:
            stage = bar.add_task(f"asking {len(feeds)} feeds", total=len(feeds))
            return await verify_feeds(feeds, house, lambda: bar.advance(stage))


@app.command()
@in_loop
async def find(url: Url, as_json: Json = False) -> None:
    """Find the feeds of a site: what its pages name, else where sites usually keep them."""
    async with open_house(load_settings(), upgrade=True) as house:
        with progress() as bar:
            bar.add_task(f"looking at {url}")
            found = await find_feeds(url, house)
    _say_checked(found, as_json=as_json)
    if not (found or as_json):
        say("no feed found; a list page can be polled with kind: page (see rules/README.md)")
    raise typer.Exit(0 if found else 1)


@app.command("export")
def export_feeds() -> None:
    """Print the feeds of the desk as OPML, for other readers."""
    feeds = load_desk(load_settings().rules).feeds
    typer.echo(write_opml([(feed.name, feed.url) for feed in feeds]))


@app.command("import")
def import_feeds(file: File) -> None:
    """Add the feeds of an OPML file to the end of feeds.yaml; what the desk has is left out."""
    rules = load_settings().rules
    feeds, path = load_desk(rules).feeds, rules / "feeds.yaml"
    had, ids = {url_key(feed.url) for feed in feeds}, {feed.id for feed in feeds}
    lines = []
    for title, url in read_opml(file.read_bytes()):
        if url_key(url) not in had:
            had.add(url_key(url))
            stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-") or "feed"
            names = (stem, *(f"{stem}-{number}" for number in range(2, 10_000)))
            ids.add(id_ := next(name for name in names if name not in ids))
            quoted = [each.replace("'", "''") for each in (title, url)]
            lines.append("  - id: {}\n    name: '{}'\n    url: '{}'\n".format(id_, *quoted))
    before = path.read_text("utf-8")
    path.write_text(f"{before.rstrip()}\n{''.join(lines)}", "utf-8")
    try:
        load_desk(rules)
    except DeskError:
        path.write_text(before, "utf-8")  # as it was: the mistakes are told with their lines
        raise
    say(f"{len(lines)} feeds added to {path}")


def _say_checked(found: tuple[Checked, ...], *, as_json: bool) -> None:
    if as_json:
        say_json([asdict(each) for each in found])
        return
    for each in sorted(found, key=lambda each: not each.problems):
        newest = f", newest {each.newest:%d %b %Y}" if each.newest else ""
        words = f"  {each.entries} entries{newest}  {one_line(each.title, 60)}"
        badge = ("trouble ", "yellow") if each.problems else ("ok      ", "green")
        say(badge, each.name if each.name != each.url else "", f" {each.url}", (words, "dim"))
        for problem in each.problems:
            say(f"        {problem}")

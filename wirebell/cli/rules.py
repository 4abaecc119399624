"""try, explain, backtest: what rules find on a page, and on everything that is on file."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.markdown import Markdown

from wirebell.cli.parse import read_page
from wirebell.cli.terminal import SEVERITY_STYLE, Json, answers, progress, say, say_found, say_json
from wirebell.core.clock import system_clock
from wirebell.core.errors import NotFound, StorageError
from wirebell.core.feeds import Feed
from wirebell.core.matches import Match
from wirebell.core.news import SURE, Article
from wirebell.core.settings import Settings, load_settings
from wirebell.desk import Desk, load_desk
from wirebell.desk.names import did_you_mean
from wirebell.matching import compile_desk
from wirebell.pipeline import history
from wirebell.pipeline.report import report
from wirebell.storage import Store


def _a_day(words: object) -> float:
    return float(str(words).removesuffix("/day"))


Page = Annotated[str, typer.Argument(help="A file, an address, or the number of an article.")]
Folder = Annotated[Path | None, typer.Option("--desk", help="Instead of WIREBELL_RULES.")]
RuleId = Annotated[str, typer.Argument(metavar="RULE", help="The id of a rule.")]
AnyRule = Annotated[str, typer.Argument(metavar="[RULE]", help="One rule; all by default.")]
Since = Annotated[str, typer.Option(help="How far back: 12h, 30d, 4w.")]
Against = Annotated[str, typer.Option(help="A commit of the desk's repository, or: accepted.")]
Budget = Annotated[float, typer.Option(parser=_a_day, metavar="N/day", help="Exit 1 above it.")]
InMarkdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown.")]


def try_page(page: Page, folder: Folder = None, as_json: Json = False) -> None:
    """Show which rules a page would ring, and the words that make them; rings nobody."""
    settings = load_settings()
    desk = load_desk(folder or settings.rules)
    article, feed = find_page(page, settings, desk)
    matches = compile_desk(desk, system_clock().date()).match(article, feed)
    if as_json:
        say_json([asdict(match) for match in matches])
        return
    say((article.title or "(no headline)", "bold"))
    words = len(article.text.split())
    doubt = ": check the text" if article.confidence < SURE else ""
    say((f"{words} words, {article.scope}, confidence {article.confidence:.2f}{doubt}", "dim"))
    for match in matches:
        _show(match, article, desk)
    silent = len(desk.rules) - len(matches)
    say((f"{len(matches)} rules would ring, {silent} would not.", "bold" if matches else "dim"))


def explain(rule: RuleId, page: Page, as_json: Json = False) -> None:
    """Judge every clause of one rule on a page: what it found, or what it failed by."""
    settings = load_settings()
    desk = _only(load_desk(settings.rules), rule)
    article, feed = find_page(page, settings, desk)
    told = compile_desk(desk, system_clock().date()).explain(rule, article, feed)
    if as_json:
        say_json(asdict(told))
    else:
        page = report("explain.md", title=article.title, told=[told], notes=())
        answers.print(Markdown(page), soft_wrap=False)


def find_page(page: str, settings: Settings, desk: Desk) -> tuple[Article, Feed | None]:
    """An article on file, with its feed, by number or address; else a file or a page fetched.

    Raises:
        NotFound: no article of that number is on file.
        ParseError: there is no such file, or the address did not answer.
    """
    try:
        with closing(Store(settings.database_url, system_clock)) as store:
            store.check_schema()
            known = int(page) if re.fullmatch(r"\d{1,9}", page) else store.find_article(page)
            found = store.articles([known]) if known else ()
    except StorageError:
        found = ()  # an analyst's own machine has no database
    if found:
        carried = (feed for feed in desk.feeds if feed.id in found[0].feeds)
        return found[0].article, next(carried, None)
    if re.fullmatch(r"\d{1,9}", page) and not Path(page).exists():
        raise NotFound(f"article {page}", "not on file", "Name a file or an address")
    return read_page(page), None


def _show(match: Match, article: Article, desk: Desk) -> None:
    rule = next(rule for rule in desk.rules if rule.id == match.rule)
    severity = (f" {match.severity.upper()} ", SEVERITY_STYLE[match.severity])
    say("\n", severity, f" {rule.id}", (f"  {rule.why}", "dim"))
    terms = dict.fromkeys(f"{e.who or e.term} ({e.surface})" for e in match.evidence)
    say("  because: ", ", ".join(terms))
    say_found(article, match.evidence)


def backtest(
    rule: AnyRule = "",
    since: Since = "30d",
    against: Against = "",
    budget: Budget = 0,
    as_json: Json = False,
    markdown: InMarkdown = False,
) -> None:
    """Match the articles on file: how often rules would have rung, and what a change does."""
    start, settings = _ago(since), load_settings()
    desk = _only(load_desk(settings.rules), rule)
    with closing(Store(settings.database_url, system_clock)) as store:
        store.check_schema()
        before = history.earlier_desk(against, settings.rules, store) if against else None
        if before and rule:
            before = replace(before, rules=tuple(r for r in before.rules if r.id == rule))
        ids = store.article_ids(start)
    grows = history.backtest(settings.database_url, ids, desk, before, settings.parse_processes)
    with progress() as bar:
        *_, told = bar.track(grows, len(ids) // history.CHUNK + 2, description="matching")
    page = report("backtest.md", told=told, against=against, budget=budget)
    if as_json:
        say_json(TypeAdapter(history.Backtest).dump_python(told, mode="json"))
    elif markdown:
        typer.echo(page)
    else:
        answers.print(Markdown(page), soft_wrap=False)
    raise typer.Exit(1 if budget and told.a_day > budget else 0)


def _only(desk: Desk, rule: str) -> Desk:
    """The desk with one rule alone, with all of them for ""."""
    chosen = tuple(known for known in desk.rules if rule in ("", known.id))
    if not chosen:
        hint = did_you_mean(rule, [known.id for known in desk.rules])
        raise NotFound(rule, f"no rule has this id{hint}", "See rules/watch")
    return replace(desk, rules=chosen)


def _ago(words: str) -> datetime:
    span = re.fullmatch(r"(\d{1,4})([hdw])", words)
    if not span:
        raise typer.BadParameter(f"{words}: write 12h, 30d or 4w")
    unit = {"h": timedelta(hours=1), "d": timedelta(1), "w": timedelta(7)}[span[2]]
    return system_clock() - int(span[1]) * unit

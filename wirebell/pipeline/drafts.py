"""A rule pasted by somebody without a shell: checked and tried as if it stood on the desk."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from textwrap import dedent, indent

from wirebell.core.errors import DeskError, Problem
from wirebell.core.news import Article
from wirebell.desk import Desk, lint, load_desk_text
from wirebell.matching import compile_desk
from wirebell.pipeline.check import check_examples
from wirebell.pipeline.history import backtest
from wirebell.pipeline.report import report
from wirebell.pipeline.wiring import House

_PASTED = "watch/pasted.yaml"
_HEAD = "version: 1\nrules:\n"
_ID = re.compile(r"^\s*(?:-\s+)?id:\s*([\w-]+)", re.MULTILINE)
_NO_RULES = re.compile(r"^rules:\s*(?=^\w|\Z)", re.MULTILINE)


def rehearse(
    house: House, pasted: str, days: int, *, page: str = "", budget: float = 0
) -> tuple[str, str, bool]:
    """Try pasted rules, or ("") the whole desk, on what is on file of some days.

    `page` is the text of an article, headline first, to explain the pasted rules on. Answers
    in a line, in Markdown, and whether more than `budget` articles a day match.
    """
    draft, before, words = house.desk, None, ""
    if pasted.strip():
        try:
            draft = draft_desk(house.desk, pasted)
        except DeskError as error:
            lines = pasted.splitlines()
            return error.problem, report("mistakes.md", problems=error.problems, lines=lines), False
        ids = {rule.id for rule in draft.rules}
        before = replace(house.desk, rules=tuple(r for r in house.desk.rules if r.id in ids))
        title, _, text = page.strip().partition("\n")
        told = [compile_desk(draft).explain(id_, Article("", title, text)) for id_ in ids if page]
        said = (*draft.notes, *map(str, lint(draft, house.clock().date())))
        notes = sorted(note.split(": ", 1)[1] for note in said if note.startswith(_PASTED))
        words = report("explain.md", title=title, told=told, notes=notes) + "\n\n"
    ids_on_file = house.store.article_ids(house.clock() - timedelta(days))
    earlier = before if before and before.rules else None
    url, processes = house.settings.database_url, house.settings.parse_processes
    *_, history = backtest(url, ids_on_file, draft, earlier, processes)
    against = "the desk in force" if earlier else ""
    words += report("backtest.md", told=history, against=against, budget=budget)
    total, over = history.histories[""], bool(budget) and history.a_day > budget
    return f"{total.days.total()} articles in {len(total.stories)} stories", words, over


def draft_desk(desk: Desk, pasted: str) -> Desk:
    """The desk with the pasted rules alone, on its people, lists and feeds.

    Pasted may be a rule, several, or a whole watch file; a rule takes the place of the desk's
    rule of that id.

    Raises:
        DeskError: mistakes or examples that fail; lines and columns are those of `pasted`.
    """
    pasted = pasted.expandtabs(2) + "\n"
    text = pasted if re.search(r"^rules:", pasted, re.MULTILINE) else _HEAD + _aligned(pasted)
    files = {**_without(desk, _ID.findall(pasted)), _PASTED: text}
    try:
        whole = load_desk_text(files.items())
    except DeskError as error:
        problems = error.problems
    else:
        draft = replace(whole, rules=tuple(r for r in whole.rules if r.place.file == _PASTED))
        problems = check_examples(draft)
        if not problems:
            return draft
    raise DeskError("the rule", tuple(_as_pasted(problem, pasted, text) for problem in problems))


def _aligned(pasted: str) -> str:
    """The lines as a list of rules, whatever indentation the first one lost in copying."""
    above = re.match(r"(?:\s*(?:#.*)?\n)*", pasted)
    first, _, rest = pasted[above.end() if above else 0 :].partition("\n")
    dash = "" if first.lstrip().startswith("- ") else "- "
    below = dedent(rest)
    below = below if re.search(r"^- ", below, re.MULTILINE) else indent(below, "  ")
    return f"{above[0] if above else ''}{dash}{first.lstrip()}\n{below}"


def _without(desk: Desk, ids: list[str]) -> dict[str, str]:
    """The desk's files with the lines of some rules left blank."""
    files = {name: ["", *text.splitlines()] for name, text in desk.files}
    for rule in desk.rules:
        if rule.id in ids:
            lines, start = files[rule.place.file], rule.place.line
            ends = [r.place.line for r in desk.rules if r.place.file == rule.place.file]
            ends += [n for n, line in enumerate(lines) if re.match(r"\w", line)] + [len(lines)]
            end = min(n for n in ends if n > start)
            lines[start:end] = [""] * (end - start)
    return {name: _NO_RULES.sub("", "\n".join(lines[1:])) for name, lines in files.items()}


def _as_pasted(problem: Problem, pasted: str, text: str) -> Problem:
    """A problem at the line and column the analyst sees."""
    new, line = text.split("\n"), problem.line - text.count("\n") + pasted.count("\n")
    old = ["", *pasted.split("\n")][line : line + 1]
    moved = len(new[problem.line - 1]) - len(old[0]) if old else 0
    return replace(problem, file="rule", line=line, column=max(problem.column - moved, 1))

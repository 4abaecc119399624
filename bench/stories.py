"""Copies, events and updates: what rings and what is recognised, through the store that decides.

Precision and recall of copies over every kind, reports that must never be silenced, one story in
200 outlets, edits of an article, events of ECB+, and a blind set that nothing was tuned on.
Texts are our own and those of WIREBELL_DATA (articles-aeb, ecbplus-dev); without them the parts
that need them are left out, and it says so.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from bench import blind, wire
from bench.wire import Text
from tests.storage.samples import intake
from wirebell.alerts.compose import compose
from wirebell.core.decisions import (
    Arrival,
    Candidate,
    Decision,
    Filing,
    History,
    InboxEntry,
    Outcome,
    Relation,
    Verdict,
)
from wirebell.core.feeds import Outlook, Page, Validators
from wirebell.core.matches import Evidence, Match, Severity
from wirebell.core.news import Article, Entry
from wirebell.desk import Desk
from wirebell.storage import Store
from wirebell.stories import decide, sketch, term_keys, text_hash
from wirebell.stories.facts import account, change_in

SEED = 20250605
NOON = datetime(2025, 6, 5, 12, tzinfo=UTC)
DATA = Path(os.environ.get("WIREBELL_DATA", "../shared/data"))
LEASE = timedelta(hours=1)
DESK = Desk(hash="bench", files=())
CALM = "The weather was mild for the season."  # no sentence stands alone
MANY = 60  # texts that variants are made of


class Makers(Protocol):
    """What `wire` and `blind` make."""

    COPIES: dict[str, Callable[[Text, random.Random], Text]]
    MATERIAL: tuple[str, ...]
    TRIVIAL: tuple[str, ...]

    def flip(self, text: Text, rng: random.Random, /) -> Text: ...
    def follow(self, text: Text, lead: Text, /) -> Text: ...
    def templated(self, rng: random.Random, /) -> Text: ...
    def edited(
        self, text: Text, kind: str, sentence: str, watched: str, rng: random.Random, /
    ) -> Text: ...


class Desktop:
    """A newsroom with one feed and one rule, on a database of its own."""

    def __init__(self, folder: str) -> None:
        self.now = NOON
        self.store = Store(f"sqlite:///{folder}/bench.db", lambda: self.now)
        self.store.upgrade()
        (claim,) = self.store.claim_feeds(["wire"], LEASE, due_only=False)
        page = Page("", 200, (), b"", Validators(), self.now)
        intake(self.store, claim, page, [], lambda _: Outlook(self.now))  # a first poll: backlog
        self.spent = 0.0
        self.offered = 0

    def offer(self, url: str, text: Text, words: Sequence[str]) -> Decision:
        """Take in, match by some words, decide and file one text."""
        self.offered += 1
        entry = Entry(f"{self.offered}", url, text[0])
        (claim,) = self.store.claim_feeds(["wire"], LEASE, due_only=False)
        page = Page(url, 200, (), b"", Validators(), self.now)
        intake(
            self.store,
            claim,
            page,
            [Arrival(entry.id, entry.id, entry)],
            lambda _: Outlook(self.now),
        )
        (inbox,) = self.store.claim_entries(1, LEASE)
        article = Article(url=url, title=text[0], text=text[1])
        start = time.perf_counter()
        decision = self._file(inbox, article, words)
        self.spent += time.perf_counter() - start
        self.now += timedelta(seconds=1)
        return decision

    def _file(self, inbox: InboxEntry, article: Article, words: Sequence[str]) -> Decision:
        matches = tuple(_match(article, words))
        candidate = Candidate(
            inbox=inbox,
            feed_name=article.url.split("/")[2],
            tier=2,
            article=article,
            url_key=article.url,
            text_hash=text_hash(article),
            matches=matches,
            desk_hash=DESK.hash,
            sketch=sketch(article) if matches else (),
            terms=term_keys(article) if matches else (),
        )

        def plan(history: History) -> Filing:
            decision = decide(candidate, history, self.now)
            return Filing(decision, compose(candidate, decision, history, DESK))

        return self.store.file(candidate, plan).decision


def _match(article: Article, words: Sequence[str]) -> Iterator[Match]:
    """The rule: any of the words; without words it fires on the whole."""
    pattern = "|".join(rf"\b{re.escape(word)}\b" for word in words) or r"(?:^|(?<=\. ))\w+"
    evidence = [
        Evidence(found[0], field, *found.span(), found[0])
        for field in ("title", "text")
        for found in re.finditer(pattern, article.words_of(field))
    ]
    if evidence:
        yield Match("rule", Severity.URGENT, tuple(evidence))


def watched(text: Text) -> list[str]:
    """What an analyst might watch for in a story: two names or long words of its first lines."""
    lead = " ".join(wire.pieces(text[1])[:3])
    names = re.findall(r"(?<=[a-z,] )[A-Z][\w'-]{3,}", lead)
    words = sorted(re.findall(r"\b[a-z]{6,}\b", lead), key=len, reverse=True)
    return list(dict.fromkeys((*names, *words)))[:2]


def bodies() -> list[Text]:
    """English texts of the development data, 150 to 1,200 words."""
    path = DATA / "articles-aeb" / "ground-truth.json"
    if not path.exists():
        return []
    found = []
    for page in json.loads(path.read_text("utf-8")).values():
        body = page["articleBody"].strip()
        count = len(body.split())
        english = len(re.findall(r"\b(?:the|and|of|to|in)\b", body)) > count / 12
        sentences = wire.pieces(body)
        if (
            english
            and 150 <= count <= 1200
            and len(sentences) >= 8
            and len(watched(("", body))) == 2
        ):
            found.append((" ".join(sentences[0].split()[:9]), body))
    return found


def copies(texts: Sequence[Text], reserve: Sequence[Text], made_by: Makers, seed: int) -> None:
    """Every kind of copy after its original, then what must not be taken for one."""
    rng = random.Random(seed)
    known, silenced, asked = Counter[str](), Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desktop(folder)
        for n, text in enumerate(texts):
            words = watched(text)
            story = desk.offer(f"https://origin.example/{n}", text, words).story
            for kind, make in made_by.COPIES.items():
                made = desk.offer(f"https://{kind}.example/{n}", make(text, rng), words)
                asked[kind] += 1
                known[kind] += made.story == story and made.verdict is Verdict.DROP
            lead = reserve[n % len(reserve)]
            false = {"flip": made_by.flip(text, rng), "follow": made_by.follow(text, lead)}
            for kind, made_up in false.items():
                both = words if kind == "flip" else [*words, *watched(lead)]
                made = desk.offer(f"https://{kind}.example/{n}", made_up, both)
                asked[kind] += 1
                silenced[kind] += _silenced(made)
        for n in range(180):
            made = desk.offer(f"https://template.example/{n}", made_by.templated(rng), ())
            asked["template"] += 1
            silenced["template"] += _silenced(made)
        right, wrong = known.total(), silenced.total()
        recall = right / sum(asked[kind] for kind in made_by.COPIES)
        print(f"copies: precision {right / (right + wrong):.3f}, recall {recall:.3f}")
        print("  recognised:", *(f"{kind} {known[kind]}/{asked[kind]}" for kind in made_by.COPIES))
        print(
            "  silenced:",
            *(f"{k} {silenced[k]}/{asked[k]}" for k in ("flip", "follow", "template")),
        )
        print(f"  {desk.offered / desk.spent:.0f} documents per second")


def _silenced(made: Decision) -> bool:
    """Whether a rule fired and nobody was told; a flip may lose the name a rule watches for."""
    return made.verdict is Verdict.DROP and made.outcome is not Outcome.UNMATCHED


def outlets(text: Text) -> None:
    """One story in 200 outlets, edited a little in each."""
    rng = random.Random(SEED)
    kinds = [make for kind, make in wire.COPIES.items() if kind != "brief"]
    with tempfile.TemporaryDirectory() as folder:
        desk = Desktop(folder)
        outcomes = Counter(
            desk.offer(
                f"https://o{n}.example/", rng.choice(kinds)(text, rng) if n else text, watched(text)
            ).outcome.value
            for n in range(200)
        )
    print("one story in 200 outlets:", dict(outcomes))


def updates(texts: Sequence[Text], made_by: Makers, seed: int) -> None:
    """Edits of an article whose rule has rung: the material ones ring again."""
    rng = random.Random(seed)
    rang, asked = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desktop(folder)
        for n, text in enumerate(texts):
            for kind in (*made_by.MATERIAL, *made_by.TRIVIAL):
                sentence = _sentence_for(text, kind, made_by)
                words = watched(("", sentence))
                changed = made_by.edited(text, kind, sentence, words[0], rng) if words else text
                if changed == text:
                    continue
                url = f"https://{kind}.example/{n}"
                # Each edit against an original of its own, which nothing else resembles.
                salt = f"{kind}{n} "
                desk.now += timedelta(days=15)
                desk.offer(url, (salt + text[0], text[1]), words)
                again = desk.offer(url, (salt + changed[0], changed[1]), words)
                asked[kind] += 1
                rang[kind] += again.verdict is Verdict.RING
    for name, kinds in (("material", made_by.MATERIAL), ("trivial", made_by.TRIVIAL)):
        share = sum(rang[k] for k in kinds) / sum(asked[k] for k in kinds)
        print(
            f"updates, {name}: {share:.3f} ring again:",
            *(f"{k} {rang[k]}/{asked[k]}" for k in kinds),
        )


def _sentence_for(text: Text, kind: str, made_by: Makers) -> str:
    """The first sentence of the text that this kind of edit can change, or ""."""
    likely = (s for s in wire.pieces(text[1])[1:] if 8 <= len(s.split()) <= 40)
    trial = random.Random(0)
    return next((s for s in likely if made_by.edited(text, kind, s, "it", trial) != text), "")


def statements() -> None:
    """Sentences before and after an edit, as an update of their article and as another's copy."""
    found = tomllib.loads(Path(__file__).with_name("statements.toml").read_text("utf-8"))
    for name, kinds in found.items():
        rang, told = Counter[str](), Counter[str]()
        for kind, pairs in kinds.items():
            for old, new in pairs:
                olds = [account(Article(url="", title="Report", text=f"{CALM} {old}"))]
                rang[kind] += change_in(new, olds) is not None
                told[kind] += change_in(new, olds, polish=False) is not None
        asked = {kind: len(pairs) for kind, pairs in kinds.items()}
        share, copied = (c.total() / sum(asked.values()) for c in (rang, told))
        print(
            f"statements, {name}: {share:.3f} ring in an update, {copied:.3f} in a copy:", end=" "
        )
        print(*(f"{kind} {rang[kind]}/{asked[kind]}" for kind in asked))


def events() -> None:
    """ECB+ in the bench's order and in five others, with a rule that matches everything."""
    path = DATA / "ecbplus-dev" / "articles.jsonl"
    if not path.exists():
        print("events: no ecbplus-dev under", DATA)
        return
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    scores = [_events(rows, seed) for seed in (SEED, *range(1, 6))]
    print(f"  six orders: mean {sum(scores) / 6:.3f}, {min(scores):.3f} at least")


def _events(known: Sequence[dict[str, str]], seed: int) -> float:
    rows = list(known)
    random.Random(seed).shuffle(rows)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desktop(folder)
        made = [
            desk.offer(f"https://e.example/{row['id']}", (row["title"], row["text"]), ())
            for row in rows
        ]
        speed = desk.offered / desk.spent
    gold, found = [row["group"] for row in rows], [decision.story for decision in made]
    told = {row["group"] for row, d in zip(rows, made, strict=True) if d.verdict is Verdict.RING}
    pairs, score = set(zip(gold, found, strict=True)), bcubed(gold, found)
    print(
        f"events: BCubed F1 {score:.3f}"
        f" at {len(pairs) / len(set(gold)):.2f} groups per event;"
        f" {len(set(gold) - told)} of {len(set(gold))} events silent; rung"
        f" {sum(d.verdict is Verdict.RING for d in made)}, copies"
        f" {sum(d.relation is Relation.COPY for d in made)} of {len(rows)}; {speed:.0f} a second"
    )
    return score


def bcubed(gold: Sequence[str], found: Sequence[str]) -> float:
    """BCubed F1 of a grouping."""
    by_gold, by_found = _members(gold), _members(found)
    precision = recall = 0.0
    for g, f in zip(gold, found, strict=True):
        both = len(by_gold[g] & by_found[f])
        precision, recall = precision + both / len(by_found[f]), recall + both / len(by_gold[g])
    return 2 * precision * recall / (precision + recall) / len(gold)


def _members(names: Iterable[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for n, name in enumerate(names):
        found[name].add(n)
    return found


def main(parts: Sequence[str]) -> None:
    texts = bodies()
    if not texts:
        print("no articles-aeb under", DATA, "- set WIREBELL_DATA")
    elif not parts or "copies" in parts:
        copies(texts[:MANY], texts[MANY:], wire, SEED)
    if texts and (not parts or "outlets" in parts):
        outlets(texts[0])
    if texts and (not parts or "updates" in parts):
        updates(texts[: MANY // 2], wire, SEED)
    if texts and (not parts or "blind" in parts):
        print("blind: other operators, another seed, the other half of the texts")
        copies(texts[MANY:], texts[:MANY], blind, SEED + 1)
        updates(texts[MANY : MANY * 3 // 2], blind, SEED + 1)
    if not parts or "statements" in parts:
        statements()
    if not parts or "events" in parts:
        events()


if __name__ == "__main__":
    main(sys.argv[1:])

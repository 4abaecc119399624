"""Every name the desk declares, where, and what happens when two want the same one."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from ipaddress import ip_address

from wirebell.core.errors import Problem
from wirebell.core.text import fold
from wirebell.core.urls import url_key
from wirebell.desk.sheet import Keys, find, texts
from wirebell.desk.values import Place

_HOMES = (  # the kind of file, the path in it, what is named there and how, and whether but once
    ("feeds", "feeds.id", "feed", "{}", True),
    ("feeds", "feeds.tags", "feed tag", "{}", False),
    ("feeds", "defaults.tags", "feed tag", "{}", False),
    ("people", "people.id", "$name", "${}", True),
    ("people", "organisations.id", "$name", "${}", True),
    ("people", "people.roles.role", "$name", "$role:{}", False),
    ("channels", "channels.*", "channel", "{}", False),
    ("channels", "recipients.name", "recipient", "{}", True),
    ("watch", "lists.*", "$name", "${}", True),
    ("watch", "rules.id", "rule", "{}", True),
    ("watch", "rules.tags", "tag", "{}", False),
    ("watch", "defaults.tags", "tag", "{}", False),
)

_NAMINGS = ("name", "aliases", "aliases.phrase", "other_scripts", "surname.word")


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word` whatever its case, or ""."""
    lower = {other.lower(): other for other in known}
    near = difflib.get_close_matches(word.lower(), lower, n=1)
    return lower[near[0]] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'that'?` for the nearest other word, else ""."""
    near = nearest(word, known)
    return f"; did you mean {near!r}?" if near else ""


@dataclass(slots=True)
class Names:
    """What may be referred to: for each kind of thing its names and where they stand.

    `called` has the id of whoever bears a (folded) name. While `complete` is false a file could
    not be read, and what is unknown may well be declared there. `problems` and `remarks` are
    what is found while the files are checked against the names.
    """

    complete: bool
    known: defaultdict[str, dict[str, Place]] = field(default_factory=lambda: defaultdict(dict))
    called: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def require(self, word: str, *kinds: str) -> None:
        """Raise ValueError with the nearest name if no such thing is declared."""
        choice = [name for kind in kinds for name in self.known[kind]]
        if not self.complete or word in choice:
            return
        hint = did_you_mean(word, choice)
        if word.startswith("$"):
            money = '; for money write {phrase: "$5"}' if word[1:2].isdigit() else hint
            raise ValueError(f"nothing is called {word!r}{money}")
        shown = repr(word) if "/" not in word else "this"  # an address may hold a secret
        raise ValueError(f"no {' or '.join(kinds)} is called {shown}{hint}")

    def declare(self, kind: str, name: str, place: Place, *, once: bool) -> None:
        """Keep a name; it is a mistake if it may stand `once` and another has it."""
        first = self.known[kind].setdefault(name, place)
        if once and first != place:
            what = {"$name": name, "address": "this address"}.get(kind, f"the {kind} {name!r}")
            where = f"{first.file}:{first.line}"
            words = f"{what} exists already: {where}; rename or remove one"
            self.problems.append(place.problem(words))


def _is_private(url: str) -> bool:
    """Whether an address names this machine or its network outright, as the guard sees it."""
    host = re.sub(r"^\w+://\[?([^/?#\]@]*?)\]?(?::\d*)?([/?#].*)?$", r"\1", url)
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def gather(trees: Sequence[Keys], *, complete: bool) -> Names:
    """Collect the names of all files, with what is wrong with them."""
    names = Names(complete)
    inside: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for tree in trees:
        for file, path, kind, spelt, once in _HOMES:
            if tree.place.file.startswith(file):
                for name in texts(tree, *path.split(".")):
                    names.declare(kind, spelt.format(name), name.place, once=once)
        for url in texts(tree, "feeds", "url"):
            names.declare("address", url_key(url), url.place, once=True)
            if _is_private(url):
                remark = f"{url} is not public: refused unless WIREBELL_ALLOW_HOSTS names it"
                names.remarks.append(url.place.problem(remark))
        for person in (*find(tree, "people"), *find(tree, "organisations")):
            who = next(texts(person, "id"), "")
            for words in (word for path in _NAMINGS for word in texts(person, *path.split("."))):
                first = names.called.setdefault(fold(words).text, who)
                if first != who:
                    remark = f"{words!r} is a name of {first} too; both will be found"
                    names.remarks.append(words.place.problem(remark))
        for name in texts(tree, "lists", "*"):
            inside["$name", f"${name}"] = [("$name", term) for term in texts(tree, "lists", name)]
        for name in texts(tree, "channels", "*"):
            others = texts(tree, "channels", name, "fallback")
            inside["channel", name] = [("channel", other) for other in others]
    try:
        TopologicalSorter(inside).prepare()
    except CycleError as error:
        for kind, name in {*error.args[1]}:
            place = names.known[kind][name]
            names.problems.append(place.problem(f"{name} leads back to itself"))
    return names

"""Every name the desk declares, where, and what happens when two want the same one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from wirebell.core.urls import url_key
from wirebell.desk.sheet import Path, Sheet, Tree
from wirebell.desk.spelling import did_you_mean
from wirebell.desk.values import Place

_KINDS = ("feed", "feed tag", "recipient", "channel", "rule", "tag", "role", "shared name")


@dataclass(slots=True)
class Names:
    """What may be referred to: for each kind of thing its names and where they stand.

    `sigils` says what each `$name` is: list, person or organisation. While `complete` is false
    a file could not be read, and what is unknown may well be declared there.
    """

    known: dict[str, dict[str, Place]] = field(
        default_factory=lambda: {kind: {} for kind in _KINDS}
    )
    sigils: dict[str, str] = field(default_factory=dict)
    complete: bool = True

    def require(self, word: str, *kinds: str) -> None:
        """Raise ValueError with the nearest name if no such thing is declared."""
        if self.complete and not any(word in self.known[kind] for kind in kinds):
            choice = [name for kind in kinds for name in self.known[kind]]
            what = " or ".join(kinds)
            shown = repr(word) if "/" not in word else "this"  # an address may hold a secret
            raise ValueError(f"no {what} is called {shown}{did_you_mean(word, choice)}")

    def require_sigil(self, text: str) -> None:
        """Raise ValueError if `$name` or `$role:name` stands for nothing."""
        name = text.removeprefix("$")
        if name.startswith("role:"):
            kind, word = "role", name.removeprefix("role:")
        else:
            kind, word = "shared name", name
        if word in self.known[kind] or not self.complete:
            return
        lead = "$role:" if kind == "role" else "$"
        hint = did_you_mean(text, [lead + known for known in self.known[kind]])
        money = ' (for money write {phrase: "$5 billion"})' if not hint else ""
        raise ValueError(f"nothing is called {text!r}{hint}{money}")


def gather(sheets: Sequence[Sheet], *, complete: bool) -> Names:
    """Collect the names of all files; repeated ones become problems of their sheet."""
    names = Names(complete=complete)
    for sheet in sheets:
        if sheet.file == "feeds.yaml":
            _feeds(sheet, names)
        elif sheet.file == "people.yaml":
            _people(sheet, names)
        elif sheet.file == "channels.yaml":
            _channels(sheet, names)
        else:
            _watch(sheet, names)
    _refuse_circles(sheets, names)
    return names


def _feeds(sheet: Sheet, names: Names) -> None:
    addresses: dict[str, Place] = {}
    for i in range(sheet.count("feeds")):
        _declare(names, "feed", sheet, sheet.texts("feeds", i, "id"))
        _mention(names, "feed tag", sheet, sheet.texts("feeds", i, "tags"))
        for url, path in sheet.texts("feeds", i, "url"):
            first = addresses.setdefault(url_key(url), sheet.place(*path))
            if first != sheet.place(*path):
                words = f"this is the address of the feed on line {first.line}"
                sheet.problems.append(sheet.say(sheet.place(*path), words))
    _mention(names, "feed tag", sheet, sheet.texts("defaults", "tags"))


def _people(sheet: Sheet, names: Names) -> None:
    for group, kind in (("people", "person"), ("organisations", "organisation")):
        for i in range(sheet.count(group)):
            _declare(names, "shared name", sheet, sheet.texts(group, i, "id"), sigil=kind)
            for j in range(sheet.count(group, i, "roles")):
                _mention(names, "role", sheet, sheet.texts(group, i, "roles", j, "role"))


def _channels(sheet: Sheet, names: Names) -> None:
    channels = sheet.at("channels")
    for name in channels if isinstance(channels, dict) else ():
        names.known["channel"][name] = sheet.keys["channels", name]
    for i in range(sheet.count("recipients")):
        _declare(names, "recipient", sheet, sheet.texts("recipients", i, "name"))


def _watch(sheet: Sheet, names: Names) -> None:
    lists = sheet.at("lists")
    for name in lists if isinstance(lists, dict) else ():
        _declare(names, "shared name", sheet, [(name, ("lists", name))], sigil="list")
    _mention(names, "tag", sheet, sheet.texts("defaults", "tags"))
    for i in range(sheet.count("rules")):
        _declare(names, "rule", sheet, sheet.texts("rules", i, "id"))
        _mention(names, "tag", sheet, sheet.texts("rules", i, "tags"))


def _mention(names: Names, kind: str, sheet: Sheet, found: Iterable[tuple[str, Path]]) -> None:
    for name, path in found:
        names.known[kind].setdefault(name, sheet.place(*path))


def _declare(
    names: Names, kind: str, sheet: Sheet, found: Iterable[tuple[str, Path]], sigil: str = ""
) -> None:
    for name, path in found:
        here = sheet.keys[path] if sigil == "list" else sheet.place(*path)
        first = names.known[kind].setdefault(name, here)
        if first != here:
            what = f"${name}" if sigil else f"the {kind} {name!r}"
            words = f"{what} exists already: {first.file}:{first.line}; every name stands for one"
            sheet.problems.append(sheet.say(here, words))
        elif sigil:
            names.sigils[name] = sigil


def _refuse_circles(sheets: Sequence[Sheet], names: Names) -> None:
    """A list that leads back to itself would never end."""
    inside: dict[str, set[str]] = {}
    homes: dict[str, Sheet] = {}
    for sheet in sheets:
        for path in sheet.keys:
            if len(path) == 2 and path[0] == "lists":
                name = str(path[1])
                inside[name] = set(_sigils(sheet.at(*path)))
                homes.setdefault(name, sheet)
    for name, sheet in homes.items():
        reached, fresh = set[str](), inside[name]
        while fresh:
            reached |= fresh
            fresh = {far for near in fresh for far in inside.get(near, ())} - reached
        if name in reached:
            words = f"${name} leads back to itself"
            sheet.problems.append(sheet.say(sheet.keys["lists", name], words))
            names.sigils.pop(name, None)


def _sigils(tree: Tree | None) -> Iterator[str]:
    if isinstance(tree, str) and tree.startswith("$"):
        yield tree[1:]
    elif isinstance(tree, list):
        for item in tree:
            yield from _sigils(item)

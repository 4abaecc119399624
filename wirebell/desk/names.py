"""Every name the desk declares, where, and what happens when two want the same one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wirebell.core.urls import url_key
from wirebell.desk.sheet import Path, Sheet, Tree
from wirebell.desk.spelling import did_you_mean
from wirebell.desk.values import Place

_KINDS = ("feed", "feed tag", "recipient", "channel", "rule", "tag", "role", "$name")


@dataclass(slots=True)
class Names:
    """What may be referred to: for each kind of thing its names and where they stand.

    `sigils` says what each `$name` is: list, person or organisation. While `complete` is false
    a file could not be read, and what is unknown may well be declared there.
    """

    complete: bool = True
    known: dict[str, dict[str, Place]] = field(
        default_factory=lambda: {kind: {} for kind in _KINDS}
    )
    sigils: dict[str, str] = field(default_factory=dict)

    def require(self, word: str, *kinds: str) -> None:
        """Raise ValueError with the nearest name if no such thing is declared."""
        choice = [name for kind in kinds for name in self.known[kind]]
        if self.complete and word not in choice:
            shown = repr(word) if "/" not in word else "this"  # an address may hold a secret
            hint = did_you_mean(word, choice)
            raise ValueError(f"no {' or '.join(kinds)} is called {shown}{hint}")

    def require_sigil(self, text: str) -> None:
        """Raise ValueError if `$name` or `$role:name` stands for nothing."""
        choice = [f"${name}" for name in self.known["$name"]]
        choice += [f"$role:{name}" for name in self.known["role"]]
        if self.complete and text not in choice:
            money = '; for money write {phrase: "$5"}' if text[1:2].isdigit() else ""
            raise ValueError(f"nothing is called {text!r}{money or did_you_mean(text, choice)}")


def gather(sheets: Sequence[Sheet], *, complete: bool) -> Names:
    """Collect the names of all files; repeated ones become problems of their sheet."""
    names = Names(complete=complete)
    for sheet in sheets:
        _from_feeds(sheet, names)
        _from_people(sheet, names)
        _from_channels(sheet, names)
        _from_watch(sheet, names)
    _refuse_circles(sheets)
    return names


def _from_feeds(sheet: Sheet, names: Names) -> None:
    addresses: dict[str, Place] = {}
    for feed in sheet.paths("feeds"):
        _declare(names, "feed", sheet, (*feed, "id"))
        _mention(names, "feed tag", sheet, (*feed, "tags"))
        for url, path in sheet.texts(*feed, "url"):
            here = sheet.place(*path)
            first = addresses.setdefault(url_key(url), here)
            if first != here:
                sheet.wrong(here, f"url: this is the address of the feed on line {first.line}")
    if sheet.file == "feeds.yaml":
        _mention(names, "feed tag", sheet, ("defaults", "tags"))


def _from_people(sheet: Sheet, names: Names) -> None:
    for group, kind in (("people", "person"), ("organisations", "organisation")):
        for item in sheet.paths(group):
            _declare(names, "$name", sheet, (*item, "id"), kind)
            for office in sheet.paths(*item, "roles"):
                _mention(names, "role", sheet, (*office, "role"))


def _from_channels(sheet: Sheet, names: Names) -> None:
    for path in sheet.paths("channels"):
        names.known["channel"][str(path[-1])] = sheet.place(*path)
    for recipient in sheet.paths("recipients"):
        _declare(names, "recipient", sheet, (*recipient, "name"))


def _from_watch(sheet: Sheet, names: Names) -> None:
    for path in sheet.paths("lists"):
        _keep(names, "$name", sheet, str(path[-1]), sheet.keys[path], "list")
    for rule in sheet.paths("rules"):
        _declare(names, "rule", sheet, (*rule, "id"))
        _mention(names, "tag", sheet, (*rule, "tags"))
    if sheet.file.startswith("watch/"):
        _mention(names, "tag", sheet, ("defaults", "tags"))


def _mention(names: Names, kind: str, sheet: Sheet, at: Path) -> None:
    for name, path in sheet.texts(*at):
        names.known[kind].setdefault(name, sheet.place(*path))


def _declare(names: Names, kind: str, sheet: Sheet, at: Path, sigil: str = "") -> None:
    for name, path in sheet.texts(*at):
        _keep(names, kind, sheet, name, sheet.place(*path), sigil)


def _keep(names: Names, kind: str, sheet: Sheet, name: str, here: Place, sigil: str) -> None:
    first = names.known[kind].setdefault(name, here)
    if first == here:
        names.sigils[name] = sigil or names.sigils.get(name, "")
    else:
        what = f"${name}" if sigil else f"the {kind} {name!r}"
        sheet.wrong(here, f"{what} exists already: {first.file}:{first.line}; choose another name")


def _refuse_circles(sheets: Sequence[Sheet]) -> None:
    """A list that leads back to itself would never end."""
    homes = {str(path[1]): (sheet, path) for sheet in sheets for path in sheet.paths("lists")}
    inside = {name: {*_sigils(sheet.at(*path))} for name, (sheet, path) in homes.items()}
    for name, (sheet, path) in homes.items():
        reached: set[str] = set()
        fresh = inside[name]
        while fresh:
            reached |= fresh
            fresh = {far for near in fresh for far in inside.get(near, ())} - reached
        if name in reached:
            sheet.wrong(sheet.keys[path], f"${name} leads back to itself")


def _sigils(tree: Tree | None) -> Iterator[str]:
    if isinstance(tree, str) and tree.startswith("$"):
        yield tree[1:]
    for item in tree if isinstance(tree, list) else ():
        yield from _sigils(item)

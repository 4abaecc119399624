"""Who wrote it: the names in a byline, without the desk's, the site's and the photographer's."""

from __future__ import annotations

import re

from parsers.phrases import WORDS, compiled, letters, read_table, role_of
from wirebell.core.text import fold, one_line

_TABLES = read_table("bylines")
_BY, _AFTER, _BREAK = (compiled(_TABLES[name]) for name in ("by", "after", "name_break"))
_DESK, _SMALL = (frozenset(fold(_TABLES[name]).text.split()) for name in ("desk", "small"))
_AGENCIES = frozenset(map(letters, _TABLES["agencies"].splitlines())) - {""}
_LINE = 500  # characters of a byline
_LONGEST = 5  # words of a name
_WORD = re.compile(r"[^\W_]+")


def person_names(printed: str, *, site: str = "", stated: bool = False) -> tuple[str, ...]:
    """The names in a byline, without "By", dates, jobs, addresses and the site's own names.

    `site` holds those, parted by newlines. Photo credits and names of more than five words are
    no authors. Beside a full name, a single word is a place, a degree or an agency ("AFP"),
    which is an author where it stands alone. What a page states for machines (`stated`) is
    kept as it stands where no person is found in it ("Coastwire Staff").
    """
    printed = printed.strip()[:_LINE]
    line = _BY.split(printed, maxsplit=1)[-1]
    own = {letters(name) for name in site.splitlines()} - {""}
    desk = _DESK | set(_WORD.findall(fold(site).text))
    if "://" in line or letters(line) in own or role_of(one_line(printed)) == "credit":
        return ()  # before it is cut at "/" or "&"

    def is_name(part: str) -> bool:
        words = set(_WORD.findall(fold(part).text))
        small = {word for word in part.split() if word.islower()} - _SMALL
        return (
            bool(words - desk)
            and len(part.split()) <= _LONGEST
            and not re.search(r"[@\d:]|admin", part)
            and letters(part) not in own
            and (stated or not small)
        )

    parts = [_bare(one_line(part)) for part in _BREAK.split(line if stated else _undated(line))]
    found = [part for part in parts if is_name(part)]
    names = [part for part in found if not _DESK & set(_WORD.findall(fold(part).text))]
    if not names and stated and is_name(one_line(line)):
        names = [one_line(line)]
    if names and letters(names[0]) in _AGENCIES:
        names = names[:1]
    elif any(" " in name for name in names):
        names = [name for name in names if " " in name or not fold(name).text.isascii()]
        names = [name for name in names if letters(name) not in _AGENCIES]
    return tuple(dict.fromkeys(names))


def _undated(line: str) -> str:
    """A byline up to the date that follows the names."""
    words = re.split(r"\d|https?:|\S+@", line, maxsplit=1)[0].split()
    if len(words) < len(line.split()):
        while words and words[-1].strip(".,|-–—•·/").lower() in WORDS["stamp"] | {""}:
            words.pop()
    return " ".join(words)


def _bare(part: str) -> str:
    """A name without what follows it, said once."""
    return re.sub(r"^(.{5,}?)\s+\1$", r"\1", _AFTER.sub("", part).strip(" .:|-–—"))

"""Who wrote it: the names in a byline, without the desk's, the site's and the photographer's."""

from __future__ import annotations

import re

from parsers.phrases import WORDS, compiled, letters, read_table, role_of
from wirebell.core.text import fold, one_line

_TABLES = read_table("bylines")
_BY, _AFTER, _OTHERS, _BREAK = (
    compiled(_TABLES[name]) for name in ("by", "after", "others", "name_break")
)
_JOBS, _LINKS, _SMALL, _DESKS = (
    frozenset(fold(_TABLES[name]).text.split()) for name in ("jobs", "links", "small", "desk")
)
_DESK, _AROUND = _JOBS | _DESKS, _JOBS | _LINKS
_NAMES = [name for name in _TABLES["agencies"].splitlines() if name]
_AGENCIES = frozenset(map(letters, _NAMES))
_LINE = 500  # characters of a byline
_LONGEST = 5  # words of a name
_DOT = re.compile(r"(?<!\b[JS]r)\.+$")
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
    if "记者" in printed:
        line = re.sub(
            r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "、", line
        )  # no Japanese names
    own, of_site = {letters(name) for name in site.splitlines()} - {""}, _words(site)
    if "://" in line or letters(line) in own or _OTHERS.match(printed):
        return ()
    if role_of(one_line(printed)) == "credit":
        return ()  # before it is cut at "/" or "&"

    def is_name(part: str) -> bool:
        small = {word for word in part.split() if word.islower()} - _SMALL
        return letters(part) not in own and (
            letters(part) in _AGENCIES
            or (
                bool(_words(part) - _DESK - _LINKS - of_site)
                and len(part.split()) <= _LONGEST
                and not re.search(r"[@\d:：]|admin|報導|報道|报道", part)
                and (stated or not small)
            )
        )

    if not stated or len(line.split()) > 3:
        line = _undated(line)
    # "Quay Transport Writer" is no more a name than "Transport Writer"
    parts = (p for p in _BREAK.split(line) if not (_words(p) & _JOBS and _words(p) & of_site))
    found = [part for part in (_bare(p, site) for p in parts) if is_name(part)]
    names = [part for part in found if letters(part) in _AGENCIES or not _DESK & _words(part)]
    if not names and stated and is_name(one_line(line)):
        names = [one_line(line)]
    if names and letters(names[0]) in _AGENCIES:
        names = names[:1]
    elif any(" " in name for name in names):
        names = [name for name in names if " " in name or not fold(name).text.isascii()]
        names = [name for name in names if letters(name) not in _AGENCIES]
    return tuple(dict.fromkeys(names))


def _words(printed: str) -> set[str]:
    return set(_WORD.findall(fold(printed).text))


def _undated(line: str) -> str:
    """A byline up to the date that follows the names."""
    words = re.split(r"\d|https?:|\S+@", line, maxsplit=1)[0].split()
    if len(words) < len(line.split()):
        while words and words[-1].strip(".,|-–—•·/").lower() in WORDS["stamp"] | {""}:
            words.pop()
    return " ".join(words)


def _bare(part: str, site: str) -> str:
    """A name without what stands around it, said once."""
    words = _DOT.sub("", _AFTER.sub("", one_line(part)).strip(" :|-–—（）【】")).lstrip(".").split()
    left = [n for n, word in enumerate(words) if fold(word).text not in _AROUND]
    if len(left) > 1:  # else it is a job, or a first name that looks like one
        words = words[left[0] : left[-1] + 1]
    bare = re.sub(r"^(.{5,}?)\s+\1$", r"\1", " ".join(words))
    known = "|".join(re.escape(n) for n in (*_NAMES, *site.splitlines()) if " " in n)
    shorter = re.sub(rf"\s+(?:{known})$", "", bare, flags=re.IGNORECASE)
    return shorter if " " in shorter else bare

"""Messages as plain words, for every channel that has no family of its own."""

from __future__ import annotations

import re

_URL = re.compile(r"(https?://[^\s<>\"'\[\]()]+)")
_MENTION = re.compile(r"(?<!\w)@(?=[\w&!])|<(?=[!@#/&a-zA-Z]|$)|\](?=\()|!(?=\w+[|>])")
_BREAK = "\u200b"  # no width: readers see nothing, mention parsers no longer see a mention


def plain(text: str, limit: int) -> str:
    """`text` with every mention, tag and masked link broken, in at most `limit` characters.

    What is cut goes from the end, at a line where one is near; the first link is kept.
    """
    safe = "".join(
        piece.replace("@", "%40") if _URL.fullmatch(piece) else _MENTION.sub(_broken, piece)
        for piece in _URL.split(text)
    )
    if len(safe) <= limit:
        return safe
    link = _URL.search(safe)
    tail = "\n…"
    if link and link.end() > limit - len(tail):
        tail = f"\n…\n{link.group()}"
    if len(tail) > limit:
        return safe[:limit]
    head = safe[: limit - len(tail)]
    line = head.rfind("\n")
    return (head[:line] if line > len(head) // 2 else head) + tail


def _broken(found: re.Match[str]) -> str:
    return found.group() + _BREAK

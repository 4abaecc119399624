"""Bytes to trees: the character set, the guards against hostile pages, the two parses.

BeautifulSoup's tree is ours to walk; trafilatura wants lxml's. Parsing twice costs less than
converting one into the other (0.08 against 0.19 of the soup, measured on 111 pages).
"""

from __future__ import annotations

import codecs
import re
from itertools import islice
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.dammit import EncodingDetector
from lxml import etree, html

from wirebell.core.text import one_line

MAX_TAGS = 50_000
"""Tags read of one page. The richest of 181 news pages has 3,229; the rest is cut off."""
MAX_CHARACTERS = 3_000_000
"""Characters read of one page; the longest of 181 news pages has 1.5 million."""

_WEB_NAMES = dict.fromkeys(("utf-8", "utf8", "iso-8859-1", "latin-1", "latin1", "ascii"), "cp1252")
_WEB_NAMES |= {"gb2312": "gb18030", "gbk": "gb18030", "x-sjis": "cp932", "shift_jis": "cp932"}
_WEB_NAMES |= {"punycode": "cp1252"}  # Python reads it in quadratic time; no browser knows it


def read_markup(page: bytes | str) -> tuple[BeautifulSoup, Any]:
    """Parse a page whatever it is made of; the worst comes back as an empty soup and None.

    The soup is made from what libxml2 kept, whose trees end at a depth of 256: on the page
    itself it would go on, in quadratic time.
    """
    text = _decode(page) if isinstance(page, bytes) else page
    text = "<".join(text.replace("\0", "")[:MAX_CHARACTERS].split("<", MAX_TAGS)[:MAX_TAGS])
    parser = html.HTMLParser(encoding="utf-8")
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return BeautifulSoup("", "lxml"), None
    kept = html.tostring(tree, encoding="utf-8")
    etree.strip_attributes(tree, "style", "hidden")  # what is folded away, `regions` judges
    return BeautifulSoup(kept, "lxml", from_encoding="utf-8"), tree


def glimpse(tag: Tag) -> str:
    """The words of an element that should hold few: a hostile one may hold the page."""
    return one_line(" ".join(piece[:200] for piece in islice(tag.stripped_strings, 20)))


def _decode(page: bytes) -> str:
    """The characters of a page: by proof (UTF-8, with few bytes broken), else by its own word.

    Names mean what browsers make of them (latin-1 is windows-1252), windows-1252 if disproved.
    """
    if page.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return page.decode("utf-16", "replace")
    text = page.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    if not broken or broken <= len(re.findall(r"[^\x00-\x7f\ufffd]", text)):
        return text
    declared = (EncodingDetector.find_declared_encoding(page, is_html=True) or "utf-8").lower()
    try:
        return page.decode(_WEB_NAMES.get(declared, declared), "replace")
    except (LookupError, ValueError):  # no such charset
        return page.decode("cp1252", "replace")

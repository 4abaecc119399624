"""parse: what is read from a page, and where each field was found."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from parsers.article import parse_article
from wirebell.cli.terminal import Json, say, say_json
from wirebell.core.errors import ParseError
from wirebell.core.feeds import Failure, Unchanged
from wirebell.core.news import Article
from wirebell.core.settings import load_settings
from wirebell.pipeline.wiring import open_fetcher

Page = Annotated[str, typer.Argument(help="A file (HTML or plain text) or an address.")]

_COLOURS = {
    "byline": "blue", "caption": "magenta", "credit": "magenta", "sign_off": "blue",
    "dateline": "blue", "newsletter": "yellow", "related": "red", "comments": "red",
}  # fmt: skip
"""Of the regions: who speaks, pictures, what sells, what is elsewhere."""
_APART = ("text", "regions", "origins", "live")


def parse(page: Page, as_json: Json = False) -> None:
    """Show what is read from a page: every field with where it was found, the regions in colour."""
    article = read_page(page)
    if as_json:
        say_json(asdict(article))
        return
    fields, origins = asdict(article), dict(article.origins)
    for name, value in fields.items():
        origin = origins.get(name, "")
        if name not in _APART and (origin or value not in ("", (), None)):
            words = "; ".join(value) if isinstance(value, tuple) else str(value or "(none)")
            say((f"{name:>14}  ", "bold"), words, (f"  ({origin})" if origin else "", "dim"))
    for each in article.live:
        say((f"{'live':>14}  ", "bold"), f"{each.published or ''} {each.title or each.text[:80]}")
    for name, pieces in fields["regions"].items():
        for piece in pieces:
            say((f"{name:>14}  ", _COLOURS[name]), Text(piece, style=_COLOURS[name]))
    say(("\n" + article.text) if article.text else ("(this page holds no story)", "yellow"))


def read_page(page: str) -> Article:
    """A page from a file or from its address.

    Raises:
        ParseError: there is no such file, or the address did not answer.
    """
    if page.startswith(("http://", "https://")):
        return asyncio.run(_fetch(page))
    path = Path(page)
    try:
        content = path.read_bytes()
    except OSError as error:
        trouble = error.strerror or "cannot be read"
        raise ParseError(page, trouble, "Name a file or an address") from None
    if path.suffix == ".txt":
        title, _, text = content.decode("utf-8", "replace").strip().partition("\n")
        return Article(url="", title=title, text=text.strip())
    return parse_article(content, url=path.resolve().as_uri())


async def _fetch(url: str) -> Article:
    async with open_fetcher(load_settings()) as fetcher:
        page = await fetcher.fetch_page(url)
    if isinstance(page, Failure | Unchanged):
        raise ParseError(url, getattr(page, "detail", ""), "Save the page to a file and name that")
    return parse_article(page.body, url=page.url)

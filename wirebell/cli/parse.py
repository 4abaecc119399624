"""parse: what is read from a page, and where each field was found."""

from __future__ import annotations

from dataclasses import asdict

from rich.text import Text

from wirebell.cli.desk import Page, read_page
from wirebell.cli.terminal import Json, say, say_json

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

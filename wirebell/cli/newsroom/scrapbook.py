"""Every mail and Slack message of the morning on one page, to open without any server."""

from __future__ import annotations

from collections.abc import Mapping
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from wirebell.cli.newsroom.editions import Document


def write_scrapbook(folder: Path, edition: Mapping[str, Document], base: str) -> Path:
    """Write index.html into `folder`: each mail of mail/ beside the post of slack/ that tells the
    same alert, the loudest first, what updates a story behind it.

    The pages of `edition` are kept under press/, and links to `base` lead there.
    """
    for address, page in edition.items():
        kept = folder / "press" / address.lstrip("/")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(page.body)
    mails = [(p, message_from_bytes(p.read_bytes(), policy=default)) for p in folder.glob("mail/*")]
    mails.sort(key=lambda mail: (mail[1]["Subject"].removeprefix("Re: "), mail[0]))
    posts = [(p, p.read_text("utf-8")) for p in folder.glob("slack/*")]
    loader = PackageLoader("wirebell.cli.newsroom", "")
    printer = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    sheet = printer.get_template("scrapbook.html")
    index = folder / "index.html"
    index.write_text(sheet.render(mails=mails, posts=posts, base=f"{base}/"), "utf-8")
    return index

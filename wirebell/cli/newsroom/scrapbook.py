"""Every mail and Slack message of the morning on one page, to open without any server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from wirebell.cli.newsroom.editions import Document


def write_scrapbook(
    folder: Path,
    mails: Iterable[Path],
    posts: Iterable[Path],
    edition: Mapping[str, Document],
    base: str,
) -> Path:
    """Write index.html into `folder`: each mail beside the Slack message of the same alert, the
    loudest first, what updates a story behind it.

    The pages of `edition` are kept under press/, and links to `base` lead there.
    """
    for address, page in edition.items():
        kept = folder / "press" / address.lstrip("/")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(page.body)
    slack = {post: post.read_text("utf-8").replace(f"{base}/", "press/") for post in posts}
    opened = [(message_from_bytes(p.read_bytes(), EmailMessage, policy=default), p) for p in mails]
    letters = []
    for mail, path in sorted(opened, key=lambda pair: pair[0]["Subject"].removeprefix("Re: ")):
        body = mail.get_body(("html",))
        html = body.get_content().replace(f"{base}/", "press/") if body else ""
        post = next((p for p, words in slack.items() if mail["X-Wirebell-Alerts"] in words), None)
        payload = json.loads(slack[post]) if post else None
        letters.append({"path": path, "mail": mail, "html": html, "post": post, "slack": payload})
    index = folder / "index.html"
    index.write_text(_templates.get_template("scrapbook.html").render(letters=letters), "utf-8")
    return index


_templates = Environment(
    loader=PackageLoader("wirebell.cli.newsroom", ""),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
)

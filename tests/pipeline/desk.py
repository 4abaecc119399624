"""A small desk on disk and a house over it, for tests of the steps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.clock import Clock
from wirebell.core.settings import Settings
from wirebell.pipeline.wiring import House, open_house

RULES = """
version: 1
rules:
  - id: minerals
    why: licences are the lever of the quarrel
    severity: urgent
    owner: ana
    when: rare earth
    examples: {match: [rare-earth minerals], no_match: [a rare earthquake]}
"""
CHANNELS = """
version: 1
channels:
  mail: ${env:WIREBELL_MAIL}
recipients:
  - {name: ana, mail: ana@desk.example}
routes:
  - {to: [ana]}
"""


def write_desk(folder: Path, feeds: Mapping[str, str], rules: str = RULES) -> Path:
    """Lay down a desk that polls `feeds` (id to address)."""
    (folder / "watch").mkdir(parents=True, exist_ok=True)
    lines = [f"  - {{id: {id_}, name: {id_.title()}, url: '{url}'}}" for id_, url in feeds.items()]
    (folder / "feeds.yaml").write_text("version: 1\nfeeds:\n" + "\n".join(lines) + "\n")
    (folder / "people.yaml").write_text("version: 1\npeople: []\n")
    (folder / "channels.yaml").write_text(CHANNELS)
    (folder / "watch" / "beat.yaml").write_text(rules)
    return folder


def settings_of(home: Path, allow: str = "127.0.0.1", database: str = "") -> Settings:
    """Settings given outright: no .env and no variable of the machine bends a test."""
    return Settings(
        _env_file=None,
        home=home,
        rules=home / "rules",
        database=database,
        allow_hosts=allow,
        slack_base="",
        group_wait=timedelta(),
        parse_processes=1,
        fetch_deadline=4.0,
    )


@asynccontextmanager
async def house_over(
    home: Path, clock: Clock, allow: str = "127.0.0.1", database: str = ""
) -> AsyncIterator[House]:
    """The house of `home`, without any channel set: messages become files."""
    settings = settings_of(home, allow, database)
    async with open_house(settings, clock=clock, environ={"PATH": ""}, upgrade=True) as house:
        yield house


def rss(*items: tuple[str, str, str]) -> bytes:
    """A feed of (guid, title, link)."""
    body = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
        f"<link>{link}</link><pubDate>Thu, 05 Jun 2025 11:00:00 GMT</pubDate></item>"
        for guid, title, link in items
    )
    head = "<title>Outlet</title><link>https://outlet.example</link><description>d</description>"
    return f"<rss version='2.0'><channel>{head}{body}</channel></rss>".encode()


def page(title: str, *paragraphs: str) -> bytes:
    """An article's page."""
    story = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><title>{title}</title></head><body><nav>Home Markets</nav>"
        f"<article><h1>{title}</h1>{story}</article></body></html>"
    ).encode()


def mails_in(folder: Path) -> list[str]:
    """The mails laid down in an outbox: subject and text part, as a reader sees them."""
    found = []
    for path in sorted(folder.glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        found.append(f"{mail['subject']}\n{body.get_content()}")
    return found

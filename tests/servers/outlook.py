"""What arrived, opened: a stored mail or Slack post in one line."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from wirebell.core.text import one_line


def open_mail(path: Path) -> EmailMessage:
    """A stored .eml, parsed."""
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def summary_of(path: Path) -> str:
    """One line about a stored .eml or .json: whom it reached, and its subject or first words."""
    if path.suffix == ".eml":
        mail = open_mail(path)
        return f"{path.name}  {mail['to']}  {one_line(mail['subject'])}"
    words = json.loads(path.read_text("utf-8")).get("text", "")
    return f"{path.name}  Slack  {one_line(words)}"

"""Desk: the analysts' folder, read into one checked value."""

from wirebell.desk.load import load_desk, load_desk_text
from wirebell.desk.values import AnyOf, Desk, Example, Place, Recipient, Rule, Term

__all__ = [
    "AnyOf",
    "Desk",
    "Example",
    "Place",
    "Recipient",
    "Rule",
    "Term",
    "load_desk",
    "load_desk_text",
]

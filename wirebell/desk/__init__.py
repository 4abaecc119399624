"""Desk: the analysts' folder, read into one checked value."""

from wirebell.desk.lint import lint
from wirebell.desk.load import load_desk, load_desk_text, read_folder
from wirebell.desk.values import AnyOf, Desk, Example, Place, Recipient, Rule, Term

__all__ = [
    "AnyOf",
    "Desk",
    "Example",
    "Place",
    "Recipient",
    "Rule",
    "Term",
    "lint",
    "load_desk",
    "load_desk_text",
    "read_folder",
]

"""References to secrets, `${env:NAME}` and `${file:/path}`, resolved at the last moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from wirebell.alerts.transport.redaction import hide, hide_url

_REFERENCE = re.compile(r"\$\{(env|file):([^}]+)\}")


class Unresolved(LookupError):
    """A reference that leads to nothing; says which, never what was there."""


def resolve(text: str, environ: Mapping[str, str]) -> str:
    """A channel's address with its references replaced, hidden from all logs from now on.

    A reference that is the whole address is taken as it stands; one inside an address (a
    password) stands for one part of it and is percent-encoded.

    Raises:
        Unresolved: a variable is not set, a file cannot be read, or it is empty.
    """
    whole = _REFERENCE.fullmatch(text.strip())
    if whole:
        url = _value(whole, environ)
    else:
        url = _REFERENCE.sub(lambda found: _part(_value(found, environ)), text.strip())
    hide_url(url)
    return url


def _part(value: str) -> str:
    hide(value)
    return quote(value, safe="")


def _value(found: re.Match[str], environ: Mapping[str, str]) -> str:
    kind, name = found.groups()
    if kind == "env":
        value = environ.get(name, "").strip()
        if not value:
            raise Unresolved(f"the variable {name} is not set")
        return value
    try:
        value = Path(name).read_text("utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise Unresolved(f"the file {name} cannot be read: {type(error).__name__}") from None
    if not value:
        raise Unresolved(f"the file {name} is empty")
    return value

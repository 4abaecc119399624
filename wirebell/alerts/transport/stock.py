"""The parts of Apprise we build on, as untyped as they come: annotated by half, and anew in 2.x."""

from __future__ import annotations

import warnings
from typing import Any

with warnings.catch_warnings():  # its PGP support imports what Python 3.13 drops
    warnings.simplefilter("ignore", DeprecationWarning)
    from apprise import Apprise, AppriseAsset, NotifyFormat
    from apprise.plugins import url_to_dict
    from apprise.plugins.email.base import NotifyEmail
    from apprise.plugins.slack import NotifySlack, SlackMode

StockMail: Any = NotifyEmail
StockSlack: Any = NotifySlack
parse_address: Any = url_to_dict

__all__ = [
    "Apprise", "AppriseAsset", "NotifyFormat", "SlackMode", "StockMail", "StockSlack",
    "parse_address",
]  # fmt: skip

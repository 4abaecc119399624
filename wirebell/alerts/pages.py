"""The signed address of an alert's page: who was not sent it cannot make it up."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pages:
    """Where alerts have pages: an address others reach us at, "" for no pages, and the key."""

    base: str = ""
    key: bytes = field(default=b"", repr=False)

    def address(self, alert: str, reader: str) -> str:
        """Where a recipient finds the page of an alert; "" where alerts have none."""
        path = f"/alerts/{alert}/{reader}/{self.sign(alert, reader)}"
        return self.base.rstrip("/") + path if self.base else ""

    def sign(self, *words: str) -> str:
        """128 bits that only who has the key can make for these words."""
        digest = hmac.digest(self.key, json.dumps(words).encode(), "sha256")
        return urlsafe_b64encode(digest[:16]).decode().rstrip("=")

    def signed(self, signature: str, *words: str) -> bool:
        """Whether `signature` is that of these words."""
        return hmac.compare_digest(signature.encode(), self.sign(*words).encode())

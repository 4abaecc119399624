"""A webhook shaped like Slack's that keeps every payload as a file to open."""

from __future__ import annotations

import json
from pathlib import Path

from aiohttp import web

from wirebell.cli.newsroom.press import Site


class SlackRoom(Site):
    """Takes posts for one webhook on 127.0.0.1 and writes them to `folder` as 001.json, ...

    `received` lists the files, oldest first; `tokens` are the three parts of the webhook.
    """

    tokens = ("T0NEWSROOM", "B0BELLROOM", "OneMorningOfTheTradeBeat")  # shaped as Apprise demands

    def __init__(self, folder: Path) -> None:
        super().__init__("POST", "/services/" + "/".join(self.tokens), self._take)
        self.received: list[Path] = []
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def _take(self, request: web.Request) -> web.Response:
        """Answer as Slack does: the word ok, or invalid_payload."""
        try:
            payload = await request.json()
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        path = self._folder / f"{len(self.received) + 1:03}.json"
        path.write_text(json.dumps(payload, ensure_ascii=False, indent=2) + "\n", "utf-8")
        self.received.append(path)
        return web.Response(text="ok")

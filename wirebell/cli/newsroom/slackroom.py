"""A webhook shaped like Slack's that keeps every payload as a file to open."""

from __future__ import annotations

import json
from pathlib import Path

from aiohttp import web

from wirebell.cli.newsroom.press import listen


class SlackRoom:
    """Takes posts for one webhook on 127.0.0.1 and writes them to `folder` as 001.json, ...

    `received` lists the files, oldest first; `tokens` are the three parts of the webhook.
    """

    tokens = ("T0NEWSROOM", "B0BELLROOM", "OneMorningOfTheTradeBeat")  # shaped as Apprise demands

    def __init__(self, folder: Path) -> None:
        self.port = 0
        self.received: list[Path] = []
        self._folder = folder
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen on a free port."""
        self._folder.mkdir(parents=True, exist_ok=True)
        app = web.Application()
        app.router.add_post("/services/" + "/".join(self.tokens), self._take)
        self._runner, self.port = await listen(app)

    async def close(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()

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

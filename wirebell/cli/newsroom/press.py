"""The outlets' web server: the feeds and pages of the stage that is published now."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from aiohttp.typedefs import Handler

from wirebell.cli.newsroom.editions import STAGES, Document, print_editions


class Site:
    """A web server on a free port of 127.0.0.1 that answers one method under one path."""

    def __init__(self, method: str, path: str, answer: Handler) -> None:
        app = web.Application()
        app.router.add_route(method, path, answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        self.url = ""

    async def open(self) -> None:
        """Listen; `url` is known from now on."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()


class Press(Site):
    """Serves one stage at a time on 127.0.0.1, with ETag, Last-Modified and 304.

    `edition` is what is published now, by path.
    """

    def __init__(self, now: datetime) -> None:
        super().__init__("GET", "/{path:.+}", self._serve)
        self._now = now
        self._editions: dict[str, dict[str, Document]] = {}
        self.edition: dict[str, Document] = {}

    async def open(self) -> None:
        """Listen on a free port; the editions are printed once it is known."""
        await super().open()
        self._editions = print_editions(self._now, self.url)
        self.publish(STAGES[0])

    def publish(self, stage: str) -> None:
        """Serve `stage` from the next request on.

        Raises:
            KeyError: there is no such stage.
        """
        self.edition = self._editions[stage]

    async def _serve(self, request: web.Request) -> web.Response:
        document = self.edition.get(request.path)
        if document is None:
            raise web.HTTPNotFound
        answer = web.Response(status=304 if _is_current(request, document) else 200)
        answer.headers["ETag"] = document.etag
        answer.last_modified = document.changed
        if answer.status == 200:
            answer.body, answer.content_type = document.body, document.content_type
            answer.charset = "utf-8"
        return answer


def _is_current(request: web.Request, document: Document) -> bool:
    """Whether the reader has these bytes; by the date only if he names no ETag (RFC 9110)."""
    if tags := request.headers.get("If-None-Match"):
        return document.etag in tags
    since = request.if_modified_since
    return since is not None and document.changed <= since

"""A web server on loopback with the faults of real ones, for tests.

    async with WebServer() as web:
        web.put("/feed", Answer(body, headers={"ETag": '"1"'}))
        ... web.url("/feed"), web.requests, web.peak ...

It is honest by default: it answers 304 to its own validators and keeps connections open.
Every fault is a field of `Answer`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Self


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked; header names are lower-case."""

    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer. `headers` go out as written.

    Faults: `length` declares another Content-Length than is sent; `times` repeats the body;
    `late` waits so many seconds before answering, `pause` before each piece of the body;
    `honest` False ignores validators; `raw` is sent instead of everything else; `hang_up`
    closes without an answer.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    times: int = 1
    late: float = 0.0
    pause: float = 0.0
    honest: bool = True
    raw: bytes = b""
    hang_up: bool = False


Handler = Callable[[Request], Answer]


class WebServer:
    """Serves answers by path; counts requests, those for robots.txt apart. `peak` is the most
    served at once.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self.port = 0
        self.requests: list[Request] = []
        self.robots: list[Request] = []
        self.peak = 0
        self.sent = 0
        self._now = 0
        self._answers: dict[str, Answer | Handler] = {}
        self._server: asyncio.Server | None = None
        self._visits: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._visit, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._server is not None
        self._server.close()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)
        await self._server.wait_closed()

    def put(self, path: str, answer: Answer | Handler | bytes) -> None:
        """Serve `answer` at `path` from now on; a function is asked for each request."""
        self._answers[path] = Answer(answer) if isinstance(answer, bytes) else answer

    def url(self, path: str = "/", host: str = "") -> str:
        """The address of `path`, under another host name if given."""
        name = host or (f"[{self.host}]" if ":" in self.host else self.host)
        return f"http://{name}:{self.port}{path}"

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._visits.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._serve_one(reader, writer):
                    pass
        finally:
            self._visits.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = _read_request(await reader.readuntil(b"\r\n\r\n"))
        (self.robots if request.path == "/robots.txt" else self.requests).append(request)
        found = self._answers.get(request.path.partition("?")[0], Answer(status=404))
        answer = found(request) if callable(found) else found
        self._now += 1
        self.peak = max(self.peak, self._now)
        try:
            return await self._send(_conditional(answer, request), writer)
        finally:
            self._now -= 1

    async def _send(self, answer: Answer, writer: asyncio.StreamWriter) -> bool:
        """Send it; True if the connection may serve another request."""
        await asyncio.sleep(answer.late)
        if answer.hang_up or answer.raw:
            writer.write(answer.raw)
            await writer.drain()
            return False
        true_length = len(answer.body) * answer.times
        length = true_length if answer.length is None else answer.length
        lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        if answer.status != 304:
            lines.append(f"Content-Length: {length}")
        writer.write("\r\n".join([*lines, "", ""]).encode("utf-8"))
        for _ in range(answer.times):
            if answer.pause:
                await writer.drain()
                await asyncio.sleep(answer.pause)
            writer.write(answer.body)
            await writer.drain()
            self.sent += len(answer.body)
        return length == true_length


def _read_request(head: bytes) -> Request:
    first, *lines = head.decode("utf-8").strip().split("\r\n")
    method, path, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    return Request(method, path, {name.lower(): value.strip() for name, _, value in pairs})


def _conditional(answer: Answer, request: Request) -> Answer:
    if not answer.honest or answer.status != 200:
        return answer
    for header, condition in (("ETag", "if-none-match"), ("Last-Modified", "if-modified-since")):
        given = answer.headers.get(header)
        if given is not None and condition in request.headers:
            same = request.headers[condition] == given
            return Answer(status=304, headers=answer.headers) if same else answer
    return answer


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unheard Of"

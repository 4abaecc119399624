"""A Slack on loopback, webhooks and API, with the faults of the real one, for tests.

with SlackServer() as slack:
    slack.reply = Reply(429, b"rate_limited", {"Retry-After": "30"})
    ... slack.base, slack.posts ...
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self


def tls_context() -> ssl.SSLContext:
    """A server's side of TLS, with a certificate for 127.0.0.1 that we signed ourselves."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parents[1] / "data" / "tls" / "loopback.pem")
    return context


@dataclass(frozen=True, slots=True)
class Post:
    """A request that arrived; header names are lower-case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The JSON that was posted."""
        document: dict[str, Any] = json.loads(self.body)
        return document


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer. `pause` waits so many seconds; `drop` hangs up without an answer."""

    status: int = 200
    body: bytes = b"ok"
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    drop: bool = False


class SlackServer:
    """Answers every request with `reply`, and keeps what was posted.

    `first` holds replies to be given once each before that. With `tls` it speaks nothing else,
    under a certificate that nobody vouches for.
    """

    def __init__(self, *, tls: bool = False) -> None:
        self.posts: list[Post] = []
        self.reply = Reply()
        self.first: list[Reply] = []
        self._server = _Server(self)
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls_context().wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def base(self) -> str:
        """What stands in for Slack's own addresses."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, post: Post) -> Reply:
        """Keep a request and choose its answer."""
        self.posts.append(post)
        return self.first.pop(0) if self.first else self.reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, slack: SlackServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.slack = slack


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.slack.take(Post(self.command, self.path, headers, body))
        if reply.pause:
            time.sleep(reply.pause)
        if reply.drop:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST  # noqa: N815 - http.server looks for this name

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

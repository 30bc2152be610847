"""A site of rendered pages on loopback, with the headers of the API and a refresh that answers what a test says."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lapsewatch.adapters import pages
from lapsewatch.adapters.http.security import HEADERS

HTML = "text/html; charset=utf-8"


@dataclass
class Site:
    """What is served, and what was asked for."""

    contents: dict[str, str]
    base: str = ""
    refresh_status: int = 200
    refresh_answer: dict[str, Any] = field(default_factory=dict)
    refresh_wait: str = ""
    """Its Retry-After."""
    instance: list[dict[str, Any]] = field(default_factory=list)
    """What the API says of an instance, one after the other; the last one is repeated."""
    generated_at: str = ""
    """When the last report ran; empty for when the page was written."""
    session: dict[str, Any] | None = None
    token: str = "lw_secret+1"
    """The one that signs in."""
    asked: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)
    """Method, path, lower-case headers and body of everything that is not a GET."""


@contextmanager
def serve(contents: dict[str, str]) -> Iterator[Site]:
    """Serve pages by path, beside the assets."""
    site = Site(contents)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    site.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        asset = pages.assets().get(path.lstrip("/"))
        if asset:
            self._answer(200, asset.content_type, asset.body)
        elif path == "/session" and "json" in self.headers.get("Accept", ""):
            known = self.site.session
            self._answer(200 if known else 204, "application/json", json.dumps(known).encode() if known else b"")
        elif path.startswith("/api/instances/") and self.site.instance:
            said = self.site.instance.pop(0) if len(self.site.instance) > 1 else self.site.instance[0]
            self._answer(200, "application/json", json.dumps(said).encode())
        elif path == "/status.json":
            self._answer(200, "application/json", json.dumps(self._status()).encode())
        elif path == "/session":
            return_to = parse_qs(query).get("return_to", ["/"])[0]
            self._answer(200, HTML, pages.render_sign_in(None, return_to).encode())
        elif path in self.site.contents:
            self._answer(200, HTML, self.site.contents[path].encode())
        else:
            self._answer(404, HTML, b"")

    def _status(self) -> dict[str, str | None]:
        [path] = parse_qs(urlsplit(self.path).query)["page"]
        written = re.search('datetime="([^"]+)" data-generated', self.site.contents.get(path, ""))
        page_generated_at = written[1] if written else None
        return {"generated_at": self.site.generated_at or page_generated_at, "page_generated_at": page_generated_at}

    def do_POST(self) -> None:
        self._note()
        if self.path == "/session":
            self._enter(parse_qs(self.site.asked[-1][3]))
            return
        kind = "application/json" if self.site.refresh_status < 300 else "application/problem+json"
        body = json.dumps(self.site.refresh_answer).encode()
        more = {"Retry-After": self.site.refresh_wait} if self.site.refresh_wait else {}
        self._answer(self.site.refresh_status, kind, body, **more)

    def do_DELETE(self) -> None:
        self._note()
        self._answer(204, HTML, b"")

    def _enter(self, form: dict[str, list[str]]) -> None:
        if form.get("token") == [self.site.token]:
            self._answer(303, HTML, b"", Location=form["return_to"][0])
        else:
            self._answer(401, HTML, pages.render_sign_in("This token is not known.", form["return_to"][0]).encode())

    def _note(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.site.asked.append((self.command, self.path, headers, body))

    def _answer(self, status: int, content_type: str, body: bytes, **more: str) -> None:
        self.send_response(status)
        for name, value in (HEADERS | more).items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
        pass

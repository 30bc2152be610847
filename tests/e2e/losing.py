"""A proxy on loopback that hands requests on to the emulator, and now and then loses what was answered."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from local.emulator import Emulator
from tests.e2e.serving import Silent, served


@dataclass
class LosingProxy:
    """Loses as many answers as `to_lose` says; each request has been carried out by then."""

    url: str = ""
    to_lose: int = 0
    lost: int = 0
    passed_on: int = 0


@contextmanager
def losing_answers(emulator: Emulator) -> Iterator[LosingProxy]:
    """Serve until the block ends."""
    proxy = LosingProxy()

    class Handler(Silent, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            upstream = http.client.HTTPConnection("127.0.0.1", emulator.port, timeout=30)
            upstream.request("POST", self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            content = answer.read()
            upstream.close()
            self.close_connection = True
            if proxy.to_lose > 0:
                proxy.to_lose -= 1
                proxy.lost += 1
                return
            proxy.passed_on += 1
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with served(Handler) as port:
        proxy.url = f"http://127.0.0.1:{port}"
        yield proxy

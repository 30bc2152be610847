"""A program on loopback that takes webhooks over HTTPS and remembers what it was sent."""

import json
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import trustme
from lapsewatch.adapters.channels.webhook.target import stored
from lapsewatch.wiring.channels import secret_name

from local.stack import Stack
from tests.e2e.serving import Silent, served

WAIT_SECONDS = 60.0
HANGING = 12.0
"""Seconds; longer than any sender waits."""
SECRET = "the secret of the end-to-end tests".replace(" ", "-")


@dataclass(frozen=True)
class Received:
    """One post, byte for byte."""

    signature: str
    event_id: str
    body: bytes
    path: str = ""

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """Answers 204, or what `answers` says by whom an event id names first."""

    ca_file: Path
    """The authority of its certificate."""
    url: str = ""
    posts: list[Received] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    hangs: set[str] = field(default_factory=set)
    """Paths at which nothing is answered until the sender has given up."""

    def at(self, path: str) -> str:
        """Return an address of this receiver."""
        return urlsplit(self.url)._replace(path=path).geturl()

    def post_about(self, name: str) -> Received:
        """Return the first post whose event id begins with a name, once it is here; raise TimeoutError if never."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            for post in list(self.posts):
                if post.event_id.startswith(f"{name}:"):
                    return post
            time.sleep(0.1)
        raise TimeoutError(f"no post about {name} among {len(self.posts)}")

    def tell(self, stack: Stack) -> None:
        """Tell a stack where the receiver is."""
        name = secret_name(stack.outputs["SecretPath"], "webhook")
        target = stored(self.url, SECRET)
        stack.emulator.client("ssm").put_parameter(Name=name, Value=target, Type="SecureString", Overwrite=True)

    def be_trusted(self, stack: Stack) -> None:
        """Have the function of a stack trust the receiver as it trusts public authorities."""
        functions, function = stack.emulator.client("lambda"), stack.outputs["NotifyFunctionName"]
        known = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        variables = {**known, "SSL_CERT_FILE": str(self.ca_file)}
        functions.update_function_configuration(FunctionName=function, Environment={"Variables": variables})


@contextmanager
def receiving(ca_file: Path) -> Iterator[Receiver]:
    """Serve until the block ends, with a certificate by the authority that is written to `ca_file`."""
    ca, receiver = trustme.CA(), Receiver(ca_file)
    ca.cert_pem.write_to_path(ca_file)

    class Handler(Silent, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            event_id = self.headers["Lapsewatch-Event-Id"]
            path = urlsplit(self.path).path
            if path in receiver.hangs:
                time.sleep(HANGING)
                return
            receiver.posts.append(Received(self.headers["Lapsewatch-Signature"], event_id, body, path))
            self.send_response(receiver.answers.get(event_id.partition(":")[0], 204))
            self.end_headers()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    with served(Handler, context) as port:
        receiver.url = f"https://127.0.0.1:{port}/hooks/lapsewatch?token=canary"
        yield receiver

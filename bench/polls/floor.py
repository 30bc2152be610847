"""What cannot be undercut in Python: one loop over OpenSSL that signs in and reads, with nothing around it."""

import json
import selectors
import socket
import ssl
from dataclasses import dataclass, field

BODY = b"client_id=u&client_secret=p&grant_type=client_credentials"
SIGN_IN = b"POST /connect/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
READ = b"GET /xapi/v1/SystemStatus HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %b\r\n\r\n" % (b"t" * 600)


@dataclass(slots=True)
class _Visit:
    socket: socket.socket
    tls: ssl.SSLSocket | None = None
    requests: list[bytes] = field(default_factory=lambda: [READ, SIGN_IN])
    answer: bytes = b""

    def step(self, context: ssl.SSLContext) -> bool:
        """Go on as far as the network lets us; return whether the visit is done. Raises SSLWantReadError to wait."""
        if self.tls is None:
            self.tls = context.wrap_socket(self.socket, server_hostname="localhost", do_handshake_on_connect=False)
        if len(self.requests) == 2:  # noqa: PLR2004  nothing was sent yet
            self.tls.do_handshake()
            self.tls.send(self.requests.pop())
        self.answer += self.tls.recv(65536)
        head, ended, body = self.answer.partition(b"\r\n\r\n")
        if not ended or len(body) < int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]):
            return False
        json.loads(body)
        self.answer = b""
        if not self.requests:
            return True
        self.tls.send(self.requests.pop())
        return False


def visits(port: int, context: ssl.SSLContext, number: int, at_once: int) -> None:
    """Visit a PBX so often."""
    waiting = selectors.DefaultSelector()
    left, open_ = number, 0
    while left or open_:
        while left and open_ < at_once:
            dialled = socket.socket()
            dialled.setblocking(False)
            dialled.connect_ex(("127.0.0.1", port))
            waiting.register(dialled.fileno(), selectors.EVENT_WRITE, _Visit(dialled))
            left, open_ = left - 1, open_ + 1
        for key, _ in waiting.select():
            try:
                done = key.data.step(context)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                done = False
            if done:
                waiting.unregister(key.fd)
                key.data.tls.close()
                open_ -= 1
            else:
                waiting.modify(key.fd, selectors.EVENT_READ, key.data)

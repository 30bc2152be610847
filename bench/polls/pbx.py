"""A PBX that answers each request after a tenth of a second, in a process of its own: only clients count."""

import asyncio
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

LATENCY = 0.1
TOKEN = {"token_type": "Bearer", "expires_in": 60, "access_token": "t" * 600, "refresh_token": None}
STATUS = {
    "Id": 0,
    "LicenseKey": "8SGW-7XFG-2R4K-9Q1S",
    "ProductCode": "3CXPSPROFENTSPLA",
    "Version": "20.0.8.1109",
    "FQDN": "northwind.3cx.us",
    "ResellerName": "Example Telecom",
    "LicenseActive": True,
    "MaxSimCalls": 8,
    "UserExtensions": 31,
    "MaxUserExtensions": 80,
    "ExpirationDate": "2027-06-20T16:00:00Z",
    "MaintenanceExpiresAt": "2027-06-20T16:00:00Z",
}


@dataclass(frozen=True)
class BenchPbx:
    """Where it listens, and the file of its authority."""

    port: int
    ca: Path


@contextmanager
def running_pbx(folder: Path) -> Iterator[BenchPbx]:
    """Run it until the block ends."""
    command = [sys.executable, "-m", "bench.polls.pbx", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield BenchPbx(int(process.stdout.readline()), folder / "ca.pem")
    finally:
        process.terminate()
        process.wait()


async def _serve(folder: Path) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(context)
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, ssl=context, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"content-length:")[2].split(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            await asyncio.sleep(LATENCY)
            body = json.dumps(TOKEN if head.startswith(b"post") else STATUS).encode()
            kind = b"Content-Type: application/json\r\n"
            writer.write(b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (kind, len(body), body))
    except (OSError, asyncio.IncompleteReadError):
        writer.close()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))

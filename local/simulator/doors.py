"""The ports of the PBXs, each behind the certificate that its PBX shows."""

import asyncio
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime

import trustme
from aiohttp import web

from local.simulator.pbx import Certificate, SimulatedPbx

LOOPBACK = "127.0.0.1"
NAME = "localhost"
BACKLOG = 256
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PROTOCOL_VERSION = bytes.fromhex("15 0301 0002 02 46")
"""The alert by which a server that is stuck with TLS 1.0 ends a handshake with a client of today."""


class Doors:
    """Opens the port of each PBX, and opens it anew when the PBX shows another certificate."""

    def __init__(self, runner: web.AppRunner) -> None:
        authority = trustme.CA(organization_name="Lapsewatch demo")
        self.ca_pem = authority.cert_pem.bytes().decode()
        self._runner = runner
        self._contexts = {
            Certificate.GOOD: _showing(authority.issue_cert(NAME).private_key_and_cert_chain_pem),
            Certificate.EXPIRED: _showing(
                authority.issue_cert(NAME, not_after=LONG_AGO).private_key_and_cert_chain_pem
            ),
            Certificate.WRONG_NAME: _showing(authority.issue_cert("other.invalid").private_key_and_cert_chain_pem),
            Certificate.SELF_SIGNED: _showing(_self_signed()),
        }
        self._sites: dict[str, web.SockSite] = {}
        self._outdated: dict[str, asyncio.Server] = {}

    async def open(self, pbx: SimulatedPbx) -> None:
        """Listen for a PBX, at the port that it has already if it has one."""
        await self._close(pbx)
        listener = socket.create_server((LOOPBACK, pbx.port), backlog=BACKLOG)
        pbx.port = int(listener.getsockname()[1])
        if pbx.certificate is Certificate.TLS_1_0:
            self._outdated[pbx.id] = await asyncio.start_server(_refuse_to_talk, sock=listener)
            return
        context = self._contexts[pbx.certificate]
        self._sites[pbx.id] = web.SockSite(self._runner, listener, ssl_context=context, backlog=BACKLOG)
        await self._sites[pbx.id].start()

    async def close(self) -> None:
        """Close what the runner does not know of."""
        for server in self._outdated.values():
            server.close()

    async def _close(self, pbx: SimulatedPbx) -> None:
        if site := self._sites.pop(pbx.id, None):
            await site.stop()
        if server := self._outdated.pop(pbx.id, None):
            server.close()


def _showing(key_and_certificate: trustme.Blob) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with key_and_certificate.tempfile() as file:
        context.load_cert_chain(file)
    return context


def _self_signed() -> trustme.Blob:
    """Return a certificate that vouches for itself: that of an authority which nobody knows."""
    nobody = trustme.CA(organization_name="Nobody")
    return trustme.Blob(nobody.private_key_pem.bytes() + nobody.cert_pem.bytes())


async def _refuse_to_talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        await reader.read(1)
        writer.write(PROTOCOL_VERSION)
        await writer.drain()
    writer.close()

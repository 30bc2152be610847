"""What a PBX answers over the wire, in as few bytes as a reading needs."""

import asyncio

from tests.contract.tls_server import body_of, head_of

STATUS = b'{"LicenseKey":"K","ExpirationDate":"2027-06-20T16:00:00Z","Version":"20.0.8.1"}'
TOKEN = b'{"token_type":"Bearer","expires_in":60,"access_token":"t"}'


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer as a PBX does, one connection for all requests."""
    while head := await head_of(reader):
        await body_of(head, reader)
        body = TOKEN if head.startswith(b"POST") else STATUS
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()

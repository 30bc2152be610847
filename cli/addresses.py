"""Where a PBX is, as people write it: a host name, and a port if it is not 443."""

import re

LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}$)({LABEL}\.)*(?=[A-Za-z]){LABEL}")
"""A host name; the last label starts with a letter, so that an address in digits is none."""
IP_LITERAL = re.compile(r"\[.*\]?(:\d*)?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*|[0-9.]+(:\d*)?")
DEFAULT_PORT = 443
FIRST_FREE_PORT = 1024
LAST_PORT = 65535


def address_from(text: str) -> str:
    """Return `host` or `host:port` in lower case; raise ValueError with the remedy for anything else."""
    address = text.strip()
    _refuse_more_than_an_address(address)
    host, _, port = address.partition(":")
    if HOST.fullmatch(host) is None:
        raise ValueError("give the PBX's host name alone, such as northwind.3cx.us or northwind.3cx.us:5001")
    if ":" not in address:
        return host.lower()
    return _joined(host.lower(), _port_from(port))


def _refuse_more_than_an_address(address: str) -> None:
    """Raise ValueError for what is more, or other, than a host name and a port."""
    if address.lower().startswith("http://"):
        raise ValueError("leave out http:// (a PBX is read over HTTPS only), and give its host name alone")
    if "://" in address:
        raise ValueError("give the host name alone, without https://")
    if "@" in address:
        raise ValueError("leave out the user name before the @: credentials are stored apart")
    if any(mark in address for mark in "/?#\\"):
        raise ValueError("give the host name alone, without a path")
    if "*" in address:
        raise ValueError("a wildcard is no PBX: give the name of one")
    if not address.isascii():
        raise ValueError("give the name in its ASCII form, which begins with xn--")
    if IP_LITERAL.fullmatch(address):
        raise ValueError("give a host name instead of an IP address: the PBX's certificate is for a name")
    if address.partition(":")[0].endswith("."):
        raise ValueError("leave out the dot at the end of the host name")


def _port_from(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PORT))):
        raise ValueError("give the port as a number after the name, such as northwind.3cx.us:5001")
    port = int(text)
    if port != DEFAULT_PORT and not FIRST_FREE_PORT <= port <= LAST_PORT:
        raise ValueError(f"give port {DEFAULT_PORT}, or one from {FIRST_FREE_PORT} to {LAST_PORT}")
    return port


def _joined(host: str, port: int) -> str:
    """Spell an address in one way only, so that one PBX is not taken for two."""
    return host if port == DEFAULT_PORT else f"{host}:{port}"

"""Which addresses may be dialled: public ones, and private ones only where a setting names them."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

NEVER = (
    # Instance metadata and the like: no setting opens these.
    IPv4Network("169.254.0.0/16"),
    IPv6Network("fe80::/10"),
    IPv6Network("fd00:ec2::/32"),
)
LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
"""Where a function's own runtime listens: opened only by a network that lies in it, as the local stack names one."""
NOT_PUBLIC_4 = (IPv4Network("192.88.99.0/24"),)
PUBLIC_6 = IPv6Network("2000::/3")
NOT_PUBLIC_6 = tuple(IPv6Network(text) for text in ("2001::/23", "2002::/16"))
TRANSLATED = tuple(IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48"))
"""Where a gateway turns the last bits into an IPv4 address."""


def may_connect(text: str, allowed: Iterable[Network]) -> bool:
    """Whether a resolved address may be connected to."""
    address = ip_address(text)
    if _in(address, NEVER) or _wraps_another(address):
        return False
    if _in(address, LOOPBACK):
        allowed = [network for network in allowed if _in(network.network_address, LOOPBACK)]
    return _in(address, allowed) or _is_public(address)


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return not _in(address, NOT_PUBLIC_4)
    return address in PUBLIC_6 and not _in(address, NOT_PUBLIC_6)


def _wraps_another(address: Address) -> bool:
    """Tell whether an address carries an IPv4 one inside, which would slip past the rules for IPv4."""
    if isinstance(address, IPv4Address):
        return False
    return any((address.ipv4_mapped, address.sixtofour, address.teredo)) or _in(address, TRANSLATED)


def _in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)

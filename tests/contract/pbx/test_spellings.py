"""Addresses inside, however they are spelled: the real resolver reads them, and nobody dials them."""

import asyncio
import socket
from collections.abc import Iterator
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from lapsewatch.adapters.guarded.addresses import Network
from lapsewatch.adapters.guarded.line import guarded_line
from lapsewatch.adapters.pbx.reader import PbxReader
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.license import FailedRead, Reason

from tests.builders import NOW, instance

INSIDE_4 = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "127.0.0.1", "127.1.2.3"),
    *("169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.0.0.1"),
    *("192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "240.0.0.1"),
    "255.255.255.255",
)
INSIDE_6 = (
    *("::", "::1", "fc00::1", "fd00:ec2::254", "fe80::1", "ff02::1", "2001:db8::1", "2002:a9fe:a9fe::1"),
    *("64:ff9b::a9fe:a9fe", "::ffff:169.254.169.254"),
)


def spelled_4(text: str) -> Iterator[str]:
    """Yield six ways to write an IPv4 address that a resolver understands."""
    address = IPv4Address(text)
    parts = text.split(".")
    yield text
    yield str(int(address))
    yield hex(int(address))
    yield ".".join(f"0{int(part):o}" for part in parts)
    yield f"{parts[0]}.{int(parts[1]) << 16 | int(parts[2]) << 8 | int(parts[3])}"
    yield f"[::ffff:{text}]"


def spelled_6(text: str) -> Iterator[str]:
    """Yield six ways to write an IPv6 address."""
    address = IPv6Address(text)
    whole = address.packed.hex()
    groups = [whole[n : n + 4] for n in range(0, 32, 4)]
    last = IPv4Address(address.packed[-4:])
    yield f"[{text}]"
    yield f"[{':'.join(groups)}]"
    yield f"[{':'.join(groups).upper()}]"
    yield f"[{':'.join(f'{int(group, 16):x}' for group in groups)}]"
    yield f"[{':'.join(groups[:6])}:{last}]"
    yield text


SPELLINGS = [*((a, s) for a in INSIDE_4 for s in spelled_4(a)), *((a, s) for a in INSIDE_6 for s in spelled_6(a))]


class Dialled:
    """A dial that only remembers whom it was to connect to."""

    def __init__(self) -> None:
        self.hosts: list[str] = []

    async def __call__(self, address: str, port: int) -> socket.socket:
        self.hosts.append(address)
        raise ConnectionRefusedError


def visited(address: str, allowed: tuple[Network, ...] = ()) -> tuple[FailedRead, list[str]]:
    dialled = Dialled()  # nothing real is, whatever the guard decides
    reader = PbxReader(allowed, lines=partial(guarded_line, dial=dialled))
    reading = asyncio.run(reader.read(instance(address=address), PbxSecret("u", "p"), NOW, lambda: True))
    assert isinstance(reading, FailedRead)
    return reading, dialled.hosts


def test_there_are_thirty_addresses_in_six_spellings() -> None:
    assert len({address for address, _ in SPELLINGS}) >= 30
    assert len(SPELLINGS) >= 180


@pytest.mark.fault("P12")
@pytest.mark.parametrize(("address", "spelling"), SPELLINGS)
def test_an_address_inside_is_never_dialled_however_it_is_spelled(address: str, spelling: str) -> None:
    reading, dialled = visited(spelling)

    assert dialled == []
    assert reading.reason in {Reason.BLOCKED_ADDRESS, Reason.UNREACHABLE}


@pytest.mark.fault("P12")
@pytest.mark.parametrize("spelling", ["2852039166", "0xa9fea9fe", "[::ffff:169.254.169.254]", "[fd00:ec2::254]"])
def test_no_setting_opens_the_metadata_of_the_machine(spelling: str) -> None:
    _, dialled = visited(spelling, (ip_network("0.0.0.0/0"), ip_network("::/0")))

    assert dialled == []


@pytest.mark.parametrize("address", ["8.8.8.8", "134744072", "[2606:4700::1111]"])
def test_a_public_address_is_dialled_as_it_was_resolved(address: str) -> None:
    reading, dialled = visited(address)

    assert reading.reason is Reason.UNREACHABLE
    assert dialled == [str(ip_address(dialled[0]))]

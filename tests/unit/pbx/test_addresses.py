"""Which addresses may be connected to, whatever a name leads to."""

from ipaddress import ip_network

import pytest
from lapsewatch.adapters.guarded.addresses import may_connect


@pytest.mark.fault("P12")
def test_metadata_addresses_are_closed_to_every_setting() -> None:
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"))

    assert not may_connect("169.254.169.254", everything)
    assert not may_connect("fd00:ec2::254", everything)
    assert not may_connect("::ffff:169.254.169.254", everything)


@pytest.mark.fault("P12")
@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.9.9.9",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "2001:20::1",
        "4000::1",
        "2002:0a00:0001::1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
    ],
)
def test_an_address_that_is_not_public_is_not_polled(address: str) -> None:
    assert not may_connect(address, ())


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_a_public_address_needs_no_setting(address: str) -> None:
    assert may_connect(address, ())


def test_a_private_network_is_opened_by_its_setting_only() -> None:
    assert may_connect("10.1.2.3", (ip_network("10.1.0.0/16"),))
    assert not may_connect("10.2.2.3", (ip_network("10.1.0.0/16"),))
    assert may_connect("fd12::1%eth0", (ip_network("fd12::/16"),))
    assert not may_connect("fd13::1%eth0", (ip_network("fd12::/16"),))


def test_the_machine_itself_is_opened_only_by_a_network_that_names_it() -> None:
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"), ip_network("126.0.0.0/7"))

    assert not may_connect("127.0.0.1", everything)
    assert not may_connect("::1", everything)
    assert may_connect("127.0.0.1", (ip_network("127.0.0.0/8"),))
    assert may_connect("127.0.0.1", (*everything, ip_network("127.0.0.1/32")))
    assert may_connect("::1", (ip_network("::1/128"),))

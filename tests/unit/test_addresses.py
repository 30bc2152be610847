"""An address is a host name and a port; whatever else people paste is refused with what to do about it."""

import pytest

from cli.addresses import address_from


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Northwind.3CX.us", "northwind.3cx.us"),
        (" northwind.3cx.us ", "northwind.3cx.us"),
        ("northwind.3cx.us:5001", "northwind.3cx.us:5001"),
        ("northwind.3cx.us:443", "northwind.3cx.us"),
        ("localhost:40123", "localhost:40123"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
    ],
)
def test_a_host_name_is_taken_in_one_spelling(text: str, address: str) -> None:
    assert address_from(text) == address


@pytest.mark.fault("C2")
@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("http://northwind.3cx.us", "HTTPS only"),
        ("https://northwind.3cx.us", "without https://"),
        ("user:pass@northwind.3cx.us", "user name"),
        ("northwind.3cx.us/webclient", "without a path"),
        ("northwind.3cx.us?x=1", "without a path"),
        ("northwind.3cx.us#x", "without a path"),
        ("*.3cx.us", "wildcard"),
        ("northwind.3cx.us.", "dot at the end"),
        ("northwind.3cx.us.:5001", "dot at the end"),
        ("münchen.example", "xn--"),
        ("192.0.2.7", "IP address"),
        ("192.0.2.7:5001", "IP address"),
        ("[2001:db8::7]:5001", "IP address"),
        ("2001:db8::7", "IP address"),
        ("::1", "IP address"),
        ("127.1", "IP address"),
        ("northwind.3cx.us:22", "port 443"),
        ("northwind.3cx.us:0", "port 443"),
        ("northwind.3cx.us:65536", "65535"),
        ("northwind.3cx.us:", "number"),
        ("northwind.3cx.us:\uff15\uff10\uff10\uff11", "ASCII"),
        ("northwind.3cx.us:https", "number"),
        ("northwind.3cx.us:1:2", "number"),
        ("", "host name"),
        ("north wind.3cx.us", "host name"),
        ("-x.3cx.us", "host name"),
        ("0x7f000001", "host name"),
        ("a" * 64 + ".example", "host name"),
    ],
)
def test_anything_else_is_refused_with_its_remedy(text: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        address_from(text)

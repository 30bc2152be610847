"""What an operator enters is checked field by field, before anything is stored."""

from pathlib import Path

import pytest
from lapsewatch.domain.instance import Access, Tls, Trust
from lapsewatch.errors import InvalidRequestError

from cli.entry import checked, trust_of

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
GOOD = {
    "instance_id": "northwind",
    "name": "Northwind Cardiology",
    "customer": "Northwind Health",
    "address": "Northwind.3CX.us:5001",
    "access": "user_login",
}


def test_a_good_entry_is_taken_with_its_address_in_lower_case() -> None:
    entry = checked(**GOOD)

    assert (entry.address, entry.access) == ("northwind.3cx.us:5001", Access.USER_LOGIN)


@pytest.mark.fault("C2")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("instance_id", "Has Blanks"),
        ("name", "  "),
        ("address", "https://northwind.3cx.us"),
        ("address", "user@northwind.3cx.us"),
        ("address", "northwind.3cx.us/path"),
        ("address", "192.0.2.7"),
        ("address", "*.3cx.us"),
        ("address", "northwind.3cx.us:99999"),
        ("address", "northwind.3cx.us:5001:1"),
        ("access", "magic"),
        ("zone", "Mars/Phobos"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: str) -> None:
    with pytest.raises(InvalidRequestError) as told:
        checked(**{**GOOD, field: value})

    assert field in str(told.value)


def test_trust_is_the_system_s_unless_a_ca_or_a_pin_is_given(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text(f"# The CA of Northwind\r\n{PEM}")

    assert trust_of(None, None) == Tls()
    assert trust_of(ca, None) == Tls(Trust.CA, PEM)
    assert trust_of(None, "AB:" * 31 + "AB") == Tls(Trust.PIN, "ab" * 32)


def test_half_a_pin_or_two_kinds_of_trust_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError):
        trust_of(None, "abcd")
    with pytest.raises(InvalidRequestError):
        trust_of(tmp_path, "ab" * 32)


@pytest.mark.parametrize(("content", "said"), [(None, "No such file"), ("no pem", "BEGIN"), ("x" * 70_000, "larger")])
def test_a_ca_that_is_none_is_refused_with_what_to_give(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)

    with pytest.raises(InvalidRequestError, match=rf"^ca: .*{said}"):
        trust_of(tmp_path / "ca.pem", None)

"""An instance as an operator enters it, checked before anything is stored."""

import re
from pathlib import Path
from typing import Annotated

from lapsewatch.adapters.messages import INSTANCE_ID
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.instance import Access, Tls, Trust
from lapsewatch.errors import InvalidRequestError, SettingsError
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator

LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}$)({LABEL}\.)*(?=[A-Za-z]){LABEL}")
"""A host name; the last label starts with a letter, so that an address in digits is none."""
LARGEST_PORT = 65535

type Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class Entry(BaseModel):
    """What is entered about one instance; every wrong field is named with its remedy."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    instance_id: Annotated[str, StringConstraints(pattern=INSTANCE_ID)]
    name: Name
    customer: Name
    address: str
    access: Access
    zone: str | None = None

    @field_validator("address")
    @classmethod
    def _is_host_and_port(cls, address: str) -> str:
        host, _, port = address.partition(":")
        if HOST.fullmatch(host) is None:
            raise ValueError("give the PBX's host name, such as northwind.3cx.us, without https:// or a path")
        if port and not (port.isascii() and port.isdigit() and 1 <= int(port) <= LARGEST_PORT):
            raise ValueError("give the port after the name, such as pbx.example.com:5001")
        return address.lower()

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str | None) -> str | None:
        try:
            return zone if zone is None else zone_named(zone).key
        except SettingsError as error:
            raise ValueError(str(error)) from None


def checked(**fields: str | None) -> Entry:
    """Return the entry; raise InvalidRequestError that names each wrong field."""
    try:
        return Entry.model_validate(fields)
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors())
        raise InvalidRequestError("; ".join(wrong)) from None


def trust_of(ca: Path | None, pin: str | None) -> Tls:
    """Return what makes the PBX's certificate acceptable: a CA file, a SHA-256 pin, or the system's own trust."""
    if ca is not None and pin is not None:
        raise InvalidRequestError("Give a CA or a pin, not both.")
    if ca is not None:
        return Tls(Trust.CA, ca.read_text())
    if pin is None:
        return Tls()
    plain = pin.replace(":", "").lower()
    if re.fullmatch(r"[0-9a-f]{64}", plain) is None:
        raise InvalidRequestError("pin: give the SHA-256 fingerprint of the certificate, 64 hexadecimal digits.")
    return Tls(Trust.PIN, plain)

"""An instance as an operator enters it, checked before anything is stored."""

import re
from pathlib import Path
from typing import Annotated

from lapsewatch.adapters.messages import INSTANCE_ID
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.instance import Access, Tls, Trust
from lapsewatch.errors import InvalidRequestError, SettingsError
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from cli.addresses import address_from
from cli.files import LARGEST_PEM, ca_from, text_of


def _zone_from(name: str) -> str:
    try:
        return zone_named(name).key
    except SettingsError as error:
        raise ValueError(str(error)) from None


type InstanceId = Annotated[str, StringConstraints(pattern=INSTANCE_ID)]
type Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
type Address = Annotated[str, AfterValidator(address_from)]
type ZoneName = Annotated[str, AfterValidator(_zone_from)]


class Entry(BaseModel):
    """What is entered about one instance; every wrong field is named with its remedy."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    instance_id: InstanceId
    name: Name
    customer: Name
    address: Address
    access: Access
    zone: ZoneName | None = None


def checked(**fields: str | None) -> Entry:
    """Return the entry; raise InvalidRequestError that names each wrong field."""
    try:
        return Entry.model_validate(fields)
    except ValidationError as error:
        told = ((problem["loc"], problem["msg"].removeprefix("Value error, ")) for problem in error.errors())
        wrong = (f"{'.'.join(map(str, place))}: {message}" for place, message in told)
        raise InvalidRequestError("; ".join(wrong)) from None


def trust_of(ca: Path | None, pin: str | None) -> Tls:
    """Return what makes the PBX's certificate acceptable: a CA file, a SHA-256 pin, or the system's own trust."""
    if ca is not None and pin is not None:
        raise InvalidRequestError("Give a CA or a pin, not both.")
    if ca is not None:
        try:
            return Tls(Trust.CA, ca_from(text_of(ca, "ca", LARGEST_PEM), "ca"))
        except ValueError as error:
            raise InvalidRequestError(str(error)) from None
    if pin is None:
        return Tls()
    return Tls(Trust.PIN, pin_from(pin))


def pin_from(text: str) -> str:
    """Return a SHA-256 fingerprint as hexadecimal digits; raise InvalidRequestError for anything else."""
    plain = text.replace(":", "").lower()
    if re.fullmatch(r"[0-9a-f]{64}", plain) is None:
        raise InvalidRequestError("pin: give the SHA-256 fingerprint of the certificate, 64 hexadecimal digits.")
    return plain

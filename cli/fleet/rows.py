"""What a fleet file may say, field by field. The published JSON Schema is made from these models."""

from typing import Annotated, Any

from lapsewatch.domain.instance import Access
from lapsewatch.domain.routes import MOST_ROUTES
from lapsewatch.errors import InvalidRequestError
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from cli.entry import Address, InstanceId, Name, ZoneName, pin_from
from cli.files import BEGIN, LARGEST_PEM
from cli.fleet.parts import OneOf, Part, Path, Switch, Variable
from cli.fleet.routes.rows import RouteRow, Tag

MOST_INSTANCES = 10_000
MOST_TAGS = 20


def _pin(text: str) -> str:
    try:
        return pin_from(text)
    except InvalidRequestError as error:
        raise ValueError(str(error).removeprefix("pin: ").removesuffix(".")) from None


def _version(value: Any) -> Any:
    if str(value) != "1":
        raise ValueError("this command knows version 1 of the file")
    return 1


type Pin = Annotated[str, AfterValidator(_pin)]
type Pem = Annotated[str, StringConstraints(pattern=BEGIN, max_length=LARGEST_PEM)]
# An extension such as 100 is a number to an editor and text to us.
type User = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=256),
    WithJsonSchema({"type": ["string", "integer"]}),
]


class SecretSource(OneOf):
    """Where the password or client secret is read from when the file is applied. It is never in the file itself."""

    env: Variable | None = Field(None, description="The environment variable that holds it.")
    file: Path | None = Field(None, description="A file that holds it and nothing else, relative to the fleet file.")


class TlsRow(OneOf):
    """What makes the PBX's certificate acceptable, if no public authority signed it."""

    ca: Pem | None = Field(None, description="The CA that signed it, as PEM text.")
    ca_file: Path | None = Field(None, description="The CA as a PEM file, relative to the fleet file.")
    pin: Pin | None = Field(None, description="The SHA-256 fingerprint of the certificate, in hexadecimal digits.")


class Row(Part):
    """One PBX."""

    id: InstanceId = Field(description="Short name that never changes: lower-case letters, digits, hyphens.")
    name: Name = Field(description="What people call it.")
    customer: Name = Field(description="Whose it is.")
    address: Address = Field(description="Host name, with a port if it is not 443: northwind.3cx.us:5001.")
    access: Access = Field(description="The way in.")
    user: User | None = Field(None, description="Client id or extension. Needed for a new instance.")
    zone: ZoneName | None = Field(None, description="Its own time zone, such as Europe/Berlin, if not the stack's.")
    tls: TlsRow | None = None
    enabled: Switch = Field(True, description="false pauses it: it is not read, and what it owes waits.")
    tags: list[Tag] = Field([], max_length=MOST_TAGS, description="Words that routes match by, such as vip.")
    secret: SecretSource | None = None


class FleetFile(Part):
    """The PBXs that Lapsewatch watches. What is not here is removed when the file is applied."""

    version: Annotated[int, BeforeValidator(_version), WithJsonSchema({"const": 1})] = 1
    instances: list[Row] = Field(max_length=MOST_INSTANCES)
    routes: list[RouteRow] | None = Field(
        None,
        max_length=MOST_ROUTES,
        description="Who gets what. Without it routes stay as they are; [] removes all.",
    )

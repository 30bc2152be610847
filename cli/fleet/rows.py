"""What a fleet file may say, field by field. The published JSON Schema is made from these models."""

from typing import Annotated, Any, Self

from lapsewatch.domain.instance import Access
from lapsewatch.errors import InvalidRequestError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from cli.entry import Address, InstanceId, Name, ZoneName, pin_from
from cli.files import BEGIN, LARGEST_PEM

MOST_INSTANCES = 10_000
SWITCH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _pin(text: str) -> str:
    try:
        return pin_from(text)
    except InvalidRequestError as error:
        raise ValueError(str(error).removeprefix("pin: ").removesuffix(".")) from None


def _switch(value: Any) -> Any:
    if isinstance(value, str):
        if value.lower() not in SWITCH:
            raise ValueError("give true or false")
        return SWITCH[value.lower()]
    return value


def _version(value: Any) -> Any:
    if str(value) != "1":
        raise ValueError("this command knows version 1 of the file")
    return 1


type Pin = Annotated[str, AfterValidator(_pin)]
type Switch = Annotated[bool, BeforeValidator(_switch)]
type Pem = Annotated[str, StringConstraints(pattern=BEGIN, max_length=LARGEST_PEM)]
type Path = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
type Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,254}$")]
# An extension such as 100 is a number to an editor and text to us.
type User = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=256),
    WithJsonSchema({"type": ["string", "integer"]}),
]


class Part(BaseModel):
    """A part of a fleet file: no field that is not named, and no value repeated in an error."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class OneOf(Part):
    """A part of which exactly one field is given."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    @model_validator(mode="after")
    def _one_is_given(self) -> Self:
        names = list(type(self).model_fields)
        if sum(getattr(self, name) is not None for name in names) != 1:
            raise ValueError(f"give one of {', '.join(names)}")
        return self


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
    secret: SecretSource | None = None


class FleetFile(Part):
    """The PBXs that Lapsewatch watches. What is not here is removed when the file is applied."""

    version: Annotated[int, BeforeValidator(_version), WithJsonSchema({"const": 1})] = 1
    instances: list[Row] = Field(max_length=MOST_INSTANCES)

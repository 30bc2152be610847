"""Targets as they are stored: JSON that is checked field by field, and never printed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from lapsewatch.errors import SettingsError

PRINTABLE = StringConstraints(pattern=r"^[\x21-\x7e]{1,2048}$")


class Stored(BaseModel):
    """The JSON of a parameter. A field that nobody knows is a slip, and would be missed where it was meant."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def _is_https(url: str) -> str:
    wrong = ValueError("give an https address without a user or a fragment, such as https://hooks.example.com/licenses")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or "#" in url or port == 0:
        raise wrong
    return url


HttpsUrl = Annotated[str, PRINTABLE, AfterValidator(_is_https)]


def host_of(url: str) -> str:
    """Return what of an address may be printed."""
    return urlsplit(url).hostname or ""


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """A checked address, by which alone somebody can post. Only the host is ever printed."""

    url: str

    def __repr__(self) -> str:
        return f"Target({host_of(self.url)})"


class StoredAddress(Stored):
    """The JSON of it."""

    url: HttpsUrl


class Region(StrEnum):
    """Where an account of a service is served from."""

    US = "us"
    EU = "eu"


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """A checked key, which is never printed, and the region of its account."""

    key: str
    region: Region = Region.US

    def __repr__(self) -> str:
        return f"Target({self.region})"


def matching(pattern: str, remedy: str) -> AfterValidator:
    """Return the check that the whole of a text matches; `remedy` says what to give instead."""

    def checked(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(remedy)
        return text

    return AfterValidator(checked)


def read[Model: BaseModel](model: type[Model], kind: str, text: str) -> Model:
    """Read a stored target; raise SettingsError that names what is wrong."""
    return checked(kind, lambda: model.model_validate_json(text))


def checked[Model: BaseModel](kind: str, make: Callable[[], Model]) -> Model:
    """Make a target; raise SettingsError that names what is wrong, without what was given."""
    try:
        return make()
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, problem['loc'])) or 'JSON'}: {problem['msg']}" for problem in error.errors())
        raise SettingsError(f"The {kind} target is not usable: {'; '.join(wrong)}") from None

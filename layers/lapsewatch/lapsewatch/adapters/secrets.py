"""PBX credentials and other secrets: SecureString parameters under the stack's own path."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterable
from functools import partial
from itertools import batched
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access, Instance
from lapsewatch.errors import SettingsError

if TYPE_CHECKING:
    from types_boto3_ssm.client import SSMClient

log = logging.getLogger(__name__)

NAMES_A_CALL = 10
MAX_AGE = 300.0
"""Seconds that a fetched secret is used for; a refused one is fetched anew at once."""
YOUNG = 10.0
"""Seconds in which nobody asks again whether a secret was replaced: a route that is refused has many messages."""
SESSION_KEY_BYTES = 32
AWS_KEY = "alias/aws/ssm"
MISSING, TAKEN = "ParameterNotFound", "ParameterAlreadyExists"


class StoredSecret(BaseModel):
    """The JSON of one parameter: `user` and `password` of anything, or `client_id` and `client_secret`."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    user: str = Field(min_length=1, max_length=256)
    password: str = Field(min_length=1, max_length=1024)


class StoredClient(BaseModel):
    """The other form of it, that of an API client."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    client_id: str = Field(min_length=1, max_length=256)
    client_secret: str = Field(min_length=1, max_length=1024)


STORED: TypeAdapter[StoredClient | StoredSecret] = TypeAdapter(StoredClient | StoredSecret)


def secret_from(text: str) -> PbxSecret:
    """Read the credentials of one parameter; raise ValidationError, which holds them: it is not to be printed."""
    found = STORED.validate_json(text)
    if isinstance(found, StoredClient):
        return PbxSecret(found.client_id, found.client_secret, Access.API_CLIENT)
    return PbxSecret(found.user, found.password)


class SsmSecrets:
    """PBX credentials by instance."""

    def __init__(self, client: SSMClient, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._monotonic = monotonic
        self._fetched: dict[str, tuple[float, PbxSecret]] = {}

    def of(self, instances: Iterable[Instance]) -> dict[str, PbxSecret]:
        names = {instance.instance_id: instance.secret_name for instance in instances}
        now = self._monotonic()
        young = {name for name, (at, _) in self._fetched.items() if now - at < MAX_AGE}
        for some in batched(sorted(set(names.values()) - young), NAMES_A_CALL, strict=False):
            self._fetch(list(some), now)
        return {key: self._fetched[name][1] for key, name in names.items() if name in self._fetched}

    def forget(self, instance: Instance) -> None:
        self._fetched.pop(instance.secret_name, None)

    def _fetch(self, names: list[str], now: float) -> None:
        for name in names:
            self._fetched.pop(name, None)
        try:
            answer = self._client.get_parameters(Names=names, WithDecryption=True)
        except ClientError as error:
            log.error("secrets cannot be read", extra={"code": error.response["Error"]["Code"], "count": len(names)})  # noqa: TRY400  a traceback adds nothing
            return
        for parameter in answer["Parameters"]:
            try:
                secret = secret_from(parameter["Value"])
            except ValidationError:
                log.error("a secret is not a JSON object of user and password", extra={"secret": parameter["Name"]})  # noqa: TRY400  the error would print the secret
                continue
            self._fetched[parameter["Name"]] = (now, secret)


class SsmSecret[Content]:
    """One secret, kept for a while; `read` makes sense of its text or raises SettingsError.

    `remedy` says how to store it; `make`, if given, makes the text of one that is not there yet.
    """

    def __init__(
        self,
        client: SSMClient,
        name: str,
        read: Callable[[str], Content],
        remedy: str,
        *,
        make: Callable[[], str] | None = None,
        key_arn: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._name = name
        self._read = read
        self._remedy = remedy
        self._make = make
        self._key = key_arn or AWS_KEY
        self._monotonic = monotonic
        self._fetched: tuple[float, Content] | None = None

    def content(self) -> Content:
        """Return what is stored; raise SettingsError if nothing usable can be had."""
        now = self._monotonic()
        if self._fetched is None or now - self._fetched[0] >= MAX_AGE:
            self._fetched = (now, self._read(self._text()))
        return self._fetched[1]

    def replaced(self) -> bool:
        """Whether what is stored is something else than what was used, which is then used no more."""
        if self._fetched is None or self._monotonic() - self._fetched[0] < YOUNG:
            return False
        used, self._fetched = self._fetched[1], None
        try:
            return self.content() != used
        except SettingsError:
            return False

    def _text(self) -> str:
        try:
            return self._stored()
        except ClientError as error:
            why = error.response["Error"]["Code"]
            if why == MISSING and self._make is not None:
                return self._made(self._make())
        except BotoCoreError as error:
            why = type(error).__name__
        raise SettingsError(f"The secret {self._name} cannot be read ({why}): {self._remedy}")

    def _stored(self) -> str:
        return self._client.get_parameter(Name=self._name, WithDecryption=True)["Parameter"]["Value"]

    def _made(self, text: str) -> str:
        """Store what is not there yet, and return what is there then: of several that make it, one has made it."""
        try:
            self._client.put_parameter(
                Name=self._name, Value=text, Type="SecureString", KeyId=self._key, Overwrite=False
            )
        except ClientError as error:
            why = error.response["Error"]["Code"]
            if why != TAKEN:
                raise SettingsError(f"The secret {self._name} cannot be made ({why}): {self._remedy}") from None
        return self._stored()


def session_key(
    client: SSMClient, secret_path: str, key_arn: str = "", monotonic: Callable[[], float] = time.monotonic
) -> SsmSecret[bytes]:
    """Return the key that signs sessions; whoever needs it first makes it, and a new one ends all sessions."""
    remedy = "replace it with `lapsewatch session-key`."
    name = f"{secret_path}/session-key"
    return _made_key(client, name, "session key", remedy, key_arn, monotonic)


def acknowledge_key(client: SSMClient, secret_path: str, key_arn: str = "") -> SsmSecret[bytes]:
    """Return the key that signs links to acknowledge by: no session can be made with it. A new one ends all links."""
    name, remedy = f"{secret_path}/acknowledge-key", "delete it, and it makes itself anew."
    return _made_key(client, name, "key of links", remedy, key_arn, time.monotonic)


def _made_key(
    client: SSMClient, name: str, called: str, remedy: str, key_arn: str, monotonic: Callable[[], float]
) -> SsmSecret[bytes]:
    make = partial(secrets.token_hex, SESSION_KEY_BYTES)
    read = partial(_key, called, remedy)
    return SsmSecret(client, name, read, remedy, make=make, key_arn=key_arn, monotonic=monotonic)


def _key(called: str, remedy: str, text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < SESSION_KEY_BYTES:
        raise SettingsError(f"The {called} is not {SESSION_KEY_BYTES} bytes in hexadecimal: {remedy}")
    return key

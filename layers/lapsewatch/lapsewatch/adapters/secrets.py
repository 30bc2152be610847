"""PBX credentials and other secrets: SecureString parameters under the stack's own path."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from itertools import batched
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Instance
from lapsewatch.errors import SettingsError

if TYPE_CHECKING:
    from types_boto3_ssm.client import SSMClient

log = logging.getLogger(__name__)

NAMES_A_CALL = 10
MAX_AGE = 300.0
"""Seconds that a fetched secret is used for; a refused one is fetched anew at once."""


class StoredSecret(BaseModel):
    """The JSON of one parameter: a client id and its secret, or an extension and its password."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    user: str = Field(min_length=1, max_length=256)
    password: str = Field(min_length=1, max_length=1024)


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
                secret = StoredSecret.model_validate_json(parameter["Value"])
            except ValidationError:
                log.error("a secret is not a JSON object of user and password", extra={"secret": parameter["Name"]})  # noqa: TRY400  the error would print the secret
                continue
            self._fetched[parameter["Name"]] = (now, PbxSecret(secret.user, secret.password))


class SsmSecret[Content]:
    """One secret, kept for a while; `read` makes sense of its text or raises SettingsError.

    `remedy` says how to store it.
    """

    def __init__(
        self,
        client: SSMClient,
        name: str,
        read: Callable[[str], Content],
        remedy: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._name = name
        self._read = read
        self._remedy = remedy
        self._monotonic = monotonic
        self._fetched: tuple[float, Content] | None = None

    def content(self) -> Content:
        """Return what is stored; raise SettingsError if nothing usable can be had."""
        now = self._monotonic()
        if self._fetched is None or now - self._fetched[0] >= MAX_AGE:
            self._fetched = (now, self._read(self._text()))
        return self._fetched[1]

    def _text(self) -> str:
        try:
            return self._client.get_parameter(Name=self._name, WithDecryption=True)["Parameter"]["Value"]
        except ClientError as error:
            why = error.response["Error"]["Code"]
        except BotoCoreError as error:
            why = type(error).__name__
        raise SettingsError(f"The secret {self._name} cannot be read ({why}): {self._remedy}")


def session_key(client: SSMClient, secret_path: str) -> bytes:
    """Return the key that signs sessions; raise SettingsError if the stack has none yet."""
    name = f"{secret_path}/session-key"
    try:
        answer = client.get_parameter(Name=name, WithDecryption=True)
    except ClientError as error:
        raise SettingsError(
            f"The session key {name} cannot be read: create it with `lapsewatch session-key`."
        ) from error
    return bytes.fromhex(answer["Parameter"]["Value"])

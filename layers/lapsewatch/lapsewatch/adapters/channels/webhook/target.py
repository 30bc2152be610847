"""Where the webhook is, and the secret that signs what is sent there. The address is a secret too."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from lapsewatch.adapters.channels.targets import HttpsUrl, checked, host_of, read

KIND = "webhook"


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """A checked address and its secret. Only the host is ever printed."""

    url: str
    secret: bytes

    @property
    def host(self) -> str:
        return host_of(self.url)

    def __repr__(self) -> str:
        return f"Target({self.host})"


class StoredTarget(BaseModel):
    """The JSON of the parameter."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    url: HttpsUrl
    secret: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{16,256}$")]


def stored(url: str, secret: str) -> str:
    """Return a target as it is stored; raise SettingsError that names what is wrong."""
    return checked(KIND, lambda: StoredTarget(url=url, secret=secret)).model_dump_json()


def target_from(text: str) -> Target:
    """Read a stored target; raise SettingsError that names what is wrong."""
    found = read(StoredTarget, KIND, text)
    return Target(found.url, found.secret.encode())

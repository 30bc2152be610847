"""Who gets the mail, and by which server if not by SES. All of it is a secret: there may be a password in it."""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator

from lapsewatch.adapters.channels.targets import Stored, matching, read

KIND = "email"
MOST = 50
"""How many recipients SES takes at once."""
LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = rf"{LABEL}(\.{LABEL})+"
MAILBOX = matching(
    rf"(?=.{{3,254}}$)[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{DOMAIN}",
    "give a bare address such as desk@example.com",
)
HOST = matching(rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*", "give the name of the server, such as smtp.example.com")
IMPLICIT_TLS = 465
"""The port on which TLS begins with the connection; on any other it is asked for by STARTTLS."""


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """An SMTP server, and as whom to send by it."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None

    @property
    def implicit_tls(self) -> bool:
        return self.port == IMPLICIT_TLS

    def __repr__(self) -> str:
        return f"Server({self.host})"


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """Checked recipients, and how mail gets to them."""

    to: tuple[str, ...]
    server: Server | None = None
    """None for SES."""
    one_by_one: bool = False
    """Whether each notice of a digest is a mail of its own: a desk makes a ticket of each."""

    def __repr__(self) -> str:
        return f"Target({len(self.to)} by {self.server or 'SES'})"


class StoredTarget(Stored):
    """The JSON of the secret."""

    to: list[Annotated[str, MAILBOX]] = Field(min_length=1, max_length=MOST)
    one_by_one: bool = False
    server: Annotated[str, HOST] | None = None
    port: int = Field(default=587, ge=1, le=65535)
    sender: Annotated[str, MAILBOX] | None = Field(default=None, alias="from")
    user: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    password: Annotated[str, Field(min_length=1, max_length=1024)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.server is None and (self.sender or self.user or self.password):
            raise ValueError("give a server with from, user and password; without one, SES sends as SenderAddress")
        if self.server is not None and self.sender is None:
            raise ValueError("give from, the address that the server lets you send as")
        if (self.user is None) != (self.password is None):
            raise ValueError("give user and password, or neither")
        return self


def target_from(text: str) -> Target:
    """Read a stored target; raise SettingsError that names what is wrong."""
    found = read(StoredTarget, KIND, text)
    server = None
    if found.server is not None and found.sender is not None:
        server = Server(found.server, found.port, found.sender, found.user, found.password)
    return Target(tuple(dict.fromkeys(found.to)), server, found.one_by_one)

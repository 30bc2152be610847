"""Where the webhook is, and the secret that signs what is sent there. The address is a secret too."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from lapsewatch.adapters.guarded.exchange import HTTPS, Origin
from lapsewatch.errors import SettingsError


def parameter_name(secret_path: str) -> str:
    """Return the name of the parameter that holds the target."""
    return f"{secret_path}/notify/webhook"


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """A checked address and its secret. Only the host is ever printed."""

    url: str
    secret: bytes

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def origin(self) -> Origin:
        return Origin(self.host, urlsplit(self.url).port or HTTPS)

    @property
    def path(self) -> str:
        """Return what the host is asked for: the path with its query."""
        parts = urlsplit(self.url)
        return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"

    def __repr__(self) -> str:
        return f"Target({self.host})"


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


class StoredTarget(BaseModel):
    """The JSON of the parameter."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    url: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,2048}$"), AfterValidator(_is_https)]
    secret: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{16,256}$")]


def stored(url: str, secret: str) -> str:
    """Return a target as it is stored; raise SettingsError that names what is wrong."""
    try:
        return StoredTarget(url=url, secret=secret).model_dump_json()
    except ValidationError as error:
        raise _wrong(error) from None


def target_from(text: str) -> Target:
    """Read a stored target; raise SettingsError that names what is wrong."""
    try:
        found = StoredTarget.model_validate_json(text)
    except ValidationError as error:
        raise _wrong(error) from None
    return Target(found.url, found.secret.encode())


def _wrong(error: ValidationError) -> SettingsError:
    wrong = (f"{'.'.join(map(str, problem['loc'])) or 'JSON'}: {problem['msg']}" for problem in error.errors())
    return SettingsError(f"The webhook's target is not usable: {'; '.join(wrong)}")

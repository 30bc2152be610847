"""3CX's order API for partners, of which one read is used. It is not documented: it may change without notice."""

import asyncio
import base64
import json
import re
from collections.abc import Callable
from contextlib import aclosing
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from lapsewatch.adapters.guarded.exchange import Line, Origin, Reply, Request
from lapsewatch.adapters.guarded.failures import AnswerTooLargeError, CompressedError, failure_of
from lapsewatch.adapters.guarded.line import guarded_line
from lapsewatch.domain.instance import Tls
from lapsewatch.errors import LapsewatchError
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from cli.fleet.keys import NEVER, ListedKey

HOST = "api.3cx.com"
ORIGIN = f"https://{HOST}"
PATH = "/public/v1/order/expiringkeys"
SECONDS = 30.0
LARGEST_BODY = 4 * 1024 * 1024
MOST_KEYS = 100_000
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})([T ].*)?")
CODE = re.compile(r"[A-Za-z]{1,64}")


class PartnerError(LapsewatchError):
    """3CX's order API could not be asked; the text says why, without key or answer."""


class ExpiringKey(BaseModel):
    """What is used of one key."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    LicenseKey: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{4,64}$")]
    ExpiryDate: str | None = None


def expiring_keys(api_key: str, line: Callable[[Origin], Line] | None = None) -> list[ListedKey]:
    """Return the keys that 3CX says end soon; raise PartnerError if it cannot be asked."""
    return asyncio.run(_asked(api_key, (line or _guarded)(Origin(HOST))))


def _guarded(origin: Origin) -> Line:
    return guarded_line(origin, Tls(), ())


async def _asked(api_key: str, line: Line) -> list[ListedKey]:
    user = base64.b64encode(f"{api_key}:".encode()).decode()
    try:
        async with asyncio.timeout(SECONDS), aclosing(line):
            reply = await line.ask(Request("GET", PATH, {"Authorization": f"Basic {user}"}), LARGEST_BODY)
    except CompressedError:
        raise PartnerError("3CX answered compressed, which was not asked for.") from None
    except AnswerTooLargeError:
        raise PartnerError(f"3CX's answer is larger than {LARGEST_BODY // 1024 // 1024} MiB.") from None
    except (LapsewatchError, OSError) as error:
        failure = failure_of(error)
        raise PartnerError(f"{ORIGIN} cannot be reached: {failure.cause} {failure.detail}".rstrip()) from None
    _require_ok(reply)
    return _keys(reply.body)


def _require_ok(reply: Reply) -> None:
    if reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise PartnerError("3CX refused the API key: see that it is a partner's, and that it may read orders.")
    if reply.status != HTTPStatus.OK:
        raise PartnerError(f"3CX answered HTTP {reply.status}{_code(reply.body)}.")


def _code(body: bytes) -> str:
    """Return the error code of an answer, if it is one in a word."""
    try:
        code = json.loads(body)["ErrorCode"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return f" ({code})" if isinstance(code, str) and CODE.fullmatch(code) else ""


def _keys(body: bytes) -> list[ListedKey]:
    try:
        document: Any = json.loads(body)
        found = TypeAdapter(list[ExpiringKey]).validate_python(document)
    except (ValueError, RecursionError, ValidationError):
        raise PartnerError("3CX's answer is no list of keys: its API may have changed.") from None
    if len(found) > MOST_KEYS:
        raise PartnerError(f"3CX's answer has more than {MOST_KEYS:,} keys.")
    return [ListedKey(item.LicenseKey.upper(), _day(item.ExpiryDate)) for item in found]


def _day(text: str | None) -> date | None:
    if text is None or text.strip().lower() in NEVER:
        return None
    shape = DAY.fullmatch(text.strip())
    try:
        return date.fromisoformat(shape[1] if shape else "")
    except ValueError:
        raise PartnerError("3CX's answer has a date that cannot be read: its API may have changed.") from None

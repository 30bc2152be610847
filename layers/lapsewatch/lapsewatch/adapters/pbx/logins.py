"""The ways in: how each kind of credentials becomes a token. A token serves one visit and is thrown away."""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from lapsewatch.adapters.pbx.failures import VisitFailedError
from lapsewatch.adapters.pbx.visit import LOGIN, TOKEN, Answer, Visit
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import Reason

type Login = Callable[[Visit, PbxSecret], Awaitable[str]]

UNLICENSED = b"INVALID_LICENSE_TYPE"
"""How a PBX says that its edition has no configuration API."""
SAFE_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}", re.ASCII)
REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


async def api_client(visit: Visit, secret: PbxSecret) -> str:
    """Sign in as an API client (client credentials); only Enterprise licenses have these."""
    form = {"client_id": secret.user, "client_secret": secret.password, "grant_type": "client_credentials"}
    answer = await visit.send("POST", TOKEN, form=form)
    _fail_if_refused(answer)
    return _usable(answer.document().get("access_token"))


async def user_login(visit: Visit, secret: PbxSecret) -> str:
    """Sign in as a user of the web client; works with every edition of version 20."""
    body = {"Username": secret.user, "Password": secret.password, "SecurityCode": ""}
    answer = await visit.send("POST", LOGIN, body=body)
    _fail_if_refused(answer)
    document = answer.document()
    if document.get("Status") != "AuthSuccess":
        # A failed sign-in may come with HTTP 200: only the word counts.
        second_factor = document.get("TwoFactorAuth") or "TwoFactor" in str(document.get("Status"))
        raise VisitFailedError(Reason.TWO_FACTOR if second_factor else Reason.BAD_CREDENTIALS)
    token = document.get("Token")
    return _usable(token.get("access_token") if isinstance(token, dict) else None)


LOGINS: dict[Access, Login] = {Access.API_CLIENT: api_client, Access.USER_LOGIN: user_login}


def _fail_if_refused(answer: Answer) -> None:
    if answer.status == HTTPStatus.NOT_FOUND:
        raise VisitFailedError(Reason.TOO_OLD, "no sign-in of version 20")
    if UNLICENSED in answer.body:
        raise VisitFailedError(Reason.API_NOT_LICENSED)
    if answer.status in REFUSED:
        raise VisitFailedError(Reason.BAD_CREDENTIALS, f"HTTP {answer.status}")
    if answer.status != HTTPStatus.OK:
        raise VisitFailedError(Reason.BAD_ANSWER, f"HTTP {answer.status} at sign-in")


def _usable(token: Any) -> str:
    if not isinstance(token, str) or SAFE_TOKEN.fullmatch(token) is None:
        raise VisitFailedError(Reason.BAD_ANSWER, "no usable token")
    return token

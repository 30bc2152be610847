"""Requests for data, once signed in: the license, the AI users, and the refresh."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from lapsewatch.adapters.pbx.answers import BASE_FIELDS, SEAT_FIELDS, observation_of
from lapsewatch.adapters.pbx.failures import VisitFailedError
from lapsewatch.adapters.pbx.visit import REFRESH, STATUS, USERS, Answer, Visit
from lapsewatch.domain.license import Observation, Reason

PAGE = 100
"""3CX refuses larger pages."""
PAGES = 20
AI_SINCE = (20, 0, 9)


class TokenLostError(VisitFailedError):
    """Data was refused although the sign-in was fine: perhaps another reader took this PBX's only token."""

    def __init__(self) -> None:
        super().__init__(Reason.FORBIDDEN, "the PBX does not accept its own token for data")


async def read_license(visit: Visit, token: str, now: datetime) -> Observation:
    """Read the license with one request, or two on builds that do not know the seat fields."""
    answer = await _select(visit, token, BASE_FIELDS + SEAT_FIELDS)
    if answer.status == HTTPStatus.BAD_REQUEST:
        answer = await _select(visit, token, BASE_FIELDS)
    _fail_if_refused(answer)
    document = answer.document()
    ai = await _ai_users(visit, token) if _counts_ai_users(document.get("Version")) else None
    return observation_of(document, ai, now)


async def request_refresh(visit: Visit, token: str) -> None:
    """Have the PBX ask the vendor for its license."""
    answer = await visit.send("POST", REFRESH, token=token)
    _fail_if_refused(answer)


async def _select(visit: Visit, token: str, fields: tuple[str, ...]) -> Answer:
    return await visit.send("GET", STATUS, query={"$select": ",".join(fields)}, token=token)


def _fail_if_refused(answer: Answer) -> None:
    if b"INVALID_LICENSE_TYPE" in answer.body:
        raise VisitFailedError(Reason.API_NOT_LICENSED)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise TokenLostError
    if answer.status == HTTPStatus.FORBIDDEN:
        raise VisitFailedError(Reason.FORBIDDEN, "HTTP 403")
    if answer.status == HTTPStatus.NOT_FOUND:
        raise VisitFailedError(Reason.TOO_OLD, "no XAPI")
    if answer.status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
        raise VisitFailedError(Reason.BAD_ANSWER, f"HTTP {answer.status}")


def _counts_ai_users(version: Any) -> bool:
    parts = str(version).split(".")[:3]
    return all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts) and (  # noqa: PLR2004
        tuple(int(part) for part in parts) >= AI_SINCE
    )


async def _ai_users(visit: Visit, token: str) -> int | None:
    """Count AI users; that the filter works is not documented, so the answer to it is only a hint of how."""
    query = {"$filter": "AIAgent eq true", "$top": "1", "$count": "true", "$select": "Id"}
    try:
        answer = await visit.send("GET", USERS, query=query, token=token)
        if answer.status == HTTPStatus.BAD_REQUEST:
            return await _ai_users_by_paging(visit, token)
        return _natural(answer.document().get("@odata.count")) if answer.status == HTTPStatus.OK else None
    except VisitFailedError:
        return None


async def _ai_users_by_paging(visit: Visit, token: str) -> int | None:
    found = 0
    for page in range(PAGES):
        query = {"$select": "Id,AIAgent", "$top": str(PAGE), "$skip": str(page * PAGE)}
        answer = await visit.send("GET", USERS, query=query, token=token)
        users = answer.document().get("value") if answer.status == HTTPStatus.OK else None
        if not isinstance(users, list):
            return None
        found += sum(1 for user in users if isinstance(user, dict) and user.get("AIAgent") is True)
        if len(users) < PAGE:
            return found
    return None


def _natural(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 2**31 else None

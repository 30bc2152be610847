"""Requests for data, once signed in: the license, the AI users, and the refresh."""

from datetime import datetime
from http import HTTPStatus

from lapsewatch.adapters.pbx.answers import BASE_FIELDS, SEAT_FIELDS, count_of, observation_of
from lapsewatch.adapters.pbx.failures import VisitFailedError
from lapsewatch.adapters.pbx.logins import UNLICENSED
from lapsewatch.adapters.pbx.session import Session
from lapsewatch.adapters.pbx.visit import REFRESH, STATUS, USERS, Answer
from lapsewatch.domain.license import Observation, Reason

PAGE = 100
"""3CX refuses larger pages."""
PAGES = 20
AI_SINCE = (20, 0, 9)


async def read_license(session: Session, now: datetime) -> Observation:
    """Read the license with one request, or two on builds that do not know the seat fields."""
    answer = await _select(session, BASE_FIELDS + SEAT_FIELDS)
    if answer.status == HTTPStatus.BAD_REQUEST and UNLICENSED not in answer.body:
        answer = await _select(session, BASE_FIELDS)
    _fail_if_refused(answer)
    return observation_of(answer.document(), now)


async def request_refresh(session: Session) -> None:
    """Have the PBX ask the vendor for its license."""
    _fail_if_refused(await session.send("POST", REFRESH))


async def count_ai_users(session: Session, version: str | None) -> int | None:
    """Count the AI users of a build that may have some; None if it has none or does not say.

    That the filter works is not documented, so a build that refuses it is counted page by page.
    """
    if not _counts_ai_users(version):
        return None
    query = {"$filter": "AIAgent eq true", "$top": "1", "$count": "true", "$select": "Id"}
    answer = await session.send_once("GET", USERS, query)
    if answer.status == HTTPStatus.BAD_REQUEST:
        return await _ai_users_by_paging(session)
    return count_of(answer.document().get("@odata.count")) if answer.status == HTTPStatus.OK else None


async def _select(session: Session, fields: tuple[str, ...]) -> Answer:
    return await session.send("GET", STATUS, {"$select": ",".join(fields)})


def _fail_if_refused(answer: Answer) -> None:
    if UNLICENSED in answer.body:
        raise VisitFailedError(Reason.API_NOT_LICENSED)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        # Our token was good a moment ago: another reader of this PBX has the only one, or the account may not look.
        raise VisitFailedError(Reason.FORBIDDEN, "the PBX does not accept its own token for data")
    if answer.status == HTTPStatus.FORBIDDEN:
        raise VisitFailedError(Reason.FORBIDDEN, "HTTP 403")
    if answer.status == HTTPStatus.NOT_FOUND:
        raise VisitFailedError(Reason.TOO_OLD, "no XAPI")
    if answer.status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
        raise VisitFailedError(Reason.BAD_ANSWER, f"HTTP {answer.status}")


def _counts_ai_users(version: str | None) -> bool:
    parts = str(version).split(".")[:3]
    return all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts) and (  # noqa: PLR2004
        tuple(int(part) for part in parts) >= AI_SINCE
    )


async def _ai_users_by_paging(session: Session) -> int | None:
    found = 0
    for page in range(PAGES):
        query = {"$select": "Id,AIAgent", "$top": str(PAGE), "$skip": str(page * PAGE)}
        answer = await session.send_once("GET", USERS, query)
        users = answer.document().get("value") if answer.status == HTTPStatus.OK else None
        if not isinstance(users, list):
            return None
        found += sum(1 for user in users if isinstance(user, dict) and user.get("AIAgent") is True)
        if len(users) < PAGE:
            return found
    return None

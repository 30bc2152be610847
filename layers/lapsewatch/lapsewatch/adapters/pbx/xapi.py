"""Requests for data of version 20, once signed in: the license, the AI users, and the refresh."""

from datetime import datetime
from http import HTTPStatus

from lapsewatch.adapters.pbx.answers import BASE_FIELDS, SEAT_FIELDS, count_of, observation_of
from lapsewatch.adapters.pbx.refusals import UNLICENSED, fail_if_no_data
from lapsewatch.adapters.pbx.session import Session
from lapsewatch.adapters.pbx.visit import STATUS, USERS, Answer
from lapsewatch.domain.license import Observation, Reason

REFRESH = "/xapi/v1/LicenseStatus/Pbx.RefreshLicenseStatus"
DATA = frozenset({("GET", STATUS), ("GET", USERS), ("POST", REFRESH)})

PAGE = 100
"""3CX refuses larger pages."""
PAGES = 20
AI_SINCE = (20, 0, 9)


async def read_license(session: Session, now: datetime) -> Observation:
    """Read the license with one request, or two on builds that do not know the seat fields."""
    answer = await _select(session, BASE_FIELDS + SEAT_FIELDS)
    if answer.status == HTTPStatus.BAD_REQUEST and UNLICENSED not in answer.body:
        answer = await _select(session, BASE_FIELDS)
    fail_if_no_data(answer, Reason.TOO_OLD)
    return observation_of(answer.document(), now)


async def request_refresh(session: Session) -> None:
    """Have the PBX ask the vendor for its license."""
    fail_if_no_data(await session.send("POST", REFRESH), Reason.TOO_OLD)


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

"""What the management console tells of its license. It has no list of users to count, and no request to refresh."""

from datetime import datetime

from lapsewatch.adapters.pbx.answers import observation_of
from lapsewatch.adapters.pbx.refusals import fail_if_no_data
from lapsewatch.adapters.pbx.session import Session
from lapsewatch.domain.license import Observation, Reason

STATUS = "/api/SystemStatus"


async def read_license(session: Session, now: datetime) -> Observation:
    """Read the license. These versions do not say whether it is active, nor how many users it allows."""
    answer = await session.send("GET", STATUS)
    fail_if_no_data(answer, Reason.TOO_NEW)
    return observation_of(answer.document(), now)


async def count_ai_users(_: Session, __: str | None) -> int | None:
    """There are none before version 20."""
    return None

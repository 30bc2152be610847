"""What a visit is for. An errand yields every good read it makes: the last one counts, whatever happens after it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain, repeat

from lapsewatch.adapters.guarded.failures import NotHttpError
from lapsewatch.adapters.pbx.failures import VisitFailedError
from lapsewatch.adapters.pbx.session import Session
from lapsewatch.domain.license import License, Observation

PAUSES = (0.5, 1.0, 2.0, 3.0, 4.0)
"""Seconds between the reads after a refresh, the last one repeated; whether 204 means done is not documented."""

type Errand = Callable[[Session], AsyncIterator[Observation]]
type Sleep = Callable[[float], Awaitable[None]]


def reading(now: datetime) -> Errand:
    """Read the license, then the AI users where the build has them."""

    async def run(session: Session) -> AsyncIterator[Observation]:
        seen = await session.way.read_license(session, now)
        yield seen
        yield await _with_ai_users(session, seen)

    return run


def refreshing(now: datetime, before: License | None, patience: float, sleep: Sleep) -> Errand:
    """Have the PBX ask the vendor, then read until a date moves or patience (s) ends.

    A version that cannot be asked is only read.
    """

    async def run(session: Session) -> AsyncIterator[Observation]:
        if session.way.request_refresh is None:
            yield await session.way.read_license(session, now)
            return
        session.asked = True
        await session.way.request_refresh(session)
        seen: Observation | None = None
        failure: VisitFailedError | NotHttpError | OSError | None = None
        for pause in _pauses(patience):
            await sleep(pause)
            try:
                seen = await session.way.read_license(session, now)
            except (VisitFailedError, NotHttpError, OSError) as error:
                failure = error
                if isinstance(error, VisitFailedError) and error.retry_after is not None:
                    break
                continue
            yield seen
            if _moved(before, seen.license):
                break
        if seen is not None:
            yield await _with_ai_users(session, seen)
        elif failure is not None:
            raise failure

    return run


async def _with_ai_users(session: Session, seen: Observation) -> Observation:
    ai = await session.way.count_ai_users(session, seen.license.version)
    return replace(seen, license=replace(seen.license, seats=replace(seen.license.seats, ai=ai)))


def _pauses(patience: float) -> Iterator[float]:
    """Yield 0, then growing pauses that come to `patience` in all."""
    yield 0.0
    left = patience
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        if left <= 0:
            return
        yield min(pause, left)
        left -= pause


def _moved(before: License | None, after: License) -> bool:
    """Whether the PBX shows a new date. A date that is gone is not a new one: it may be on its way."""
    if before is None:
        return True
    return (after.expires_at not in {None, before.expires_at}) or (
        after.maintenance_expires_at not in {None, before.maintenance_expires_at}
    )

"""The states that a fleet shows, relative to the day it is made; the most telling ones first."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from local.simulator.pbx import Certificate, Mode

PRO, ENTERPRISE, STANDARD = "3CXPSPROFSPLA", "3CXPSPROFENTSPLA", "3CXPSSPLA"
PERPETUAL_PRO, PERPETUAL_ENTERPRISE, PERPETUAL_STANDARD = "3CXPSPROF", "3CXPSPROFENT", "3CXPS"
UNKNOWN_CODE = "3CXFLEX2026"
"""A code that nobody has a name for yet."""

OLD_BUILDS, NEW_BUILDS = ("20.0.7.1057", "20.0.8.1131"), ("20.0.9.210", "20.0.10.145")
VERSION_18, VERSION_16 = ("18.0.9.20",), ("16.0.8.9",)
BUILDS = NEW_BUILDS * 3 + OLD_BUILDS
GOLDEN = 0.6180339887


@dataclass(frozen=True, slots=True)
class Case:
    """A state worth showing: days until the license and until maintenance end (None: no such date)."""

    days: int | None
    code: str = PRO
    maintenance: int | None = None
    mode: Mode = Mode.OK
    certificate: Certificate = Certificate.GOOD
    active: bool = True
    seats: tuple[int, int, int] | None = None
    """Users, limit, AI users."""
    builds: tuple[str, ...] = BUILDS
    local_dates: bool = False
    """Dates in the PBX's own offset, with the seven digits of a second that .NET prints."""


TELLING = (
    Case(6, seats=(9, 40, 0), builds=NEW_BUILDS),
    Case(-3, ENTERPRISE, builds=NEW_BUILDS),
    Case(1, ENTERPRISE, seats=(31, 80, 3), builds=NEW_BUILDS),
    Case(24, STANDARD, seats=(42, 32, 0), builds=NEW_BUILDS),
    Case(130, ENTERPRISE, seats=(57, 132, 5), builds=NEW_BUILDS, local_dates=True),
    Case(None, PERPETUAL_PRO, maintenance=25),
    Case(3, builds=OLD_BUILDS),
    Case(200, mode=Mode.REJECT),
    Case(300, STANDARD),
    Case(None, UNKNOWN_CODE),
    Case(90, active=False),
    Case(None, PERPETUAL_ENTERPRISE, maintenance=5),
    Case(0),
    Case(10, ENTERPRISE, local_dates=True),
    Case(300, mode=Mode.SENTINEL),
    Case(2, STANDARD, builds=OLD_BUILDS),
    Case(14, ENTERPRISE),
    Case(15),
    Case(60, ENTERPRISE, seats=(118, 132, 12), builds=NEW_BUILDS),
    Case(61),
    Case(45, mode=Mode.HTML),
    Case(None, PERPETUAL_STANDARD, maintenance=200),
    Case(80, ENTERPRISE, mode=Mode.UPGRADING),
    Case(75, mode=Mode.HANG),
    Case(9),
    Case(170, mode=Mode.TWO_FACTOR),
    Case(110, builds=VERSION_18, local_dates=True),
    Case(None, PERPETUAL_PRO, maintenance=150, builds=VERSION_16),
    Case(220, STANDARD, certificate=Certificate.EXPIRED),
)


def cases(rng: Random, count: int) -> Iterator[Case]:
    """Yield the telling cases, then an everyday fleet: healthy, and due all over the year ahead."""
    yield from TELLING[:count]
    for number in range(count - len(TELLING)):
        # Steps of the golden ratio spread evenly however many there are, so the calendar has no bald months.
        days = 62 + int(number * GOLDEN % 1 * 303)
        if number % 16 == 15:  # noqa: PLR2004  in a large fleet, a few are always due soon
            days = rng.randint(4, 60)
        if number % 10 == 7:  # noqa: PLR2004  a tenth bought outright
            yield Case(None, rng.choice((PERPETUAL_PRO, PERPETUAL_ENTERPRISE)), maintenance=days)
        else:
            yield Case(days, rng.choice((PRO, PRO, ENTERPRISE, STANDARD)), local_dates=number % 8 == 3)  # noqa: PLR2004

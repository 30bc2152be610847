"""The bars of the calendar's chart: whole pixels, worked out here because a template should not do sums."""

from dataclasses import dataclass

from lapsewatch.adapters.pages.words import MONTHS, month_text
from lapsewatch.domain.months import MonthCount

HEIGHT = 120
"""Pixels of the tallest bar."""
STEP = 28
WIDTH = 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: licenses below, maintenance on top of them."""

    x: int
    label: str
    year: str
    """Only where a year begins, and on the first bar."""
    title: str
    month: str
    """`2026-06`, as in the address of its list."""
    license: int
    maintenance: int
    license_y: int
    license_height: int
    maintenance_y: int
    maintenance_height: int

    @property
    def total(self) -> int:
        return self.license + self.maintenance


def bars(counts: tuple[MonthCount, ...]) -> tuple[Bar, ...]:
    """Return one bar a month, all on one scale; a month with anything in it is never invisible."""
    highest = max((count.license + count.maintenance for count in counts), default=0) or 1
    return tuple(_bar(number, count, highest) for number, count in enumerate(counts))


def _bar(number: int, count: MonthCount, highest: int) -> Bar:
    license_height = _height(count.license, highest)
    maintenance_height = _height(count.maintenance, highest)
    return Bar(
        x=number * STEP,
        label=MONTHS[count.month - 1][:3],
        year=str(count.year) if number == 0 or count.month == 1 else "",
        title=month_text(count.year, count.month),
        month=f"{count.year}-{count.month:02}",
        license=count.license,
        maintenance=count.maintenance,
        license_y=HEIGHT - license_height,
        license_height=license_height,
        maintenance_y=HEIGHT - license_height - maintenance_height,
        maintenance_height=maintenance_height,
    )


def _height(part: int, highest: int) -> int:
    return max(part * HEIGHT // highest, 2) if part else 0

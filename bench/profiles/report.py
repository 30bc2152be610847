"""Every page of a fleet that is too large for one."""

from lapsewatch.wiring.report import LAYOUT, customer_pages
from pyinstrument import Profiler

from bench.profiles.shares import profiled
from tests.unit.pages.varied import varied

ROWS, CUSTOMERS = 10_000, 1_000


def profile() -> Profiler:
    """Profile a report without its reads and puts."""
    status = varied(ROWS, CUSTOMERS)
    with profiled() as profiler:
        for page in (*LAYOUT, *customer_pages(status)):
            page.render(status).encode()
    return profiler

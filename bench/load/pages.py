"""Pages: first unhurried, for the time that the function takes; then 200 a second for a minute."""

from collections.abc import Mapping, Sequence
from time import monotonic

from bench.document import table
from bench.load.asking import Asker
from bench.load.figures import Answer, Told, server_faults, spread, statuses

PATHS = ("/", "/calendar")
UNHURRIED = 1_000
RATE, SECONDS = 200, 60
KEPT_UP = 0.98
"""Of the offered rate: the last answer comes a little after the last request."""


async def pages(asker: Asker) -> Told:
    """Ask for pages that are new to the browser, and for some that it has already, in turn."""
    etags = {path: (await asker.ask("GET", path))[1] for path in PATHS}
    whole: list[tuple[str, Mapping[str, str]]] = [(path, {}) for path in PATHS]
    known = [(path, {"If-None-Match": etag}) for path, etag in etags.items()]
    rows, faults = [], []
    for name, one in (("a whole page", whole), ("304", known)):
        alone = [(await asker.ask("GET", *one[number % len(one)]))[0] for number in range(UNHURRIED)]
        rows.append([f"{name}, one after the other", *_row(alone)])
        faults += server_faults(name, alone)
    begun = monotonic()
    both = await asker.at_pace((whole + known) * (RATE * SECONDS // 4), RATE)
    achieved = len(both) / (monotonic() - begun)
    for name, status in (("a whole page", 200), ("304", 304)):
        rows.append([f"{name}, under load", *_row([answer for answer in both if answer.status == status])])
    waited = ", ".join(spread([answer.wall for answer in both]))
    kept_up = "kept up" if achieved >= KEPT_UP * RATE else "the machine did not keep up"
    said = (
        f"Offered {RATE} a second for {SECONDS} s, **achieved {achieved:.0f}** ({kept_up}): {statuses(both)}. "
        f"Whoever asked waited {waited} ms (p50, p95, p99), queueing for an environment included."
    )
    figures = table(["function time", "p50 (ms)", "p95 (ms)", "p99 (ms)", "CPU, p50 (ms)"], rows)
    return Told([figures, said], faults + server_faults("pages", both) + _strange(both))


def _row(answers: Sequence[Answer]) -> list[str]:
    return [*spread([answer.function for answer in answers]), spread([answer.cpu for answer in answers])[0]]


def _strange(answers: Sequence[Answer]) -> list[str]:
    strange = [answer for answer in answers if answer.status not in {200, 304}]
    return [f"pages: neither 200 nor 304: {statuses(strange)}"] if strange else []

"""The routes of a fleet file, and what is wrong with them together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cli.fleet.routes.rows import RouteRow


@dataclass(frozen=True, slots=True)
class ReadRoute:
    """A route and where it stands."""

    row: RouteRow
    line: int


def problems_of(routes: Sequence[ReadRoute]) -> Iterator[str]:
    """Yield what is wrong with routes that are right each by itself."""
    named: dict[str, ReadRoute] = {}
    reached: dict[str, ReadRoute] = {}
    for read in routes:
        first = named.setdefault(read.row.name, read)
        if first is not read:
            yield f"line {read.line}: {read.row.name}: name: line {first.line} has it already: give another."
        for address in read.row.addresses:
            other = reached.setdefault(address, read)
            if other is not read:
                yield (
                    f"line {read.line}: {read.row.name}: addresses: {other.row.name} has {address} already, and the "
                    "topic knows one filter for each address: keep one of them."
                )
    for read in routes:
        yield from _wrong_step(read, named)


def _wrong_step(read: ReadRoute, named: dict[str, ReadRoute]) -> Iterator[str]:
    place = f"line {read.line}: {read.row.name}: escalate_to:"
    to = read.row.escalate_to
    if to is None:
        return
    if to not in named:
        yield f"{place} there is no route {to}: there are {', '.join(named)}."
        return
    if named[to].row.by_topic:
        yield f"{place} {to} has addresses that only the topic reaches: name a route with a channel of its own."
    seen = [read.row.name]
    while to is not None and to in named:
        if to in seen:
            yield f"{place} {' -> '.join([*seen, to])} goes round in a circle: leave one of them without."
            return
        seen.append(to)
        to = named[to].row.escalate_to

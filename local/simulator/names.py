"""Invented companies and their sites, as many as anyone simulates."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from random import Random

from local.simulator.trades import FIRST_CUSTOMERS, LAW, PREFIXES, SUFFIXES, SURNAMES, TRADES, ZONES, Trade

LEAST_CUSTOMERS = 12
"""A fleet up to this size shows a different customer on every row."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Who owns PBXs: `head` is what the names of all its sites begin with."""

    head: str
    trade: Trade
    zone: str

    @property
    def name(self) -> str:
        return self.trade.customer.format(self.head)


@dataclass(frozen=True, slots=True)
class Site:
    """Where a PBX stands."""

    customer: str
    name: str
    host: str
    zone: str


def sites(rng: Random, count: int) -> list[Site]:
    """Return `count` sites: first one of each customer, then the further ones of those that own several."""
    owners = _customers(rng, max(min(count, LEAST_CUSTOMERS), round(count * 3 / 8)))
    owned = [1] * len(owners)
    found = [_site(customer, 0) for customer in owners]
    while len(found) < count:
        owner = _with_room(rng, owners, owned)
        found.append(_site(owners[owner], owned[owner]))
        owned[owner] += 1
    return found


def slug(name: str) -> str:
    """Return a name as an id: lower-case words joined by hyphens."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _customers(rng: Random, count: int) -> list[Customer]:
    found = [Customer(*known) for known in FIRST_CUSTOMERS[:count]]
    heads = _heads(rng)
    while len(found) < count:
        trade = rng.choice(TRADES)
        found.append(Customer(next(heads[trade is LAW]), trade, rng.choice(ZONES)))
    return found


def _heads(rng: Random) -> tuple[Iterator[str], Iterator[str]]:
    """Return names to begin with: words for most, two partners for a law firm."""
    words = [prefix + suffix for prefix in PREFIXES for suffix in SUFFIXES]
    partners = [f"{one} & {other}" for one, other in permutations(SURNAMES, 2)]
    rng.shuffle(words)
    rng.shuffle(partners)
    return iter(words), iter(partners)


def _with_room(rng: Random, owners: list[Customer], owned: list[int]) -> int:
    # Bent toward the first, so that they own many and the last mostly stay with one.
    start = int(len(owners) * rng.random() ** 1.5)
    turns = ((start + step) % len(owners) for step in range(len(owners)))
    return next(turn for turn in turns if owned[turn] < len(owners[turn].trade.sites))


def _site(customer: Customer, number: int) -> Site:
    name = customer.trade.sites[number].format(customer.head)
    return Site(customer.name, name, slug(customer.head if number == 0 else name), customer.zone)

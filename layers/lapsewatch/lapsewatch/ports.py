"""What the use cases need from the outside, in as few methods as possible."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from lapsewatch.domain.catalog import Catalog, Rendered
from lapsewatch.domain.changes import Entry
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.digests import Digest
from lapsewatch.domain.feeds import Feed
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing
from lapsewatch.domain.instance import Access, Instance
from lapsewatch.domain.ledger import LedgerRow, RowKey, RowState
from lapsewatch.domain.license import License, Reading
from lapsewatch.domain.messages import Arrival, Message
from lapsewatch.domain.moves import Summary, Sweep
from lapsewatch.domain.notices import Notice
from lapsewatch.domain.outcomes import Outcome
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.reading import Absorbed
from lapsewatch.domain.routes import Route
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.tokens import Token


class Watching(Protocol):
    """Instances as they are now."""

    def watched(self, instance_ids: Iterable[str], *, removed: bool = False) -> dict[str, Watched]:
        """Return these instances with their states, read consistently; unknown ones are left out.

        Removed ones are left out too, unless `removed` asks for them.
        """
        ...


class Fleet(Watching, Protocol):
    """Which instances there are."""

    def instances(self) -> Iterator[Instance]:
        """Yield every instance that is not deleted, paused ones too, from the fleet index."""
        ...

    def everything(self) -> Iterator[Watched]:
        """Yield every instance that is not deleted with its state, which is read consistently."""
        ...

    def register(self, instance: Instance) -> None:
        """Add an instance, or replace how a known one is reached; what is remembered about it stays.

        Readings that are under way are fenced off, and what the PBX refused is forgotten, if it is reached otherwise. A
        removed id comes back with nothing remembered but its cycle numbers.
        """
        ...

    def set_enabled(self, instance: Instance, *, enabled: bool) -> None:
        """Pause or resume a known instance; what it owes waits meanwhile. Raises ConflictError for a removed one."""
        ...


class States(Protocol):
    """What is remembered about instances. A write that lost against another raises ConflictError."""

    def record(self, before: InstanceState, absorbed: Absorbed, due_at: datetime | None, now: datetime) -> None:
        """Store a reading taken in, with the resolves it owes, if nothing moved since `before` was read."""
        ...

    def retire(self, before: InstanceState, absorbed: Absorbed, now: datetime) -> None:
        """Store the tombstone of an instance with the resolves it owes, and take it out of the fleet."""
        ...

    def correct(self, before: InstanceState, after: InstanceState, due_at: datetime | None) -> None:
        """Store what an operator changed, paused or not, if nothing moved since `before` was read."""
        ...

    def begin_refresh(self, before: InstanceState, now: datetime, until: datetime) -> InstanceState:
        """Take the PBX's only token until `until`, and fence off every reading that began earlier."""
        ...


class Ledger(Protocol):
    """The reminders. A write that lost against another raises ConflictError."""

    def due_instances(self, now: datetime) -> Iterator[str]:
        """Yield the ids of instances that may owe a notice, from the due index: soonest first in each shard."""
        ...

    def due_rows(self, now: datetime) -> Iterator[RowKey]:
        """Yield the keys of unsettled rows that may be taken up, from the due index."""
        ...

    def some(self, keys: Iterable[RowKey]) -> dict[RowKey, LedgerRow]:
        """Return these rows, read consistently; missing and unreadable ones are left out."""
        ...

    def claim(self, before: InstanceState, row: LedgerRow, due_at: datetime | None) -> None:
        """Lower the series' claimed milestone and create the row, both or neither."""
        ...

    def reindex(self, before: InstanceState, due_at: datetime | None) -> None:
        """Correct when an instance may next owe a notice: settings or its zone changed since that was stored."""
        ...

    def lease(self, row: LedgerRow, owner: str, now: datetime, until: datetime) -> LedgerRow:
        """Become the only run that may publish this row until `until`."""
        ...

    def mark_sent(self, row: LedgerRow, sent_at: datetime, sns_message_id: str) -> None:
        """Settle a leased row as sent."""
        ...

    def release(self, row: LedgerRow, due_at: datetime) -> None:
        """Give a leased row back after a certain failure, to rest until `due_at`."""
        ...

    def postpone(self, row: LedgerRow, now: datetime, due_at: datetime) -> None:
        """Let a row that nobody holds rest until `due_at`."""
        ...

    def settle(self, row: LedgerRow, state: RowState, now: datetime) -> None:
        """Give a row that nobody holds its final state without sending it."""
        ...

    def bury(self, row: LedgerRow, now: datetime) -> None:
        """Settle a leased row as DEAD: the channel refuses it for good."""
        ...


class Record(Protocol):
    """The ledger and the history as people read them."""

    def rows(self, instance_id: str) -> list[LedgerRow]:
        """Return every readable row of an instance, in the order of clock, cycle and milestone."""
        ...

    def history(self, instance_id: str, most: int) -> list[Entry]:
        """Return what observations changed, the latest first, at most `most` of them."""
        ...


class Pbx(Protocol):
    """A PBX as read over the network. Neither method raises for anything a PBX can do."""

    async def read(
        self,
        instance: Instance,
        secret: PbxSecret,
        now: datetime,
        may_retoken: Callable[[], bool],
        ways: Sequence[Access] = (),
    ) -> Reading:
        """Sign in by the first of the ways that the PBX has, and read the license.

        Without `ways`, those that the instance and its credentials suggest.
        """
        ...

    async def refresh(
        self,
        instance: Instance,
        secret: PbxSecret,
        now: datetime,
        before: License | None,
        patience: float,
        ways: Sequence[Access] = (),
    ) -> Reading:
        """Have the PBX ask the vendor, then read until the answer differs from `before` or patience (s) ends."""
        ...


class Secrets(Protocol):
    """The credentials of PBXs."""

    def of(self, instances: Iterable[Instance]) -> Mapping[str, PbxSecret]:
        """Return the credentials by instance id; those that are missing or unreadable are left out."""
        ...

    def forget(self, instance: Instance) -> None:
        """Fetch this instance's credentials anew next time: the PBX refused them."""
        ...


class Publisher(Protocol):
    """The channel that reminders leave by."""

    def fitting(self, notices: Iterable[Notice]) -> int:
        """Return how many of these notices, from the first on, one digest can hold."""
        ...

    def publish(self, message: Notice | Digest | Summary) -> str:
        """Publish once and return the channel's id of the message.

        Raises DeliveryRefusedError (for good), DeliveryFailedError (not taken), its child ChannelClosedError (nor will
        anything else be), DeliveryUnknownError (perhaps taken).
        """
        ...


class Heartbeats(Protocol):
    """When each scheduled job last ended well."""

    def beat(self, job: str, now: datetime, facts: Mapping[str, int]) -> None: ...

    def last(self) -> dict[str, datetime]: ...


class Audience(Protocol):
    """Who hears the reminders."""

    def confirmed(self) -> int | None:
        """Return how many subscriptions are confirmed, or None if that cannot be found out now."""
        ...


class DeadLetters(Protocol):
    """Where work ends that was tried for good."""

    def waiting(self) -> int | None:
        """Return about how many messages wait there, or None if that cannot be found out now."""
        ...


class PollQueue(Protocol):
    """The queue between dispatch and the workers."""

    def send(self, instance_ids: Iterable[str]) -> int:
        """Queue one message per instance and return how many were taken; refused entries are retried once."""
        ...

    def send_later(self, instance_id: str, after: timedelta) -> None:
        """Queue one message that nobody sees for a while, up to a quarter of an hour; it is in the late lane."""
        ...

    def put_off(self, instance_ids: Sequence[str], after: timedelta) -> set[str]:
        """Queue messages of the late lane, as `send_later`, and return the ids that were taken. Never raises."""
        ...


class NotifyQueue(Protocol):
    """The queue between the topic and a channel."""

    def postpone(self, arrival: Arrival, by: timedelta) -> None:
        """Hide a message until it is to be tried again."""
        ...

    def put(self, message: Message, after: timedelta = timedelta()) -> None:
        """Queue a message that is on a route, to be handed over after a while of at most 15 minutes."""
        ...

    def bury(self, arrival: Arrival, reason: str) -> None:
        """Put a message among the dead letters, with why; whoever handed it over then lets go of it."""
        ...


class Channel(Protocol):
    """One way to people or programs beyond the protocols of SNS."""

    def send(self, message: Message, now: datetime) -> Outcome:
        """Hand a message over once. Never raises for anything a receiver can do."""
        ...


class Routes(Protocol):
    """Who gets what."""

    def declared(self) -> tuple[Route, ...]:
        """Return the routes in their order; none if nobody has declared any."""
        ...

    def declare(self, routes: Iterable[Route]) -> None:
        """Replace all routes by these."""
        ...


class Handovers(Protocol):
    """What became of each notice on each route."""

    def begin(self, handovers: Iterable[Handover]) -> None:
        """Note what is about to be handed over; what is noted already stays as it is."""
        ...

    def settle(
        self, keys: Iterable[HandoverKey], standing: Standing, event_id: str, answer: str, now: datetime
    ) -> None:
        """Note how one more attempt ended; what was delivered stays so."""
        ...

    def some(self, keys: Iterable[HandoverKey]) -> dict[HandoverKey, Handover]:
        """Return these, read consistently; missing and unreadable ones are left out."""
        ...

    def of(self, instance_id: str) -> list[Handover]:
        """Return all of an instance."""
        ...


class Rests(Protocol):
    """Routes that are left alone for a while, because their receivers hang and would hold up the others."""

    def until(self, route: str) -> datetime | None: ...

    def rest(self, route: str, until: datetime) -> None: ...


class Gathering(Protocol):
    """Pieces of what is told together, beside their messages in the queue."""

    def keep(self, message: Message, now: datetime) -> None:
        """Keep a piece for a day; one that was kept or forgotten before stays so."""
        ...

    def kept(self, message: Message) -> list[Message]:
        """Return all pieces of the group that a message is of."""
        ...

    def forget(self, message: Message) -> None:
        """Let a piece go that was told, or never will be."""
        ...

    def hold(self, message: Message, owner: str, now: datetime, until: datetime) -> bool:
        """Return whether nobody else tells the pieces of this group; if so, nobody else does until then."""
        ...

    def release(self, message: Message, owner: str) -> None:
        """Let others tell the pieces of this group."""
        ...


class Escalations(Handovers, Protocol):
    """Hand-overs that escalate unless somebody acknowledges. Lost writes raise ConflictError."""

    def due(self, now: datetime) -> Iterator[HandoverKey]:
        """Yield those whose time has come, from the due index."""
        ...

    def postpone(self, handover: Handover, now: datetime, until: datetime) -> Handover:
        """Take one up that is due, or let it rest: nobody else does so before `until`."""
        ...

    def close(self, handover: Handover, escalated_at: datetime | None) -> None:
        """Let it never escalate again: it just did, or (None) somebody acknowledged, or its cycle is over."""
        ...


class Pages(Protocol):
    """Where rendered pages are kept."""

    def put(self, name: str, body: bytes, content_type: str, generated_at: datetime) -> bool:
        """Replace a page unless a newer one is there; return whether it was replaced."""
        ...

    def put_all(self, pages: Sequence[Rendered], generated_at: datetime) -> None:
        """Replace many pages, each unless a newer one is there."""
        ...

    def put_once(self, name: str, body: bytes, content_type: str) -> None:
        """Store something whose name changes with its content, unless it is there already."""
        ...

    def catalog(self) -> Catalog:
        """Return what reports left on the shelf; an empty catalog before the first."""
        ...

    def keep(self, catalog: Catalog) -> Catalog:
        """Replace the catalog of `catalog.version`, and return the new one. Raises ConflictError if it is no more."""
        ...


class Job(Protocol):
    """One of our other functions, started by hand. Neither way raises: each job has a schedule of its own as well."""

    def run_now(self) -> None:
        """Run it and wait."""
        ...

    def run_soon(self) -> None:
        """Ask for a run and do not wait."""
        ...


class Moves(Protocol):
    """Dates that moved to later ones, as one sweep until somebody was told. Lost writes raise ConflictError."""

    def sweep(self) -> Sweep | None:
        """Return the sweep that nobody was told of yet."""
        ...

    def lease(self, sweep: Sweep, owner: str, now: datetime, until: datetime) -> None:
        """Become the only run that may tell of this sweep until `until`; not if it goes on meanwhile."""
        ...

    def told(self, sweep: Sweep, owner: str) -> None:
        """Take what was told off the count, and give the lease back."""
        ...


class MoveCount(Protocol):
    """Where readings count the dates that moved."""

    def add(self, shifts: Counter[int], now: datetime) -> None:
        """Count dates that moved, by whole days."""
        ...


class Turns(Protocol):
    """Keeps many workers from asking for the same job at once."""

    def take(self, job: str, now: datetime, every: timedelta) -> bool:
        """Return whether nobody asked for `job` within the last `every`; if so, the caller has asked now."""
        ...


class Tokens(Protocol):
    """Access tokens, by their public id."""

    def token(self, token_id: str) -> Token | None: ...

    def add(self, token: Token) -> None: ...

    def revoke(self, token_id: str, now: datetime) -> None: ...

    def tokens(self) -> list[Token]: ...


class Feeds(Protocol):
    """Feeds, by their id."""

    def feed(self, feed_id: str) -> Feed | None: ...

    def add(self, feed: Feed) -> None: ...

    def revoke(self, feed_id: str, now: datetime) -> None: ...

    def feeds(self) -> list[Feed]: ...

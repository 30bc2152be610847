"""Doubles of the ports that hold everything in memory. They pass the same contract tests as the real adapters."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from lapsewatch.domain.catalog import Catalog, Rendered
from lapsewatch.domain.changes import Entry
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.digests import Digest
from lapsewatch.domain.feeds import Feed
from lapsewatch.domain.gathering import group_of
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing, tries
from lapsewatch.domain.instance import Access, Instance
from lapsewatch.domain.ledger import LedgerRow, RowKey, RowState
from lapsewatch.domain.license import License, Reading
from lapsewatch.domain.lifecycle import reached_anew, revival
from lapsewatch.domain.messages import Arrival, Message
from lapsewatch.domain.moves import Summary, Sweep
from lapsewatch.domain.notices import Notice
from lapsewatch.domain.outcomes import Delivered, Outcome
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.reading import Absorbed, owed_rows
from lapsewatch.domain.routes import Route
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.tokens import Token
from lapsewatch.errors import ConflictError

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


class FakeStore:
    """Fleet, States and Ledger over three dictionaries."""

    def __init__(self) -> None:
        self.configs: dict[str, Instance] = {}
        self.states: dict[str, InstanceState] = {}
        self.due: dict[str, datetime | None] = {}
        self.ledger: dict[RowKey, LedgerRow] = {}
        self.entries: dict[str, list[Entry]] = {}

    # Fleet

    def instances(self) -> Iterator[Instance]:
        return iter([item for key, item in self.configs.items() if not self.states[key].deleted])

    def watched(self, instance_ids: Iterable[str], *, removed: bool = False) -> dict[str, Watched]:
        return {
            instance_id: Watched(self.configs[instance_id], self.states[instance_id])
            for instance_id in dict.fromkeys(instance_ids)
            if instance_id in self.configs and (removed or not self.states[instance_id].deleted)
        }

    def everything(self) -> Iterator[Watched]:
        yield from self.watched(instance.instance_id for instance in self.instances()).values()

    def register(self, instance: Instance) -> None:
        known, before = self.states.get(instance.instance_id), self.configs.get(instance.instance_id)
        self.configs[instance.instance_id] = instance
        if known is None:
            self.states[instance.instance_id] = InstanceState(instance.instance_id, enabled=instance.enabled, ver=1)
        elif known.deleted:
            revived = revival(known, enabled=instance.enabled)
            self.states[instance.instance_id] = replace(revived, ver=known.ver + 1)
        else:
            after = reached_anew(known, before, instance)
            self.states[instance.instance_id] = replace(after, ver=known.ver + 1)
            self.due[instance.instance_id] = AT_ONCE if instance.enabled else None

    def set_enabled(self, instance: Instance, *, enabled: bool) -> None:
        if self.states[instance.instance_id].deleted:
            raise ConflictError
        self.register(replace(self.configs[instance.instance_id], enabled=enabled))

    # States

    def record(self, before: InstanceState, absorbed: Absorbed, due_at: datetime | None, now: datetime) -> None:
        self._must_be_unmoved(before)
        self._store(before, absorbed, due_at, now)

    def retire(self, before: InstanceState, absorbed: Absorbed, now: datetime) -> None:
        stored = self.states.get(before.instance_id)
        if stored is None or stored.deleted or stored.ver != before.ver:
            raise ConflictError
        self._store(before, absorbed, None, now)

    def correct(self, before: InstanceState, after: InstanceState, due_at: datetime | None) -> None:
        stored = self.states.get(before.instance_id)
        if stored is None or stored.deleted or stored.ver != before.ver:
            raise ConflictError
        self.states[before.instance_id] = replace(after, ver=before.ver + 1)
        self.due[before.instance_id] = due_at if before.enabled else None

    def begin_refresh(self, before: InstanceState, now: datetime, until: datetime) -> InstanceState:
        self._must_be_unmoved(before)
        begun = replace(before, ver=before.ver + 1, obs_seq=before.obs_seq + 1, refresh_at=now, lease_until=until)
        self.states[before.instance_id] = begun
        return begun

    # Ledger

    def due_instances(self, now: datetime) -> Iterator[str]:
        return iter([key for key, due_at in self.due.items() if due_at is not None and due_at <= now])

    def due_rows(self, now: datetime) -> Iterator[RowKey]:
        return iter([key for key, row in self.ledger.items() if row.due_at is not None and row.due_at <= now])

    def some(self, keys: Iterable[RowKey]) -> dict[RowKey, LedgerRow]:
        return {key: self.ledger[key] for key in keys if key in self.ledger}

    def rows(self, instance_id: str) -> list[LedgerRow]:
        rows = (row for row in self.ledger.values() if row.key.instance_id == instance_id)
        return sorted(rows, key=lambda row: row.key.alert)

    def history(self, instance_id: str, most: int) -> list[Entry]:
        return list(reversed(self.entries.get(instance_id, [])))[:most]

    def claim(self, before: InstanceState, row: LedgerRow, due_at: datetime | None) -> None:
        self._must_be_unmoved(before)
        series, milestone = before.series[row.key.clock], row.key.milestone
        if milestone is None or not series.still_wants(milestone) or row.key in self.ledger:
            raise ConflictError
        alerts = series.open_alerts | {row.key.alert}
        claimed = {**before.series, row.key.clock: replace(series, claimed=milestone, open_alerts=alerts)}
        self.states[before.instance_id] = replace(before, ver=before.ver + 1, series=claimed)
        self.due[before.instance_id] = due_at
        self.ledger[row.key] = row

    def reindex(self, before: InstanceState, due_at: datetime | None) -> None:
        self._must_be_unmoved(before)
        self.states[before.instance_id] = replace(before, ver=before.ver + 1)
        self.due[before.instance_id] = due_at

    def lease(self, row: LedgerRow, owner: str, now: datetime, until: datetime) -> LedgerRow:
        stored = self._free(row, now)
        leased = replace(stored, lease_owner=owner, due_at=until, attempts=stored.attempts + 1)
        self.ledger[row.key] = leased
        return leased

    def mark_sent(self, row: LedgerRow, sent_at: datetime, sns_message_id: str) -> None:
        stored = self._held(row)
        sent = replace(stored, state=RowState.SENT, sent_at=sent_at, sns_message_id=sns_message_id)
        self.ledger[row.key] = replace(sent, lease_owner=None, due_at=None)

    def release(self, row: LedgerRow, due_at: datetime) -> None:
        stored = self._held(row)
        self.ledger[row.key] = replace(stored, due_at=due_at, lease_owner=None, refusals=row.refusals)

    def postpone(self, row: LedgerRow, now: datetime, due_at: datetime) -> None:
        self.ledger[row.key] = replace(self._free(row, now), due_at=due_at)

    def settle(self, row: LedgerRow, state: RowState, now: datetime) -> None:
        stored = self._free(row, now)
        if stored.attempts != row.attempts:
            raise ConflictError
        self.ledger[row.key] = replace(stored, state=state, due_at=None, lease_owner=None)

    def bury(self, row: LedgerRow, now: datetime) -> None:
        dead = replace(self._held(row), state=RowState.DEAD, refusals=row.refusals)
        self.ledger[row.key] = replace(dead, due_at=None, lease_owner=None)

    def _store(self, before: InstanceState, absorbed: Absorbed, due_at: datetime | None, now: datetime) -> None:
        rows = {row.key: row for row in owed_rows(absorbed, now)}
        if any(key in self.ledger for key in rows):
            raise ConflictError
        self.states[before.instance_id] = replace(absorbed.state, ver=before.ver + 1)
        self.due[before.instance_id] = due_at
        self.ledger |= rows
        if absorbed.changes:
            self.entries.setdefault(before.instance_id, []).append(Entry(now, absorbed.changes))

    def _must_be_unmoved(self, before: InstanceState) -> None:
        stored = self.states.get(before.instance_id)
        if stored is None or not stored.enabled or stored.deleted or stored.ver != before.ver:
            raise ConflictError

    def _free(self, row: LedgerRow, now: datetime) -> LedgerRow:
        stored = self.ledger.get(row.key)
        if stored is None or stored.settled or stored.due_at is None or stored.due_at > now:
            raise ConflictError
        return stored

    def _held(self, row: LedgerRow) -> LedgerRow:
        stored = self.ledger.get(row.key)
        if stored is None or stored.settled or stored.lease_owner != row.lease_owner:
            raise ConflictError
        return stored


class FakePublisher:
    """Keeps what it is given; `answers` are raised, one per publish, before (or, if `taken`, after) taking it."""

    def __init__(self) -> None:
        self.messages: list[Notice | Digest | Summary] = []
        self.answers: list[Exception | None] = []
        self.taken_before_failing = False
        self.room = 1000

    @property
    def published(self) -> list[Notice]:
        """Every notice that went out, by itself or in a digest."""
        return [notice for message in self.messages for notice in _notices_of(message)]

    @property
    def digests(self) -> list[Digest]:
        return [message for message in self.messages if isinstance(message, Digest)]

    def fitting(self, notices: Iterable[Notice]) -> int:
        return sum(1 for _ in islice(notices, self.room))

    def publish(self, message: Notice | Digest | Summary) -> str:
        failure = self.answers.pop(0) if self.answers else None
        if failure is None or self.taken_before_failing:
            self.messages.append(message)
        if failure is not None:
            raise failure
        return f"message-{len(self.messages)}"


def _notices_of(message: Notice | Digest | Summary) -> tuple[Notice, ...]:
    if isinstance(message, Digest):
        return message.notices
    return (message,) if isinstance(message, Notice) else ()


class FakePbx:
    """Answers each instance with what the test laid down, and counts the visits."""

    def __init__(self) -> None:
        self.readings: dict[str, Reading] = {}
        self.visits: list[str] = []
        self.ways: list[tuple[Access, ...]] = []
        self.during_visit: Callable[[], None] = lambda: None

    async def read(
        self,
        instance: Instance,
        secret: PbxSecret,
        now: datetime,
        may_retoken: Callable[[], bool],
        ways: Sequence[Access] = (),
    ) -> Reading:
        self.ways.append(tuple(ways))
        return self._answer(instance)

    async def refresh(
        self,
        instance: Instance,
        secret: PbxSecret,
        now: datetime,
        before: License | None,
        patience: float,
        ways: Sequence[Access] = (),
    ) -> Reading:
        self.ways.append(tuple(ways))
        return self._answer(instance)

    def _answer(self, instance: Instance) -> Reading:
        self.visits.append(instance.instance_id)
        reading = self.readings[instance.instance_id]
        self.during_visit()
        return reading


class FakeSecrets:
    """Knows a secret for every instance but those in `missing`."""

    def __init__(self) -> None:
        self.missing: set[str] = set()
        self.forgotten: list[str] = []
        self.known = PbxSecret("client", "secret")

    def of(self, instances: Iterable[Instance]) -> Mapping[str, PbxSecret]:
        ids = (instance.instance_id for instance in instances)
        return {key: self.known for key in ids if key not in self.missing}

    def forget(self, instance: Instance) -> None:
        self.forgotten.append(instance.instance_id)


class FakeJob:
    """Counts how it was started."""

    def __init__(self) -> None:
        self.started_now = 0
        self.started_soon = 0

    def run_now(self) -> None:
        self.started_now += 1

    def run_soon(self) -> None:
        self.started_soon += 1


class FakeQueue:
    """Takes every message."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.later: list[tuple[str, timedelta]] = []
        self.full = False

    def send(self, instance_ids: Iterable[str]) -> int:
        taken = list(instance_ids)
        self.sent += taken
        return len(taken)

    def send_later(self, instance_id: str, after: timedelta) -> None:
        self.later.append((instance_id, after))

    def put_off(self, instance_ids: Sequence[str], after: timedelta) -> set[str]:
        taken = [] if self.full else instance_ids
        self.later += [(instance_id, after) for instance_id in taken]
        return set(taken)


class FakeNotifyQueue:
    """Remembers what is to be tried again when, and what was given up why; `breaks` makes every call fail."""

    def __init__(self) -> None:
        self.postponed: dict[str, timedelta] = {}
        self.buried: list[tuple[str, str]] = []
        self.messages: list[Message] = []
        self.delays: list[timedelta] = []
        self.breaks = False

    def postpone(self, arrival: Arrival, by: timedelta) -> None:
        self._may_break()
        self.postponed[arrival.message_id] = by

    def put(self, message: Message, after: timedelta = timedelta()) -> None:
        self._may_break()
        self.messages.append(message)
        self.delays.append(after)

    def bury(self, arrival: Arrival, reason: str) -> None:
        self._may_break()
        self.buried.append((arrival.body, reason))

    def _may_break(self) -> None:
        if self.breaks:
            raise ConnectionError("the queue cannot be reached")


class FakeChannel:
    """Takes every message, but for those that `answers` has an outcome or an exception for, by event id."""

    def __init__(self) -> None:
        self.answers: dict[str, Outcome | Exception] = {}
        self.taken: list[Message] = []

    def send(self, message: Message, now: datetime) -> Outcome:
        answer = self.answers.get(message.event_id, Delivered("HTTP 204"))
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Delivered):
            self.taken.append(message)
        return answer


class FakeRoutes:
    """The routes that a test declares."""

    def __init__(self, *routes: Route) -> None:
        self.known = routes

    def declared(self) -> tuple[Route, ...]:
        return self.known

    def declare(self, routes: Iterable[Route]) -> None:
        self.known = tuple(routes)


class FakeHandovers:
    """Hand-overs in a dictionary."""

    def __init__(self) -> None:
        self.known: dict[HandoverKey, Handover] = {}

    def begin(self, handovers: Iterable[Handover]) -> None:
        for handover in handovers:
            self.known.setdefault(handover.key, handover)

    def settle(
        self, keys: Iterable[HandoverKey], standing: Standing, event_id: str, answer: str, now: datetime
    ) -> None:
        for key in keys:
            before = self.known.get(key)
            if before is None or (before.standing is Standing.DELIVERED and standing is not Standing.DELIVERED):
                continue
            told = replace(before, standing=standing, event_id=event_id, answer=answer, at=now)
            self.known[key] = replace(told, attempts=before.attempts + tries(standing))

    def some(self, keys: Iterable[HandoverKey]) -> dict[HandoverKey, Handover]:
        return {key: self.known[key] for key in keys if key in self.known}

    def of(self, instance_id: str) -> list[Handover]:
        return [item for item in self.known.values() if item.key.row.instance_id == instance_id]

    def due(self, now: datetime) -> Iterator[HandoverKey]:
        return iter([key for key, item in self.known.items() if item.due_at is not None and item.due_at <= now])

    def postpone(self, handover: Handover, now: datetime, until: datetime) -> Handover:
        stored = self.known.get(handover.key)
        if stored is None or stored.due_at is None or stored.due_at > now:
            raise ConflictError
        self.known[handover.key] = replace(stored, due_at=until)
        return self.known[handover.key]

    def close(self, handover: Handover, escalated_at: datetime | None) -> None:
        stored = self.known.get(handover.key)
        if stored is None or stored.due_at is None or stored.escalated_at is not None:
            raise ConflictError
        self.known[handover.key] = replace(stored, due_at=None, escalated_at=escalated_at)


class FakeGathering:
    """Pieces in dictionaries; `breaks` makes every call but those of holding fail."""

    def __init__(self) -> None:
        self.pieces: dict[tuple[str, str], Message | None] = {}
        self.held: dict[str, tuple[str, datetime]] = {}
        self.breaks = False

    def keep(self, message: Message, now: datetime) -> None:
        self._may_break()
        self.pieces.setdefault((group_of(message), message.event_id), message)

    def kept(self, message: Message) -> list[Message]:
        self._may_break()
        return [piece for (group, _), piece in self.pieces.items() if piece is not None and group == group_of(message)]

    def forget(self, message: Message) -> None:
        self._may_break()
        if (group_of(message), message.event_id) in self.pieces:
            self.pieces[group_of(message), message.event_id] = None

    def hold(self, message: Message, owner: str, now: datetime, until: datetime) -> bool:
        by, others_until = self.held.get(group_of(message), (owner, now))
        if by != owner and others_until > now:
            return False
        self.held[group_of(message)] = (owner, until)
        return True

    def release(self, message: Message, owner: str) -> None:
        if self.held[group_of(message)][0] == owner:
            del self.held[group_of(message)]

    def _may_break(self) -> None:
        if self.breaks:
            raise ConnectionError("the table cannot be reached")


class FakeRests:
    """Remembers until when each route is left alone."""

    def __init__(self) -> None:
        self.known: dict[str, datetime] = {}

    def until(self, route: str) -> datetime | None:
        return self.known.get(route)

    def rest(self, route: str, until: datetime) -> None:
        self.known[route] = max(until, self.known.get(route, until))


class FakeAudience:
    """As many subscribers as a test says."""

    def __init__(self, number: int | None = 1) -> None:
        self.number = number

    def confirmed(self) -> int | None:
        return self.number


class FakeDeadLetters:
    """As many dead letters as a test says."""

    def __init__(self, number: int | None = 0) -> None:
        self.number = number

    def waiting(self) -> int | None:
        return self.number


class FakePages:
    """A shelf of pages by name, which counts what was put."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.times: dict[str, datetime] = {}
        self.puts: list[str] = []
        self._catalog = Catalog()

    def put(self, name: str, body: bytes, content_type: str, generated_at: datetime) -> bool:
        if self.times.get(name, generated_at) > generated_at:
            return False
        self.bodies[name], self.times[name] = body, generated_at
        self.puts.append(name)
        return True

    def put_all(self, pages: Sequence[Rendered], generated_at: datetime) -> None:
        for page in pages:
            self.put(page.name, page.body, page.content_type, generated_at)

    def put_once(self, name: str, body: bytes, content_type: str) -> None:
        self.bodies.setdefault(name, body)

    def catalog(self) -> Catalog:
        return self._catalog

    def keep(self, catalog: Catalog) -> Catalog:
        if catalog.version != self._catalog.version:
            raise ConflictError
        self._catalog = replace(catalog, version=f"{int(catalog.version or 0) + 1}")
        return self._catalog


class FakeHeartbeats:
    """Remembers the last beat of each job."""

    def __init__(self) -> None:
        self.beats: dict[str, datetime] = {}

    def beat(self, job: str, now: datetime, facts: Mapping[str, int]) -> None:
        self.beats[job] = max(now, self.beats.get(job, now))

    def last(self) -> dict[str, datetime]:
        return dict(self.beats)


class FakeTokens:
    """Tokens in a dictionary."""

    def __init__(self) -> None:
        self.known: dict[str, Token] = {}

    def token(self, token_id: str) -> Token | None:
        return self.known.get(token_id)

    def add(self, token: Token) -> None:
        self.known[token.token_id] = token

    def revoke(self, token_id: str, now: datetime) -> None:
        self.known[token_id] = replace(self.known[token_id], revoked_at=now)

    def tokens(self) -> list[Token]:
        return list(self.known.values())


class FakeFeeds:
    """Feeds in a dictionary."""

    def __init__(self) -> None:
        self.known: dict[str, Feed] = {}

    def feed(self, feed_id: str) -> Feed | None:
        return self.known.get(feed_id)

    def add(self, feed: Feed) -> None:
        self.known[feed.feed_id] = feed

    def revoke(self, feed_id: str, now: datetime) -> None:
        self.known[feed_id] = replace(self.known[feed_id], revoked_at=now)

    def feeds(self) -> list[Feed]:
        return list(self.known.values())


class FakeTurns:
    """Remembers when each job was last asked for."""

    def __init__(self) -> None:
        self.asked: dict[str, datetime] = {}

    def take(self, job: str, now: datetime, every: timedelta) -> bool:
        last = self.asked.get(job)
        if last is not None and last > now - every:
            return False
        self.asked[job] = now
        return True


class FakeMoves:
    """One sweep at a time."""

    def __init__(self) -> None:
        self.shifts: Counter[int] = Counter()
        self.last_at: datetime | None = None
        self.lease_owner: str | None = None
        self.lease_until: datetime | None = None

    def add(self, shifts: Counter[int], now: datetime) -> None:
        self.shifts.update(shifts)
        self.last_at = max(now, self.last_at or now)

    def sweep(self) -> Sweep | None:
        left = {days: number for days, number in self.shifts.items() if number > 0}
        return Sweep(self.last_at, left) if self.last_at and left else None

    def lease(self, sweep: Sweep, owner: str, now: datetime, until: datetime) -> None:
        if self.last_at != sweep.last_at or (self.lease_until is not None and self.lease_until > now):
            raise ConflictError
        self.lease_owner, self.lease_until = owner, until

    def told(self, sweep: Sweep, owner: str) -> None:
        if self.lease_owner != owner:
            raise ConflictError
        self.shifts.subtract(sweep.shifts)
        self.lease_owner = self.lease_until = None

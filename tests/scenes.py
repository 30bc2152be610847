"""A small world for tests of the use cases: a store, times that are passed in, PBXs that say what they are told."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lapsewatch.deliver import Delivery
from lapsewatch.domain.instance import Access, Instance, Tls
from lapsewatch.domain.ledger import LedgerRow, RowState
from lapsewatch.domain.license import FailedRead, License, Observation, Reading, Reason
from lapsewatch.domain.milestones import DEFAULT_RULES, ReminderRules
from lapsewatch.domain.state import InstanceState
from lapsewatch.lifecycle import Operating
from lapsewatch.poll import Polled, Polling, poll
from lapsewatch.refresh import Refreshed, Refreshing, refresh
from lapsewatch.remind import _claim_all, remind

from tests.fakes import FakeJob, FakeMoves, FakePbx, FakePublisher, FakeQueue, FakeSecrets, FakeStore, FakeTurns

NEW_YORK = ZoneInfo("America/New_York")
EXPIRY = datetime(2026, 6, 20, 16, 0, tzinfo=UTC)
"""Noon in New York on June 20, 2026."""


def days_before(days: int, hour: int = 13) -> datetime:
    """Return an instant on the day `days` before the expiry, by default an hour after eight in New York."""
    return EXPIRY.replace(hour=hour) - timedelta(days=days)


@dataclass
class Scene:
    """The world. Times are passed to each step; nothing here reads a clock."""

    store: FakeStore = field(default_factory=FakeStore)
    pbx: FakePbx = field(default_factory=FakePbx)
    secrets: FakeSecrets = field(default_factory=FakeSecrets)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    render: FakeJob = field(default_factory=FakeJob)
    remind_job: FakeJob = field(default_factory=FakeJob)
    moves: FakeMoves = field(default_factory=FakeMoves)
    turns: FakeTurns = field(default_factory=FakeTurns)
    queue: FakeQueue = field(default_factory=FakeQueue)
    rules: ReminderRules = DEFAULT_RULES
    seconds_left: float = 300.0
    digest_over: int = 10
    runs: int = 0

    def add(
        self,
        instance_id: str = "northwind",
        *,
        zone: ZoneInfo = NEW_YORK,
        enabled: bool = True,
        access: Access = Access.USER_LOGIN,
        tls: Tls | None = None,
    ) -> Instance:
        instance = Instance(
            instance_id=instance_id,
            name=instance_id.title(),
            customer=f"{instance_id.title()} Health",
            address=f"{instance_id}.3cx.us",
            access=access,
            zone=zone,
            secret_name=f"/lapsewatch/test/pbx/{instance_id}",
            tls=tls or Tls(),
            enabled=enabled,
        )
        self.store.register(instance)
        return instance

    def says(
        self, expires_at: datetime | None, instance_id: str = "northwind", *, maintenance: datetime | None = None
    ) -> None:
        """Have a PBX answer with these dates from now on."""
        facts = License(
            key="8SGW-7XFG-2R4K-9Q1S",
            product_code="3CXPSPROFSPLA",
            fqdn=f"{instance_id}.3cx.us",
            active=True,
            expires_at=expires_at,
            maintenance_expires_at=maintenance,
        )
        self.pbx.readings[instance_id] = Observation(EXPIRY, facts)

    def now_says(self, instance_id: str = "northwind", **facts: object) -> None:
        """Have a PBX say these facts differently from now on."""
        seen = self.pbx.readings[instance_id]
        assert isinstance(seen, Observation)
        changed = replace(seen.license, **facts)  # type: ignore[arg-type]  # whatever a test is about
        self.pbx.readings[instance_id] = replace(seen, license=changed)

    def shows_until(self, ends_at: datetime, instance_id: str = "northwind") -> None:
        """Have a PBX show a certificate, pinned, that ends then."""
        seen = self.pbx.readings[instance_id]
        assert isinstance(seen, Observation)
        self.pbx.readings[instance_id] = replace(seen, pin_ends_at=ends_at)

    def found(self, way: Access, instance_id: str = "northwind") -> None:
        """Have a PBX be entered by this way from now on."""
        self.pbx.readings[instance_id] = replace(self.pbx.readings[instance_id], way=way)

    def fails(self, reason: Reason, instance_id: str = "northwind") -> None:
        self.pbx.readings[instance_id] = FailedRead(EXPIRY, reason)

    @property
    def polling(self) -> Polling:
        return Polling(self.store, self.store, self.secrets, self.pbx, self.rules, self.queue)

    @property
    def operating(self) -> Operating:
        return Operating(self.store, self.store, self.rules)

    def poll(self, now: datetime, *instance_ids: str) -> Polled:
        self.pbx.readings = {key: _as_of(now, reading) for key, reading in self.pbx.readings.items()}
        return poll(self.polling, list(instance_ids) or list(self.store.configs), now)

    def poll_and_follow_up(self, now: datetime, *instance_ids: str) -> None:
        self.poll(now, *instance_ids).follow_up(self.render, self.remind_job, self.turns, self.moves, now)

    def remind(self, now: datetime) -> Counter[str]:
        return remind(self.delivery(), now)

    def claim(self, now: datetime) -> None:
        """Let a run begin that dies right after its claims: what is owed is in the ledger, and nothing was tried."""
        _claim_all(self.delivery(), now, Counter())

    def delivery(self) -> Delivery:
        self.runs += 1
        return Delivery(
            fleet=self.store,
            ledger=self.store,
            publisher=self.publisher,
            rules=self.rules,
            page_url="https://page.example",
            shop=True,
            owner=f"run-{self.runs}",
            time_left=lambda: self.seconds_left,
            digest_over=self.digest_over,
        )

    def refresh(self, now: datetime, instance_id: str = "northwind") -> Refreshed:
        return refresh(self.refreshing, instance_id, now)

    @property
    def refreshing(self) -> Refreshing:
        return Refreshing(self.polling, self.render, self.remind_job, self.queue)

    def state(self, instance_id: str = "northwind") -> InstanceState:
        return self.store.states[instance_id]

    @property
    def sent(self) -> list[tuple[str, int | None]]:
        """What was published so far, as pairs of event and milestone."""
        return [(notice.event.value, notice.milestone) for notice in self.publisher.published]

    def rows(self, state: RowState) -> list[LedgerRow]:
        return [row for row in self.store.ledger.values() if row.state is state]


def _as_of(now: datetime, reading: Reading) -> Reading:
    if isinstance(reading, Observation):
        return replace(reading, observed_at=now)
    return replace(reading, failed_at=now)

"""The things of the domain with sensible defaults: a test names only what it is about.

Everybody here is Northwind Cardiology of New York. Its license ends at noon on June 20, 2026, its clock has a
second hand (12:08:49 would do as well), and it was last read at `NOW`, ten days before.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.instance import Access, Instance, Tls
from lapsewatch.domain.ledger import LedgerRow, RowKey, RowState
from lapsewatch.domain.license import License, Observation, Reason, Seats
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.notices import Notice, notice_of
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.series import Series
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.streaks import Streak

ID = "northwind"
KEY = "8SGW-7XFG-2R4K-9Q1S"
NEW_YORK = ZoneInfo("America/New_York")
UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 6, 10, 13, 0, tzinfo=UTC)
"""Nine in the morning in New York, ten days before the expiry."""
EXPIRY = datetime(2026, 6, 20, 16, 0, tzinfo=UTC)
MAINTENANCE_EXPIRY = datetime(2027, 3, 1, 16, 0, tzinfo=UTC)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, *, second: int = 0) -> datetime:
    """Return an instant."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def instance(
    instance_id: str = ID,
    *,
    name: str = "Northwind Cardiology",
    customer: str = "Northwind Health",
    address: str = "northwind.3cx.us",
    access: Access = Access.USER_LOGIN,
    zone: ZoneInfo = NEW_YORK,
    secret_name: str = "/lapsewatch/test/pbx/northwind",
    tls: Tls | None = None,
    enabled: bool = True,
) -> Instance:
    """Return a watched PBX."""
    return Instance(instance_id, name, customer, address, access, zone, secret_name, tls or Tls(), enabled)


def license(
    *,
    key: str | None = KEY,
    product_code: str | None = "3CXPSPROFSPLA",
    version: str | None = "20.0.8.1131",
    fqdn: str | None = "northwind.3cx.us",
    reseller: str | None = "Example Telecom",
    active: bool | None = True,
    sim_calls: int | None = 8,
    seats: Seats | None = None,
    expires_at: datetime | None = EXPIRY,
    maintenance_expires_at: datetime | None = None,
) -> License:
    """Return the license facts of an annual subscription."""
    return License(
        key=key,
        product_code=product_code,
        version=version,
        fqdn=fqdn,
        reseller=reseller,
        active=active,
        sim_calls=sim_calls,
        seats=seats or Seats(used=9, limit=40, ai=0),
        expires_at=expires_at,
        maintenance_expires_at=maintenance_expires_at,
    )


def perpetual_license(maintenance_expires_at: datetime = MAINTENANCE_EXPIRY) -> License:
    """Return the facts of a license that never ends, only its maintenance does."""
    return license(product_code="3CXPSPROF", expires_at=None, maintenance_expires_at=maintenance_expires_at)


def observation(
    facts: License | None = None, *, at: datetime = NOW, rejected: tuple[tuple[str, str], ...] = ()
) -> Observation:
    """Return a good read."""
    return Observation(at, facts or license(), rejected)


def series(
    clock: Clock = Clock.LICENSE,
    *,
    expires_at: datetime = EXPIRY,
    anchor: datetime | None = None,
    cycle: int = 1,
    claimed: int | None = None,
    open_alerts: Iterable[str] = (),
    quiet_until: datetime | None = None,
    closed: Mapping[str, datetime] | None = None,
    moved_from: datetime | None = None,
) -> Series:
    """Return a clock's reminders, none of them claimed."""
    return Series(
        clock=clock,
        cycle=cycle,
        anchor=anchor or expires_at,
        expires_at=expires_at,
        claimed=claimed,
        open_alerts=frozenset(open_alerts),
        quiet_until=quiet_until,
        closed=dict(closed or {}),
        moved_from=moved_from,
    )


def state(
    facts: License | None = None,
    *,
    instance_id: str = ID,
    running: Iterable[Series] | None = None,
    enabled: bool = True,
    deleted: bool = False,
    ver: int = 1,
    obs_seq: int = 1,
    observed_at: datetime | None = NOW,
    notes: Mapping[Clock, str] | None = None,
    reason: Reason | None = None,
    fail_count: int = 0,
    failing_since: datetime | None = None,
    tried_at: datetime | None = None,
    streaks: Iterable[Streak] = (),
    next_poll_at: datetime | None = None,
    pin_ends_at: datetime | None = None,
    refresh_at: datetime | None = None,
    lease_until: datetime | None = None,
    unsaid: Mapping[str, datetime] | None = None,
    changed: Mapping[str, datetime] | None = None,
    last_cycles: Mapping[Clock, int] | None = None,
) -> InstanceState:
    """Return what is remembered after one good read; the series are those of its dates unless `running` says else."""
    known = facts or license()
    by_clock = {item.clock: item for item in (_series_of(known) if running is None else running)}
    return InstanceState(
        instance_id=instance_id,
        enabled=enabled,
        deleted=deleted,
        ver=ver,
        obs_seq=obs_seq,
        license=known,
        observed_at=observed_at,
        perpetual=Clock.LICENSE not in by_clock and Clock.MAINTENANCE in by_clock,
        notes=dict(notes or {}),
        reason=reason,
        fail_count=fail_count,
        failing_since=failing_since,
        tried_at=tried_at or observed_at,
        streaks=tuple(streaks),
        next_poll_at=next_poll_at,
        pin_ends_at=pin_ends_at,
        refresh_at=refresh_at,
        lease_until=lease_until,
        series=by_clock,
        unsaid=dict(unsaid or {}),
        changed=dict(changed or {}),
        last_cycles=dict(last_cycles or {}),
    )


def never_read(instance_id: str = ID, *, reason: Reason | None = None, fail_count: int = 0) -> InstanceState:
    """Return the state of a PBX that was registered and not read yet."""
    return InstanceState(instance_id, ver=1, reason=reason, fail_count=fail_count)


def watched(of: Instance | None = None, remembered: InstanceState | None = None) -> Watched:
    """Return a PBX together with its state."""
    whose = of or instance()
    return Watched(whose, remembered or state(instance_id=whose.instance_id, enabled=whose.enabled))


def row_key(
    milestone: int | None = 10, *, instance_id: str = ID, clock: Clock = Clock.LICENSE, cycle: int = 1
) -> RowKey:
    """Return the identity of a notice; without a milestone it is a resolve."""
    return RowKey(instance_id, clock, cycle, milestone)


def row(
    milestone: int | None = 10,
    *,
    instance_id: str = ID,
    clock: Clock = Clock.LICENSE,
    cycle: int = 1,
    is_now: RowState = RowState.PENDING,
    created_at: datetime = NOW,
    attempts: int = 0,
    refusals: int = 0,
    lease_owner: str | None = None,
    due_at: datetime | None = None,
    sent_at: datetime | None = None,
    sns_message_id: str | None = None,
    alerts: Iterable[str] = (),
) -> LedgerRow:
    """Return a row of the ledger that waits to be sent, unless `is_now` says else."""
    return LedgerRow(
        key=row_key(milestone, instance_id=instance_id, clock=clock, cycle=cycle),
        state=is_now,
        created_at=created_at,
        attempts=attempts,
        refusals=refusals,
        lease_owner=lease_owner,
        due_at=due_at or (created_at if is_now is RowState.PENDING else None),
        sent_at=sent_at,
        sns_message_id=sns_message_id,
        alerts=frozenset(alerts),
    )


def notice(
    milestone: int | None = 10,
    *,
    instance_id: str = ID,
    name: str = "Northwind Cardiology",
    customer: str = "Northwind Health",
    cycle: int = 1,
) -> Notice:
    """Return what is said about a row that is due; without a milestone it says that a renewal settled it."""
    renewed = [series(expires_at=EXPIRY + timedelta(days=365))]
    whose = instance(instance_id, name=name, customer=customer)
    remembered = state(instance_id=instance_id, running=renewed if milestone is None else None)
    due = row(milestone, instance_id=instance_id, cycle=cycle)
    return notice_of(due, watched(whose, remembered), NOW, DEFAULT_RULES, "https://licenses.example.com", shop=True)


def sqs_event(*bodies: str, receives: int = 1) -> dict[str, Any]:
    """Return what Lambda hands over for these messages of a queue, `m0` and so on."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": f"receipt-m{number}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(receives)},
            }
            for number, body in enumerate(bodies)
        ]
    }


def _series_of(facts: License) -> list[Series]:
    dates = {Clock.LICENSE: facts.expires_at, Clock.MAINTENANCE: facts.maintenance_expires_at}
    return [series(clock, expires_at=date) for clock, date in dates.items() if date is not None]

"""One instance with everything behind it, for its page: a test names only what it is about.

It is nine in the morning of June 10, 2026, in New York; its license ends in ten days.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from lapsewatch.adapters.pages import render_instance
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.changes import Change, Entry
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.detail import Detail, detail_of
from lapsewatch.domain.handovers import Handover, HandoverKey, Standing
from lapsewatch.domain.ledger import LedgerRow, RowKey, RowState
from lapsewatch.domain.license import Reason, Seats
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.streaks import GOOD, Streak
from lapsewatch.domain.tokens import Role, Token

from tests.builders import EXPIRY, ID, NOW, instance, license, row, row_key, series, state, watched

SHOP = "https://shop.example/renew?key={key}"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MAINTENANCE = EXPIRY + 40 * DAY


def token(role: Role = Role.OPERATOR, label: str = "Kim") -> Token:
    return Token("a1b2c3", role, label, b"", NOW)


def detail(
    known: Watched | None = None,
    rows: Iterable[LedgerRow] = (),
    history: Iterable[Entry] = (),
    *,
    now: datetime = NOW,
    shop: str = SHOP,
    handovers: Iterable[Handover] = (),
) -> Detail:
    """Return what is shown of an instance."""
    return detail_of(known or watched(), rows, history, DEFAULT_RULES, shop, now, handovers=handovers)


def page_of(shown: Detail | None = None, role: Role = Role.OPERATOR) -> str:
    return render_instance(shown or detail(), token(role))


def seasoned(
    *,
    name: str = "Northwind Cardiology",
    taken: Acknowledgement | None = None,
    enabled: bool = True,
    reason: Reason | None = Reason.TLS_PIN_MISMATCH,
) -> Detail:
    """Return an instance in its third cycle, with a bit of everything that can happen to one."""
    running = [
        replace(series(cycle=3, claimed=10), acknowledged=taken),
        series(Clock.MAINTENANCE, expires_at=MAINTENANCE, claimed=60),
    ]
    facts = license(
        product_code="3CXPSPROFENTSPLA", sim_calls=16, seats=Seats(42, 40, 6), maintenance_expires_at=MAINTENANCE
    )
    known = state(
        facts,
        running=running,
        enabled=enabled,
        observed_at=NOW - 30 * HOUR if reason else NOW,
        tried_at=NOW - timedelta(minutes=12) if reason else NOW,
        reason=reason,
        failing_since=NOW - 29 * HOUR if reason else None,
        fail_count=29 if reason else 0,
        streaks=_streaks(reason),
        changed={"FQDN": NOW - 3 * DAY, "license key": NOW - 3 * DAY, "license date jump": NOW - 5 * DAY},
    )
    return detail(Watched(instance(name=name, enabled=enabled), known), _rows(), _history(), handovers=_handovers())


def _handovers() -> list[Handover]:
    told = row_key(10, cycle=3), row_key(1, cycle=2)
    return [
        Handover(HandoverKey(told[0], "noc"), "x", NOW, Standing.DELIVERED, NOW, "hooks.example: HTTP 204", 1),
        Handover(HandoverKey(told[0], "chat"), "x", NOW, Standing.WAITING, NOW, "chat.example: HTTP 503", 2),
        Handover(HandoverKey(told[0], "mail"), "x", NOW, Standing.BY_TOPIC),
        Handover(HandoverKey(told[1], "noc"), "x", NOW, Standing.GIVEN_UP, NOW, "hooks.example: HTTP 410", 1),
        Handover(HandoverKey(told[1], "boss", escalated=True), "x", NOW, Standing.LATE, NOW, "It was over.", 1, "noc"),
    ]


def _streaks(reason: Reason | None) -> list[Streak]:
    before = [
        Streak(GOOD, NOW - 12 * DAY, 259),
        Streak("timeout", NOW - 12 * DAY - 3 * HOUR, 3),
        Streak("unusable_date", NOW - 14 * DAY, 45),
        Streak(GOOD, NOW - 200 * DAY, 4462),
    ]
    return [Streak(reason.value, NOW - 29 * HOUR, 29), *before] if reason else before


def _rows() -> list[LedgerRow]:
    sent = {"attempts": 1, "is_now": RowState.SENT}

    def at(days: int) -> datetime:
        return EXPIRY - days * DAY - 4 * HOUR + timedelta(minutes=4)

    return [
        row(10, cycle=3, sent_at=at(10), sns_message_id="0a1f27c6-5d5b-5a86", **sent),  # type: ignore[arg-type]
        replace(row(None, cycle=3), state=RowState.SENT, sent_at=at(360), sns_message_id="77b5fd6e-93c2", due_at=None),
        row(10, cycle=2, sent_at=at(375), sns_message_id="5f0c9a55-1d2e", **sent),  # type: ignore[arg-type]
        row(3, cycle=2, is_now=RowState.SUPERSEDED),
        row(1, cycle=2, is_now=RowState.DEAD, attempts=3),
        row(0, cycle=2, is_now=RowState.MAYBE, attempts=1),
        row(10, cycle=1, is_now=RowState.CANCELLED),
        row(60, clock=Clock.MAINTENANCE, is_now=RowState.SENT, sent_at=at(20), sns_message_id="99aa10b2-77c0"),
        LedgerRow(
            RowKey(ID, Clock.LICENSE, 4711, None, change=True),
            RowState.SENT,
            NOW - 3 * DAY,
            sent_at=NOW - 3 * DAY,
            sns_message_id="c31c1c6e-0af0",
            changes=_history()[0].changes,
        ),
    ]


def _history() -> list[Entry]:
    return [
        Entry(
            NOW - 3 * DAY,
            (
                Change("FQDN", "northwind-cardiology.on3cx.us", "northwind.3cx.us"),
                Change("license key", "····-····-····-1B7D", "····-····-····-9Q1S"),
            ),
        ),
        Entry(NOW - 5 * DAY, (Change("license date", "2025-06-20T16:00:00Z", "2035-06-20T16:00:00Z"),)),
        Entry(
            NOW - 360 * DAY,
            (
                Change("edition", "Professional (SPLA)", "Enterprise (SPLA)"),
                Change("simultaneous calls", "8", "16"),
                Change("seats", "80", "40"),
                Change("license date", "2025-06-20T16:00:00Z", "2026-06-20T16:00:00Z"),
            ),
        ),
    ]


TAKEN = Acknowledgement(
    "Kim", "Order 4711 is on its way; the customer's purchasing is slow", NOW - DAY, date(2026, 6, 18)
)

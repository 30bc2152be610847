"""The fleet for spreadsheets: `fleet.csv`."""

import csv
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO

from lapsewatch.adapters.pages.words import band_text
from lapsewatch.domain.status import FleetStatus, StatusRow

type Cell = str | int | date | datetime | None

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take the file for one of their country's old encodings."""
COLUMNS: tuple[tuple[str, Callable[[StatusRow], Cell]], ...] = (
    ("Instance", lambda row: row.name),
    ("Customer", lambda row: row.customer),
    ("Status", lambda row: band_text(row.band)),
    ("Days left", lambda row: row.clock_days_left),
    ("Ends on", lambda row: row.clock_expires_on),
    ("What ends", lambda row: row.clock.value.capitalize() if row.clock else None),
    ("Edition", lambda row: row.edition),
    ("Perpetual", lambda row: "Yes" if row.perpetual else "No"),
    ("License ends on", lambda row: row.expires_on),
    ("License ends at (UTC)", lambda row: row.expires_at),
    ("License days left", lambda row: row.days_left),
    ("Maintenance ends on", lambda row: row.maintenance_expires_on),
    ("Maintenance ends at (UTC)", lambda row: row.maintenance_expires_at),
    ("Maintenance days left", lambda row: row.maintenance_days_left),
    ("Time zone", lambda row: row.zone),
    ("Simultaneous calls", lambda row: row.sim_calls),
    ("Seats used", lambda row: row.seats.used),
    ("Seats licensed", lambda row: row.seats.limit),
    ("Seats used in percent", lambda row: row.seats.percent),
    ("Human users", lambda row: row.seats.human),
    ("AI users", lambda row: row.seats.ai),
    ("License key", lambda row: row.license_key),
    ("Product code", lambda row: row.product_code),
    ("Version", lambda row: row.version),
    ("FQDN", lambda row: row.fqdn),
    ("Reseller", lambda row: row.reseller),
    ("Freshness", lambda row: row.freshness.value.replace("_", " ").capitalize()),
    ("Last read (UTC)", lambda row: row.last_read_at),
    ("Reason", lambda row: row.reason),
    ("Remedy", lambda row: row.remedy),
    ("Note", lambda row: row.note),
    ("Next reminder (UTC)", lambda row: row.next_reminder_at),
    ("Acknowledged until (UTC)", lambda row: row.acknowledged_until),
    ("Acknowledged", lambda row: row.acknowledged),
    ("Renew", lambda row: row.renew_url),
    ("Id", lambda row: row.instance_id),
)
STARTS_A_FORMULA = frozenset("=+-@")
STARTS_A_FORMULA_TOO = frozenset("\t\r\n")
"""Some programs drop these and then read on."""


def fleet_table(status: FleetStatus) -> str:
    """Return the fleet as CSV: every cell quoted, what is not known empty, no text that a spreadsheet would run."""
    table = StringIO()
    table.write(BYTE_ORDER_MARK)
    writer = csv.writer(table, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(title for title, _ in COLUMNS)
    writer.writerows([_text(fact(row)) for _, fact in COLUMNS] for row in status.rows)
    return table.getvalue()


def unarmed(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe in front."""
    if text[:1].isalnum():  # nearly all of them
        return text
    for character in text:
        # Full-width and small forms are folded, because some programs fold them too.
        if character in STARTS_A_FORMULA_TOO or unicodedata.normalize("NFKC", character)[:1] in STARTS_A_FORMULA:
            return f"'{text}"
        if not (character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}):
            break
    return text


def _text(cell: Cell) -> str:
    """Return a cell. Numbers and days are of our own making, mere digits: they need no apostrophe and stay numbers."""
    match cell:
        case None:
            return ""
        case str():
            return unarmed(cell)
        case datetime():
            return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        case _:
            return str(cell)

"""The fleet for spreadsheets: `fleet.csv`."""

import csv
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from io import StringIO
from operator import attrgetter
from typing import Any

from lapsewatch.adapters.pages.words import band_text, on_text
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.license import Reason
from lapsewatch.domain.status import Band, FleetStatus, Freshness

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take the file for one of their country's old encodings."""
COLUMNS = {
    "Instance": "name",
    "Customer": "customer",
    "Status": "band",
    "Days left": "clock_days_left",
    "Ends on": "clock_expires_on",
    "What ends": "clock",
    "Edition": "edition",
    "Perpetual": "perpetual",
    "License ends on": "expires_on",
    "License ends at (UTC)": "expires_at",
    "License days left": "days_left",
    "Maintenance ends on": "maintenance_expires_on",
    "Maintenance ends at (UTC)": "maintenance_expires_at",
    "Maintenance days left": "maintenance_days_left",
    "Time zone": "zone",
    "Simultaneous calls": "sim_calls",
    "Seats used": "seats.used",
    "Seats licensed": "seats.limit",
    "Seats used in percent": "seats.percent",
    "Human users": "seats.human",
    "AI users": "seats.ai",
    "License key": "license_key",
    "Product code": "product_code",
    "Version": "version",
    "FQDN": "fqdn",
    "Reseller": "reseller",
    "Freshness": "freshness",
    "Last read (UTC)": "last_read_at",
    "Reason": "reason",
    "Remedy": "remedy",
    "Note": "note",
    "Next reminder (UTC)": "next_reminder_at",
    "Acknowledged until (UTC)": "acknowledged_until",
    "Acknowledged": "acknowledged",
    "Renew": "renew_url",
    "Id": "instance_id",
}
"""The title of each column and the fact of a `StatusRow` in it."""
STARTS_A_FORMULA = frozenset("=+-@")
STARTS_A_FORMULA_TOO = frozenset("\t\r\n")
"""Some programs drop these and then read on."""


def fleet_table(status: FleetStatus) -> str:
    """Return the fleet as CSV: every cell quoted, what is not known empty, no text that a spreadsheet would run."""
    table = StringIO()
    table.write(BYTE_ORDER_MARK)
    writer = csv.writer(table, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    facts = attrgetter(*COLUMNS.values())
    writer.writerows(
        [fact if fact is None else WRITTEN[type(fact)](fact) for fact in facts(row)] for row in status.rows
    )
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


def _word(word: Clock | Freshness) -> str:
    return word.value.replace("_", " ").capitalize()


def _instant(instant: datetime) -> str:
    return str(instant.astimezone(UTC).replace(microsecond=0, tzinfo=None))


WRITTEN: Mapping[type, Callable[[Any], str]] = {
    str: unarmed,
    # Numbers and days are of our own making, mere digits: they need no apostrophe and stay numbers.
    int: str,
    date: on_text,
    datetime: _instant,
    bool: lambda fact: "Yes" if fact else "No",
    Band: band_text,
    Clock: _word,
    Freshness: _word,
    Reason: str,
}
"""What makes a cell of a fact of each type; None is left to the writer, for whom it is an empty cell."""

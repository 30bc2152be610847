"""`lapsewatch fleet reconcile`: a list of keys against what is watched."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from lapsewatch.errors import InvalidRequestError

from cli.exits import FINE, WRONG
from cli.fleet.columns import Columns, overrides_from
from cli.fleet.keys import WORDS as FIELDS
from cli.fleet.keys import ListedKey, key_columns, keys_from
from cli.fleet.partner import expiring_keys
from cli.fleet.reconciling import WORDS, Mismatch, reconciled
from cli.fleet.sheets import read_sheet
from cli.options import AsJson, Endpoint, Stack
from cli.printing import console, print_json, remark, say, table
from cli.stack import DeployedStack

API_KEY = "LAPSEWATCH_3CX_API_KEY"


def fleet_reconcile(
    sheet: Annotated[
        Path | None, typer.Argument(help="A .csv or .xlsx file of license keys and dates.", metavar="[KEYS]")
    ] = None,
    *,
    from_3cx: Annotated[
        bool, typer.Option("--from-3cx", help=f"Ask 3CX's partner API (unofficial), with the key in {API_KEY}.")
    ] = False,
    column: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=HEADER", help="Which column `key` or `expires` is in.")
    ] = None,
    date_format: Annotated[str | None, typer.Option(help="How dates are written, such as %m/%d/%Y.")] = None,
    as_json: AsJson = False,
    stack: Stack = "lapsewatch",
    endpoint_url: Endpoint = None,
) -> None:
    """Find keys that nobody watches, PBXs that the list lacks, and dates that disagree. Exits 1 if there are any."""
    listed = _listed(sheet, column or [], date_format, from_3cx=from_3cx)
    fleet = DeployedStack(stack, endpoint_url).fleet
    watched = fleet.watched(instance.instance_id for instance in fleet.instances())
    found = reconciled(listed, watched.values(), whole=not from_3cx)
    if as_json:
        counts = {"listed": len(listed), "dated": dated(listed), "watched": len(watched)}
        print_json({**counts, "mismatches": [_document(m) for m in found]})
    elif found:
        console.print(table(("what", "key", "instance", "on the list", "on the PBX"), map(_row, found)))
        counted = Counter(mismatch.kind for mismatch in found)
        say(", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in counted.items()) + ".")
    else:
        say(fitting(listed, len(watched)))
    raise typer.Exit(WRONG if found else FINE)


def _listed(sheet: Path | None, column: list[str], date_format: str | None, *, from_3cx: bool) -> list[ListedKey]:
    if from_3cx == (sheet is not None):
        raise InvalidRequestError("Give a file of keys or --from-3cx, one of them.")
    if sheet is not None:
        lines, named = read_sheet(sheet), overrides_from(column, FIELDS)
        for line in taken_from(key_columns(lines, named)):
            remark(line)
        return keys_from(lines, named, date_format)
    api_key = os.environ.get(API_KEY, "").strip()
    if not api_key:
        raise InvalidRequestError(f"{API_KEY} is not set: put the partner's API key there.")
    return expiring_keys(api_key)


def taken_from(columns: Columns) -> Iterator[str]:
    """Yield which columns are compared, and which are not there to be compared."""
    yield "; ".join(f"{field}: column {columns.header_of(field)!r}" for field in columns.places) + "."
    if "expires" not in columns.places:
        yield "No column has dates, so none is compared: name it with --column expires=HEADER."


def dated(listed: Sequence[ListedKey]) -> int:
    return sum(item.expires_on is not None for item in listed)


def fitting(listed: Sequence[ListedKey], watched: int) -> str:
    """Return that all fits as a sentence, which claims no more than was compared."""
    if not dated(listed):
        return f"The keys fit: {len(listed)} on the list, {watched} PBXs. No date was compared: the list has none."
    return f"All fits: {len(listed)} keys on the list, {dated(listed)} with a date, {watched} PBXs."


def _row(mismatch: Mismatch) -> Iterator[str]:
    yield from (WORDS[mismatch.kind], mismatch.key, ", ".join(mismatch.instances))
    yield from ("" if day is None else day.isoformat() for day in (mismatch.listed_on, mismatch.read_on))


def _document(mismatch: Mismatch) -> dict[str, Any]:
    return {
        "kind": mismatch.kind.value,
        "license_key": mismatch.key or None,
        "instance_ids": list(mismatch.instances),
        "listed_on": mismatch.listed_on.isoformat() if mismatch.listed_on else None,
        "read_on": mismatch.read_on.isoformat() if mismatch.read_on else None,
    }

"""`lapsewatch fleet reconcile`: a list of keys against what is watched."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from lapsewatch.errors import InvalidRequestError

from cli.exits import FINE, WRONG
from cli.fleet.columns import overrides_from
from cli.fleet.keys import WORDS as FIELDS
from cli.fleet.keys import ListedKey, keys_from
from cli.fleet.partner import expiring_keys
from cli.fleet.reconciling import WORDS, Mismatch, reconciled
from cli.fleet.sheets import read_sheet
from cli.options import AsJson, Endpoint, Stack
from cli.printing import console, print_json, say, table
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
        print_json({"listed": len(listed), "watched": len(watched), "mismatches": [_document(m) for m in found]})
    elif found:
        console.print(table(("what", "key", "instance", "on the list", "on the PBX"), map(_row, found)))
        counted = Counter(mismatch.kind for mismatch in found)
        say(", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in counted.items()) + ".")
    else:
        say(f"All fits: {len(listed)} keys on the list, {len(watched)} PBXs.")
    raise typer.Exit(WRONG if found else FINE)


def _listed(sheet: Path | None, column: list[str], date_format: str | None, *, from_3cx: bool) -> list[ListedKey]:
    if from_3cx == (sheet is not None):
        raise InvalidRequestError("Give a file of keys or --from-3cx, one of them.")
    if sheet is not None:
        return keys_from(read_sheet(sheet), overrides_from(column, FIELDS), date_format)
    api_key = os.environ.get(API_KEY, "").strip()
    if not api_key:
        raise InvalidRequestError(f"{API_KEY} is not set: put the partner's API key there.")
    return expiring_keys(api_key)


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

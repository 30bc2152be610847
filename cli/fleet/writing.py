"""A fleet as the text of a file that `fleet apply` reads back to the same fleet."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from lapsewatch.domain.instance import Tls, Trust
from lapsewatch.errors import InvalidRequestError

from cli.files import certificates_in
from cli.fleet.wanted import Known
from cli.printing import say

SCHEMA = "docs/schemas/fleet-file.schema.json"
HEAD = f"""\
# yaml-language-server: $schema={SCHEMA}
# The PBXs that Lapsewatch watches. What is removed here is removed when the file is applied.
# Passwords are stored apart. For a new instance add `secret: {{env: NAME}}` or `secret: {{file: PATH}}`,
# or have `lapsewatch fleet apply` ask for it.
"""


class Block(str):
    """Text of several lines, written as such."""

    __slots__ = ()


class Dumper(yaml.SafeDumper):
    """Writes blocks as blocks, and lists indented under their names."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  the signature of yaml
        super().increase_indent(flow, indentless=False)


STRING = "tag:yaml.org,2002:str"
Dumper.add_representer(Block, lambda dumper, text: dumper.represent_scalar(STRING, text, style="|"))
Dumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar(STRING, text, style=None if text.isprintable() else '"')
)


type FileRow = Mapping[str, Any]
"""The fields of one instance, in the order of a fleet file; those that are None are left out."""


def row_of(known: Known, zone: ZoneInfo) -> FileRow:
    """Return a known instance as a row. `zone` is the stack's, which need not be said of each."""
    instance = known.instance
    return {
        "id": instance.instance_id,
        "name": instance.name,
        "customer": instance.customer,
        "address": instance.address,
        "access": instance.access.value,
        # No secret, unlike the password that is stored beside it.
        "user": known.secret.user if known.secret else None,
        "zone": None if instance.zone.key == zone.key else instance.zone.key,
        "tls": _tls(instance.tls),
        "enabled": None if instance.enabled else False,
        "tags": sorted(instance.tags) or None,
    }


def fleet_text(rows: Iterable[FileRow], routes: Iterable[FileRow] = ()) -> str:
    """Return the rows as the text of a file, in the order of their ids, and the routes in their own."""
    told = [{name: value for name, value in row.items() if value is not None} for row in rows]
    document: dict[str, Any] = {"version": 1, "instances": sorted(told, key=lambda row: str(row["id"]))}
    if declared := list(routes):
        document["routes"] = declared
    text = yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1_000_000)
    return HEAD + _harmless(text.replace("\n  - id:", "\n\n  - id:").replace("\nroutes:", "\n\nroutes:"))


def _harmless(text: str) -> str:
    """Escape what a terminal would obey: it stands in double quotes only, where an escape means the same."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\U{ord(c):08X}" for c in text)


def _tls(tls: Tls) -> dict[str, str] | None:
    if tls.trust is Trust.SYSTEM:
        return None
    # An earlier version stored a file as it was, with comments.
    return {"pin": tls.value} if tls.trust is Trust.PIN else {"ca": Block(certificates_in(tls.value) or tls.value)}


def write(text: str, output: Path | None) -> None:
    """Write a text to a file, or to the terminal."""
    if output is None:
        print(text, end="")
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidRequestError(f"{output} cannot be written: {error.strerror}.") from None
    say(f"Written to {output}.")

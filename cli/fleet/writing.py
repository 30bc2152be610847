"""A fleet as the text of a file that `fleet apply` reads back to the same fleet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from lapsewatch.domain.instance import Instance, Tls, Trust

from cli.fleet.wanted import Known

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


@dataclass(frozen=True, slots=True)
class Listed:
    """An instance to be written: `secret` is where its password comes from, if the file is to say so."""

    instance: Instance
    user: str | None = None
    secret: Mapping[str, str] | None = None


def listed(known: Known) -> Listed:
    """Return a known instance as it is written: its user is no secret, its password is left out."""
    return Listed(known.instance, known.secret.user if known.secret else None)


def fleet_text(fleet: Iterable[Listed], zone: ZoneInfo | None, head: str = HEAD) -> str:
    """Return the file's text. `zone` is the stack's, which need not be said of each instance."""
    rows = [_row(item, zone) for item in sorted(fleet, key=lambda item: item.instance.instance_id)]
    document = {"version": 1, "instances": rows}
    text = yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1_000_000)
    return head + _harmless(text.replace("\n  - id:", "\n\n  - id:"))


def _harmless(text: str) -> str:
    """Escape what a terminal would obey: it stands in double quotes only, where an escape means the same."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\U{ord(c):08X}" for c in text)


def _row(item: Listed, zone: ZoneInfo | None) -> dict[str, Any]:
    instance = item.instance
    row = {
        "id": instance.instance_id,
        "name": instance.name,
        "customer": instance.customer,
        "address": instance.address,
        "access": instance.access.value,
        "user": item.user,
        "zone": None if zone is not None and instance.zone.key == zone.key else instance.zone.key,
        "tls": _tls(instance.tls),
        "enabled": None if instance.enabled else False,
        "secret": dict(item.secret) if item.secret else None,
    }
    return {name: value for name, value in row.items() if value is not None}


def _tls(tls: Tls) -> dict[str, str] | None:
    if tls.trust is Trust.SYSTEM:
        return None
    return {"pin": tls.value} if tls.trust is Trust.PIN else {"ca": Block(tls.value.strip() + "\n")}

"""From the rows of a fleet file to the fleet that it asks for, with the credentials that can be had now."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.instance import Instance, Tls, Trust

from cli.files import LARGEST_PEM, ca_from, text_of
from cli.fleet.located import made_of_each
from cli.fleet.reading import ReadRow
from cli.fleet.rows import TlsRow

LARGEST_SECRET = 4096


@dataclass(frozen=True, slots=True)
class Wanted:
    """An instance as a file asks for it."""

    instance: Instance
    user: str | None = None
    """None keeps the one that is stored."""
    password: str | None = field(default=None, repr=False)
    """None keeps the one that is stored, or has it asked for."""
    source: str | None = None
    """Where the password was looked for, in words, if the file says so."""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Known:
    """An instance as it is watched now, with its stored credentials if there are any."""

    instance: Instance
    secret: PbxSecret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a file's rows are completed by."""

    folder: Path
    zone: ZoneInfo
    new_secret_name: Callable[[str], str]
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


def wanted_from(rows: Iterable[ReadRow], around: Surroundings) -> list[Wanted]:
    """Return the fleet that the rows ask for; raise FleetFileError for files and values that cannot be used."""
    return made_of_each(rows, lambda read: _wanted(read, around), lambda read: f"line {read.line}: {read.row.id}")


def _wanted(read: ReadRow, around: Surroundings) -> Wanted:
    row = read.row
    instance = Instance(
        instance_id=row.id,
        name=row.name,
        customer=row.customer,
        address=row.address,
        access=row.access,
        zone=zone_named(row.zone) if row.zone else around.zone,
        secret_name=around.new_secret_name(row.id),
        tls=_tls(row.tls, around.folder),
        enabled=row.enabled,
        tags=frozenset(row.tags),
    )
    password, source = (None, None) if row.secret is None else secret_of(row.secret.env, row.secret.file, around)
    return Wanted(instance, row.user, password, source, read.line)


def _tls(row: TlsRow | None, folder: Path) -> Tls:
    if row is None:
        return Tls()
    if row.pin is not None:
        return Tls(Trust.PIN, row.pin)
    if row.ca_file is not None:
        return Tls(Trust.CA, ca_from(text_of(folder / row.ca_file, "tls.ca_file", LARGEST_PEM), "tls.ca_file"))
    return Tls(Trust.CA, ca_from(row.ca or "", "tls.ca"))


def secret_of(env: str | None, file: str | None, around: Surroundings) -> tuple[str | None, str]:
    """Return a secret from one or the other, None if it is not there now, and where it was looked for.

    A source may be empty: for what is stored already it is not needed.
    """
    if env is not None:
        secret, where = around.environ.get(env) or None, f"the environment variable {env}"
    else:
        path = around.folder / str(file)
        where = f"the file {file}"
        secret = text_of(path, "secret.file", LARGEST_SECRET).strip() or None if path.exists() else None
    if secret is not None and len(secret) > LARGEST_SECRET:
        raise ValueError(f"secret: {where} holds more than {LARGEST_SECRET} characters, which is too much.")
    return secret, where

"""What must outlive the emulator, in one SQLite file: the table's items, the secrets, and every message ever told."""

import base64
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 2
TABLES = """
create table item (key text primary key, value text not null) strict;
create table secret (name text primary key, value text not null) strict;
create table note (name text primary key, value text not null) strict;
create table letter (event_id text primary key, subject text not null, text text not null,
                     owed integer not null, came_at real not null default 0, tries integer not null default 0) strict;
"""
SINCE_1 = """
alter table letter add column came_at real not null default 0;
alter table letter add column tries integer not null default 0;
update letter set came_at = unixepoch();
"""
OWED, GIVEN_UP = 1, 2
"""Of a letter that is to be mailed; 0 is one that was, or is not to be."""


class StateError(Exception):
    """The state cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as people get it."""

    event_id: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The table and the secrets at one instant. `items` are texts by key, in DynamoDB's own spelling."""

    items: Mapping[str, str]
    secrets: Mapping[str, str]


class State:
    """The file. Each change is one transaction that is on disk when it returns."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # for its owner, before anything is in it
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = full")
            self._prepare(path)
            self._kept = self.snapshot()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, path: Path) -> None:
        [found] = self._db.execute("pragma user_version").fetchone()
        steps = {0: TABLES, 1: SINCE_1, FORMAT: ""}
        if found not in steps:
            raise StateError(f"{path} is of another version ({found}) than this program's ({FORMAT}): update it.")
        with self._transaction():
            for statement in steps[found].split(";"):
                self._db.execute(statement)
            self._db.execute(f"pragma user_version = {FORMAT}")

    def close(self) -> None:
        self._db.close()

    def snapshot(self) -> Snapshot:
        """Return what was kept last."""
        return Snapshot(self._all("item", "key"), self._all("secret", "name"))

    def keep(self, snapshot: Snapshot, letters: Iterable[Letter], *, owed: bool) -> list[Letter]:
        """Replace what is kept, and add the letters in the same step; return those that nobody was told yet.

        The order is what makes a restart silent: a letter is here before anybody is told, under an id that a copy has
        too; and a row is here as sent only together with its letter.
        """
        with self._transaction():
            if snapshot != self._kept:
                self._replace("item", "key", self._kept.items, snapshot.items)
                self._replace("secret", "name", self._kept.secrets, snapshot.secrets)
            new = [letter for letter in letters if self._is_new(letter, owed=owed)]
        self._kept = snapshot
        return new

    def owed(self) -> list[Letter]:
        """Return the letters that are still to be mailed: in the order in which they came, but refused ones last."""
        query = "select event_id, subject, text from letter where owed = ? order by tries, rowid"
        return [Letter(*row) for row in self._db.execute(query, (OWED,))]

    def mailed(self, letter: Letter) -> None:
        self._db.execute("update letter set owed = 0 where event_id = ?", (letter.event_id,))

    def refused(self, letter: Letter) -> int:
        """Count that a letter was refused, and return how often it was by now."""
        one = (letter.event_id,)
        self._db.execute("update letter set tries = tries + 1 where event_id = ?", one)
        [tries] = self._db.execute("select tries from letter where event_id = ?", one).fetchone()
        return int(tries)

    def give_up(self, letter: Letter) -> None:
        self._db.execute("update letter set owed = ? where event_id = ?", (GIVEN_UP, letter.event_id))

    def unmailed(self, after: float) -> tuple[int, float | None, int]:
        """Return how many letters wait, since when, and how many that came `after` an instant were given up."""
        waiting, since = self._db.execute("select count(*), min(came_at) from letter where owed = 1").fetchone()
        query = "select count(*) from letter where owed = ? and came_at > ?"
        [given_up] = self._db.execute(query, (GIVEN_UP, after)).fetchone()
        return waiting, since, given_up

    def notes(self) -> dict[str, str]:
        """Return what else is remembered, such as settings."""
        return self._all("note", "name")

    def note(self, notes: Mapping[str, str]) -> None:
        with self._transaction():
            self._db.executemany("insert or replace into note values (?, ?)", notes.items())

    def _is_new(self, letter: Letter, *, owed: bool) -> bool:
        row = (letter.event_id, letter.subject, letter.text, int(owed), self._clock())
        return self._db.execute("insert or ignore into letter values (?, ?, ?, ?, ?, 0)", row).rowcount == 1

    def _replace(self, table: str, key: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        gone = [(name,) for name in old.keys() - new.keys()]
        changed = [(name, value) for name, value in new.items() if old.get(name) != value]
        # The names of tables and keys are our own, and cannot be parameters.
        self._db.executemany(f"delete from {table} where {key} = ?", gone)  # noqa: S608  # nosec B608
        self._db.executemany(f"insert or replace into {table} values (?, ?)", changed)  # noqa: S608  # nosec B608

    def _all(self, table: str, key: str) -> dict[str, str]:
        return dict(self._db.execute(f"select {key}, value from {table}").fetchall())  # noqa: S608  # nosec B608

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")


def spelled(item: Mapping[str, Any]) -> tuple[str, str]:
    """Return the key of an item as DynamoDB hands it over, and its text."""
    key = json.dumps([item["pk"], item["sk"]], sort_keys=True)
    return key, json.dumps(item, sort_keys=True, default=lambda raw: {"base64": base64.b64encode(raw).decode()})


def read_back(text: str) -> dict[str, Any]:
    """Return an item from its text."""
    item: dict[str, Any] = json.loads(text, object_hook=_bytes_or_map)
    return item


def _bytes_or_map(found: dict[str, Any]) -> Any:
    raw = found.get("base64")
    return base64.b64decode(raw) if len(found) == 1 and isinstance(raw, str) else found

"""Answers that a PBX, or whatever stands in its place, could give to do harm. The same ones for the same seed."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.unit.pbx.scripted import system_fields

DATES = ("ExpirationDate", "MaintenanceExpiresAt")
NO_DATES: tuple[Any, ...] = (
    *(None, "", " ", "soon", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z"),
    *("2026-02-29T00:00:00Z", "2027-06-20T24:30:00Z", "2027-06-20T16:00:60Z", "2027-06-20", "2027-06-20T16:00:00"),
    *(
        " 2027-06-20T16:00:00Z",
        "2027-06-20T16:00:00Z\n",
        "2027-06-20T16:00:00+99:99",
        1813507200,
        "1813507200",
        -1,
        1.5,
    ),
    *(
        True,
        [],
        ["2027-06-20T16:00:00Z"],
        {"at": "2027-06-20T16:00:00Z"},
        "\ud800",
        "٢٠٢٧-06-20T16:00:00Z",
        "2027" * 9999,
    ),
)
VALUES: tuple[Any, ...] = (
    *NO_DATES,
    *(
        "<script>alert(1)</script>",
        '" onload="x',
        "{{7*7}}",
        "../../etc/passwd",
        "\u202egpj.exe",
        "\x00\x1b[2J",
        "=1+1",
    ),
    *("a\r\nX-Evil: 1", "\U0001f9b7" * 500, "x" * 10_000, 2**31, -(2**63), 10**400, 0, -0.0, False, {}, [[[]]] * 3),
)
WHOLE = (
    b"",
    b"null",
    b"[]",
    b"true",
    b"AuthSuccess",
    b"<!doctype html><title>Sign in</title>",
    b'{"LicenseKey":NaN}',
    b'{"MaxSimCalls":1e999}',
    b'{"MaxSimCalls":' + b"9" * 5000 + b"}",
    b'{"LicenseKey":"a","LicenseKey":"b"}',
    b'{"LicenseKey":"\xff\xfe"}',
    b'{"LicenseKey":"\\ud800"}',
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"LicenseKey":"' + b"k" * 300_000 + b'"}',
    b"{" + b",".join(b'"%d":0' % n for n in range(20_000)) + b"}",
    b"\x1f\x8b\x08\x00" * 20,
    b"\x00" * 1000,
)
STATUSES = (200, 200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 418, 429, 500, 502, 503, 599)


def fixed() -> Iterator[tuple[int, bytes]]:
    """Yield answers that are known to hurt: whole ones, and each value in the place of each property."""
    for body in WHOLE:
        yield from ((status, body) for status in (200, 401, 503))
    for name in system_fields():
        for value in VALUES:
            without = system_fields(**dict.fromkeys(DATES)) | {name: value}
            yield 200, json.dumps(without).encode()


def random(seed: int, count: int) -> Iterator[tuple[int, bytes]]:
    """Yield made-up answers: properties that are missing or wrong, and bytes that were lost or turned."""
    rng = Random(seed)
    for _ in range(count):
        document: dict[str, Any] = {
            name: rng.choice(NO_DATES) if name in DATES else rng.choice((value, *VALUES))
            for name, value in system_fields().items()
            if rng.random() < 0.8
        }
        body = json.dumps(document).encode()
        if rng.random() < 0.4:
            body = _damaged(rng, body)
        yield rng.choice(STATUSES), body


def _damaged(rng: Random, body: bytes) -> bytes:
    torn = bytearray(body)
    for _ in range(rng.randint(1, 8)):
        if not torn:
            break
        place = rng.randrange(len(torn))
        match rng.randrange(4):
            case 0:
                # Letters and signs only: a digit could turn a date that is none into one.
                torn[place : place + 1] = rng.choice((b"{", b"}", b"[", b'"', b"\\", b"\x00", b"\xff", b"<"))
            case 1:
                del torn[place:]
            case 2:
                del torn[place : place + rng.randint(1, 40)]
            case _:
                torn[place:place] = torn[: rng.randint(0, 200)]
    return bytes(torn)

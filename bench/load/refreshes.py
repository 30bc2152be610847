"""A hundred refreshes at once: of one instance, and of a hundred, all renewed at the vendor just before."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bench.document import table
from bench.load.asking import Asker
from bench.load.figures import Answer, Told, percentile, server_faults, statuses
from bench.load.pbxs import came, facts, healthy

AT_ONCE = 100
LONGEST = 29.0
"""Seconds: the timeout of the function."""


async def refreshes(asker: Asker, simulated: dict[str, Any]) -> Told:
    """Let one go through where one instance is asked for, and all where each is asked for once."""
    one, *others = healthy(facts(simulated))
    rows, faults = [], []
    for name, ids in (("one instance", [one] * AT_ONCE), (f"{AT_ONCE} instances", others[:AT_ONCE])):
        _renew(simulated, set(ids))
        before = facts(simulated)
        answers = await _at_once(asker, ids)
        after = facts(simulated)
        logins, overlapping = came(before, after), came(before, after, "overlapping")
        done = sum(1 for answer in answers if answer.status == 200)  # noqa: PLR2004
        twice = [key for key in set(ids) if logins[key] > 1]
        rows.append([f"{AT_ONCE} of {name}", statuses(answers), f"{sum(logins.values())}", *_seconds(answers)])
        faults += server_faults(f"refreshes of {name}", answers)
        faults += [f"refreshes of {name}: {key} was signed in to {logins[key]} times" for key in twice]
        faults += [f"refreshes of {name}: tokens overlapped at a PBX"] if any(overlapping.values()) else []
        if max(answer.function for answer in answers) > LONGEST:
            faults.append(f"refreshes of {name}: one took longer than the function may")
        if done != len(set(ids)):
            faults.append(f"refreshes of {name}: {done} went through, not {len(set(ids))}")
    head = ["at once", "answers", "sign-ins", "function, p50 (s)", "function, slowest (s)", "waited, slowest (s)"]
    return Told([table(head, rows)], faults)


def _renew(simulated: dict[str, Any], ids: set[str]) -> None:
    """Renew at the vendor, so that a refresh has something to find: otherwise it looks again and again for 10 s."""
    later = (datetime.now(UTC) + timedelta(days=400)).replace(microsecond=0)
    for key in ids:
        change = {"expires_at": later.isoformat(), "maintenance_expires_at": later.isoformat()}
        httpx.patch(f"{simulated['control_url']}/instances/{key}", json=change).raise_for_status()


async def _at_once(asker: Asker, ids: Sequence[str]) -> list[Answer]:
    asked = (asker.ask("POST", f"/api/instances/{key}/refresh") for key in ids)
    return [answer for answer, _ in await asyncio.gather(*asked)]


def _seconds(answers: Sequence[Answer]) -> list[str]:
    functions = [answer.function for answer in answers]
    return [f"{percentile(functions, 0.5):.2f}", f"{max(functions):.1f}", f"{max(one.wall for one in answers):.1f}"]

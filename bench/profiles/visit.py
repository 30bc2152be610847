"""Visits of PBXs, 50 at once."""

import tempfile
from pathlib import Path

from pyinstrument import Profiler

from bench.polls.clients import clients
from bench.polls.pbx import running_pbx
from bench.profiles.shares import profiled

AT_ONCE = 50
VISITS = 1_000


def profile() -> Profiler:
    """Profile them once everything is warm."""
    with tempfile.TemporaryDirectory() as name, running_pbx(Path(name)) as pbx:
        polls = clients(pbx)["ours: a visit"]
        polls(AT_ONCE, AT_ONCE)
        with profiled() as profiler:
            polls(VISITS, AT_ONCE)
    return profiler

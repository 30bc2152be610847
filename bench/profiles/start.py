"""What a start of the poll function imports and wires."""

import os
from importlib import import_module

from pyinstrument import Profiler

from bench.profiles.shares import profiled
from tests.functions.starting import SETTINGS


def profile() -> Profiler:
    """Profile it from the sources; what this module imports is there already."""
    os.environ |= SETTINGS
    with profiled() as profiler:
        import_module("functions.poll.worker").worker()
    return profiler

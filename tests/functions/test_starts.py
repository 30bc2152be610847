"""What a cold start drags in: named modules and a count of files, never a time."""

from pathlib import Path

import pytest
from lapsewatch.adapters.channels.kinds import KINDS

from local.build import ROOT
from tests.e2e.rie import runtime_packages
from tests.functions.starting import ENTRIES, start_of

NEVER = {
    "boto3": "botocore makes the clients; boto3 adds resources and transfers",
    "s3transfer": "comes with boto3",
    "httpx": "h11 is enough for PBXs and webhooks",
    "aws_xray_sdk": "comes with the Tracer",
    "aws_lambda_powertools.utilities.parser": "pydantic is used as it is",
    "icalendar": "imported where a calendar is rendered",
    "requests": "nothing asks for it",
    "multiprocessing.managers": "comes with s3transfer",
}
PAGES = {"jinja2", "lapsewatch.adapters.pages"}
HTTP = {"aws_lambda_powertools.event_handler", "lapsewatch.adapters.http"}
VISITS = {"h11", "lapsewatch.adapters.guarded", "lapsewatch.adapters.pbx"}
CHANNELS = {"lapsewatch.adapters.channels", "smtplib"}
KINDS_OF_CHANNELS = {f"lapsewatch.adapters.channels.{name}" for name in KINDS} | {"smtplib"}
"""Opened when a route of the kind has something to say."""
NOT_NEEDED = {
    "PollDispatch": PAGES | HTTP | VISITS | CHANNELS,
    "Poll": PAGES | HTTP | CHANNELS,
    "Remind": PAGES | HTTP | VISITS | CHANNELS,
    "Report": HTTP | VISITS | CHANNELS,
    "Api": CHANNELS,
    "Notify": PAGES | HTTP | KINDS_OF_CHANNELS | {"lapsewatch.adapters.pbx"},
    "NotifyFollowUp": PAGES | HTTP | VISITS | CHANNELS,
}
OPENED = {
    "PollDispatch": 190,
    "Poll": 236,
    "Remind": 194,
    "Report": 269,
    "Api": 367,
    "Notify": 232,
    "NotifyFollowUp": 207,
}
"""How many files of the function and the layer a start opens. It never wavers: a change that moves it says so here."""


@pytest.mark.parametrize("function", ENTRIES)
def test_a_function_imports_nothing_that_it_does_not_need(function: str) -> None:
    folder = ROOT / "functions" / ENTRIES[function][0]

    modules = start_of(function, [folder]).modules

    assert modules & (NEVER.keys() | NOT_NEEDED[function]) == set()


@pytest.mark.slow
@pytest.mark.parametrize("function", ENTRIES)
def test_a_start_opens_as_many_files_as_it_is_known_to(built: Path, function: str, tmp_path: Path) -> None:
    ours = [built / f"{function}Function", built / "LapsewatchLayer"]
    path = [ours[0], ours[1] / "python", runtime_packages(tmp_path / "runtime")]

    opened = start_of(function, path, without_site=True).opened

    counted = [name for name in opened if any(Path(name).is_relative_to(folder) for folder in ours)]
    assert not [name for name in counted if name.endswith(".py")], "these are compiled anew at each start"
    assert len(counted) == OPENED[function]


@pytest.mark.slow
def test_the_layer_is_smaller_than_25_mb(built: Path) -> None:
    files = (path for path in (built / "LapsewatchLayer").rglob("*") if path.is_file())

    assert sum(path.stat().st_size for path in files) < 25 * 10**6

"""What `make deploy` would run: the settings of a file, what was set before, and the region that the operator is in."""

import os
import subprocess

import pytest

from local.build import ROOT


def command(**environ: str) -> str:
    """Return the last thing that `make deploy` would run, in one line."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | environ
    env.pop("LAPSEWATCH_STACK", None)
    told = subprocess.run(
        ["make", "--no-print-directory", "-n", "deploy"],
        cwd=ROOT,
        env=env | environ,
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout.replace("\\\n", " ").strip().splitlines()[-1]


def test_settings_that_are_not_given_stay_as_they_are() -> None:
    told = command()

    # Guided, it would offer the defaults of the template instead, one Enter away from switching off what is on.
    assert "--guided" not in told
    assert "--parameter-overrides Architecture=arm64" in told


def test_settings_come_from_a_file_that_is_never_committed() -> None:
    assert "parameters.yaml" in (ROOT / ".gitignore").read_text().splitlines()
    assert f"file://{ROOT}/parameters.yaml" in command() or not (ROOT / "parameters.yaml").exists()


@pytest.mark.parametrize(("environ", "kept"), [({}, False), ({"AWS_DEFAULT_REGION": "eu-west-1"}, True)])
def test_the_region_is_the_operators_and_never_one_of_ours(environ: dict[str, str], kept: bool) -> None:
    assert command(**environ).startswith("env -u AWS_DEFAULT_REGION ") is not kept


def test_the_stack_is_the_one_that_the_other_commands_mean() -> None:
    assert '--stack-name "lapsewatch"' in command()
    assert '--stack-name "watch-2"' in command(LAPSEWATCH_STACK="watch-2")

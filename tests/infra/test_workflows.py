"""The workflows of GitHub: which rights they have, whose code they run, and that no key is stored for them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.build import ROOT

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
KEPT_OUTSIDE = (
    "secrets.AWS",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "aws-secret-access-key",
    "secrets: inherit",
)
TOLD_BY_OTHERS = ("github.event", "github.head_ref", "github.ref_name", "inputs.")
"""What whoever opens a pull request can choose."""


def read(path: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(path.read_text())
    return found


def jobs() -> dict[tuple[str, str], dict[str, Any]]:
    return {(path.stem, name): job for path in WORKFLOWS for name, job in read(path)["jobs"].items()}


def test_there_is_one_workflow_to_check_and_one_to_deploy() -> None:
    assert [path.stem for path in WORKFLOWS] == ["check", "deploy"]


def test_no_job_may_do_anything_but_read_and_only_deploy_may_prove_who_it_is() -> None:
    assert all(read(path)["permissions"] == {} for path in WORKFLOWS)
    assert {name: job["permissions"] for name, job in jobs().items()} == {
        ("check", "check"): {"contents": "read"},
        ("check", "advisories"): {"contents": "read"},
        ("deploy", "check"): {"contents": "read"},
        ("deploy", "deploy"): {"contents": "read", "id-token": "write"},
    }


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_key_is_stored_and_the_code_of_others_is_pinned_to_a_commit(path: Path) -> None:
    text = path.read_text()
    used = [line.strip().removeprefix("- ") for line in text.splitlines() if "uses:" in line]

    assert not [word for word in KEPT_OUTSIDE if word in text]
    assert [line for line in used if not PINNED.match(line)] == (
        ["uses: ./.github/workflows/check.yml"] if path.stem == "deploy" else []
    )


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_command_is_put_together_from_what_others_can_choose(path: Path) -> None:
    steps = [step for job in read(path)["jobs"].values() for step in job.get("steps", ())]
    commands = [step["run"] for step in steps if "run" in step]

    assert commands
    assert not [command for command in commands if "${{" in command]
    assert not [word for word in TOLD_BY_OTHERS if word in path.read_text()]
    assert "pull_request_target" not in path.read_text()


def test_checkout_leaves_no_credentials_behind() -> None:
    checkouts = [
        step for job in jobs().values() for step in job.get("steps", ()) if "actions/checkout@" in step.get("uses", "")
    ]

    assert len(checkouts) == 3
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_a_deployment_needs_the_check_main_and_a_protected_environment() -> None:
    check, deploy = jobs()["deploy", "check"], jobs()["deploy", "deploy"]

    assert deploy["needs"] == "check"
    assert check["if"] == "github.ref == 'refs/heads/main'"
    assert deploy["environment"] == "production"
    assert set(read(FOLDER / "deploy.yml")[True]) == {"workflow_dispatch"}  # YAML reads `on` as true


def test_the_role_is_assumed_after_everything_was_built() -> None:
    steps = jobs()["deploy", "deploy"]["steps"]
    assumed = next(n for n, step in enumerate(steps) if "configure-aws-credentials" in step.get("uses", ""))

    assert steps[assumed]["with"]["role-to-assume"] == "${{ vars.DEPLOY_ROLE_ARN }}"
    assert [step.get("name", step.get("run")) for step in steps[assumed + 1 :]] == ["sam deploy"]
    assert steps[assumed - 1]["run"] == "make build"


def test_a_change_is_checked_by_the_very_script_that_developers_run() -> None:
    commands = [step.get("run") for step in jobs()["check", "check"]["steps"]]

    assert ".ci/run" in commands
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111

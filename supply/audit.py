"""`make audit`: what Bandit finds in the code and Checkov in the template, less what is left as it is for a reason."""

import json
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
BIN = ROOT / ".venv-audit" / "bin"
CODE = ("layers/lapsewatch/lapsewatch", "functions", "cli", "local", "bench", "supply")
TEMPLATE = "infra/template.yaml"
LEFT = ROOT / "infra" / "checkov.yaml"
EVERYWHERE = "everywhere"
GRAVE = {"HIGH", "MEDIUM"}
SHORTEST_REASON = 40
NOT_RUN = """pip-audit: NOT RUN. It asks a service for known vulnerabilities, and finds none where that is out of reach.
  .github/workflows/check.yml runs it; by hand: uvx pip-audit --require-hashes -r layers/lapsewatch/requirements.txt"""

type Finding = tuple[str, str]
"""A rule, and the resource that breaks it."""


def left_as_is(text: str) -> dict[str, str | list[str]]:
    """Read which rules may be broken where; raise ValueError for one without a reason."""
    rules = yaml.safe_load(text)
    for rule, entry in rules.items():
        if not (isinstance(entry, dict) and entry.get("where") and len(str(entry.get("why") or "")) > SHORTEST_REASON):
            raise ValueError(f"{LEFT.name}: {rule} needs `where`, and under `why` a reason that can be judged")
    return {rule: entry["where"] for rule, entry in rules.items()}


def unexpected(found: Iterable[Finding], left: Mapping[str, str | Collection[str]]) -> list[Finding]:
    """Return the findings that nobody has given a reason for."""
    return sorted((rule, name) for rule, name in found if not _covers(left.get(rule, ()), name))


def stale(found: Collection[Finding], left: Mapping[str, str | Collection[str]]) -> list[str]:
    """Return the rules that are left as they are and that nothing breaks any more."""
    return sorted(rule for rule in left if rule not in {broken for broken, _ in found})


def _covers(where: str | Collection[str], name: str) -> bool:
    return where == EVERYWHERE or (not isinstance(where, str) and name in where)


def _run(tool: str, *options: str) -> Any:
    done = subprocess.run([str(BIN / tool), *options], cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode not in {0, 1}:  # 1: something was found
        raise RuntimeError(f"{tool} could not be run:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def bandit() -> int:
    """Print what is grave in the code; return how much that is."""
    report = _run("bandit", "--quiet", "--format", "json", "--recursive", *CODE)
    if report["errors"]:
        raise RuntimeError(f"bandit could not read everything: {report['errors']}")
    found = [issue for issue in report["results"] if issue["issue_severity"] in GRAVE]
    for issue in found:
        print(f"  {issue['filename']}:{issue['line_number']} {issue['test_id']} {issue['issue_text']}")
    print(f"bandit: {len(found)} of high or medium severity in {report['metrics']['_totals']['loc']:,} lines")
    return len(found)


def checkov() -> int:
    """Print what nobody gave a reason for; return how much that is."""
    report = _run("checkov", "--file", TEMPLATE, "--framework", "cloudformation", "--skip-download", "--output", "json")
    results = report["results"]
    found = {(check["check_id"], check["resource"].rpartition(".")[2]) for check in results["failed_checks"]}
    left = left_as_is(LEFT.read_text())
    wrong = unexpected(found, left)
    for rule, name in wrong:
        print(f"  {name} breaks {rule}: mend it, or give a reason in {LEFT.name}")
    for rule in stale(found, left):
        print(f"  nothing breaks {rule} any more: take it out of {LEFT.name}")
    kept = len(found) - len(wrong)
    print(f"checkov: {len(wrong)} without a reason, {kept} with one, {len(results['passed_checks'])} passed")
    return len(wrong)


def main() -> int:
    """Run what can be run, and say what was not."""
    wrong = bandit() + checkov()
    print(NOT_RUN)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

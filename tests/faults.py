"""`make faults`: which faults have a test that carries their id. Fails if one has none."""

import io
import sys
from collections import defaultdict
from contextlib import redirect_stdout

import pytest

IDS = {
    "S": "scheduling and Lambda",
    "D": "DynamoDB",
    "N": "SNS and notification",
    "G": "dates and calendars",
    "L": "life of an instance",
    "P": "PBXs and their answers",
    "A": "the API",
    "C": "configuration and environment",
    "R": "reports",
}
HOW_MANY = {"S": 12, "D": 10, "N": 13, "G": 8, "L": 3, "P": 24, "A": 8, "C": 5, "R": 6}


class Collected:
    """Gathers the tests by the id of the fault that they are marked with."""

    def __init__(self) -> None:
        self.tests: dict[str, set[str]] = defaultdict(set)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for mark in item.iter_markers("fault"):
                for fault in mark.args:
                    self.tests[fault].add(item.nodeid.partition("[")[0])


def main() -> int:
    collected = Collected()
    with redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", "-q", "tests"], plugins=[collected])
    missing = []
    for letter, what in IDS.items():
        print(f"\n{what.capitalize()}")
        for number in range(1, HOW_MANY[letter] + 1):
            fault = f"{letter}{number}"
            tests = sorted(collected.tests.get(fault, ()))
            missing += [] if tests else [fault]
            print(f"  {fault:4}", "\n       ".join(tests) or "NO TEST")
    others = sorted(set(collected.tests) - {f"{x}{n}" for x, most in HOW_MANY.items() for n in range(1, most + 1)})
    print(f"\nAlso marked: {', '.join(others)}")
    if missing:
        print(f"\nWithout a test: {', '.join(missing)}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())

"""Fail unless every test of the named modules ran: `all_ran.py RESULTS.xml MODULE …`."""

import sys
import xml.etree.ElementTree as ET


def main() -> int:
    results, *modules = sys.argv[1:]
    cases = ET.parse(results).getroot().findall(".//testcase")  # noqa: S314  written by our own run
    wrong = 0
    for module in modules:
        found = [case for case in cases if case.get("classname", "").startswith(module)]
        skipped = [case for case in found if case.find("skipped") is not None]
        print(f"{module}: {len(found)} tests, {len(skipped)} skipped")
        wrong += not found or bool(skipped)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""What axe-core finds wrong with a page for people who see, hear or move otherwise."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


def findings(page: Page, rules: dict[str, Any] | list[str] = WCAG_AA) -> list[str]:
    """Return each violation with its element. The engine comes in by the debugger: the page keeps its strict policy."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    told = page.evaluate("options => axe.run(options)", {"runOnly": rules, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in told["violations"]
        for node in violation["nodes"]
    ]

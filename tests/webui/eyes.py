"""Looking at a page as people do: violations of its policy, faults of access, width, where the focus is."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

WATCH = """
document.addEventListener("securitypolicyviolation", (event) => reportViolation(
  [event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.sample].join(" "),
));
"""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Eyes:
    """A page under observation. `troubles` grows by every policy violation and every error of a script."""

    def __init__(self, page: Page, width: int) -> None:
        self.page = page
        self.width = width
        self.troubles: list[str] = []
        page.expose_function("reportViolation", lambda words: self.troubles.append(f"policy: {words}"))
        page.add_init_script(WATCH)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))

    def go(self, address: str) -> Page:
        """Open `address`; modules have run when a page is loaded."""
        self.page.goto(address)
        return self.page

    @property
    def focused(self) -> Locator:
        """What has the focus, to be expected: scripts move it after the page has changed, not with it."""
        return self.page.locator(":focus")

    def faults(self) -> list[str]:
        """What axe finds serious or critical, with the place; and a page wider than its window."""
        found = Axe().run(self.page, options=RULES).response["violations"]
        serious = [rule for rule in found if rule["impact"] in ("serious", "critical")]
        told = [f"{rule['id']}: {_places(rule)}" for rule in serious]
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        return told + ([f"wider than its window: {wide} px"] if wide > self.width else [])


def _places(rule: dict[str, Any]) -> str:
    return "; ".join(
        f"{node['target']} {node['failureSummary'].splitlines()[-1].strip()}" for node in rule["nodes"][:4]
    )

"""A search box on a page, as a person meets it, and texts that want to be more than text."""

from __future__ import annotations

from typing import Any

HOSTILE = (
    "<script>window.__ran.push(1)</script>",
    "<img src=x onerror=window.__ran.push(2)>",
    '"><svg onload=window.__ran.push(3)>',
    "javascript:window.__ran.push(4)",
    "</title></style></bdi><iframe srcdoc='<script>parent.__ran.push(5)</script>'>",
    "{{constructor.constructor('window.__ran.push(6)')()}}",
    "\u202eevil\u2066 <b>bold</b> &amp; &lt;i&gt;",
)


PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length"


def open_slowly(page: Any, address: str) -> None:
    """Open a page whose search box gets its module when all else is painted: the worst case."""
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/droindex-search*.js", hold)
    page.goto(address, wait_until="commit")
    page.wait_for_function(PAINTED)
    while not held:
        page.evaluate("new Promise(requestAnimationFrame)")
    for route in held:
        route.continue_()
    page.wait_for_function("() => document.querySelector('droindex-search').shadowRoot")


class Box:
    """A page with search boxes, as a person meets it."""

    def __init__(self, page: Any, number: int = 0) -> None:
        self.page = page
        self.host = page.locator("droindex-search").nth(number)
        self.input = self.host.get_by_role("combobox", name="Search")
        self.list = self.host.get_by_role("listbox", name="Documents")
        self.rows = self.list.get_by_role("option")
        self.scope = self.host.locator("select[part=scope]")
        self.status = self.host.get_by_role("status")
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self._note(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: self.errors.append(dialog.message))

    def _note(self, url: str) -> None:
        if "/api/suggest" in url:
            self.requests.append(url)

    def type(self, text: str) -> None:
        """Type, and wait for the list."""
        self.input.press_sequentially(text)
        self.rows.first.wait_for()
        self.page.wait_for_function(
            "(text) => document.activeElement.value === text && window.__said === text.trim()",
            arg=self.input.input_value(),
        )

    @property
    def active(self) -> str:
        """The text of the row that a screen reader is told of; empty for none."""
        return str(
            self.input.evaluate(
                "(node) => node.getRootNode().getElementById("
                "node.getAttribute('aria-activedescendant'))?.querySelector('.title, .more')"
                ".textContent ?? ''"
            )
        )

"""What people see of the box: contrast and names by axe-core, matched words in sight, sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from web.browser.boxes import Box

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
STATES = {"closed": "", "list": "escort", "nothing": "zzzzqxqx", "slip": "escrot"}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    open_page: Callable[..., Any], axe: str, scheme: str, direction: str, width: int
) -> None:
    page = open_page(
        dir=direction,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        bypass_csp=True,  # axe comes as a script in the page
    )
    box = Box(page)
    page.evaluate(axe)
    for state, text in STATES.items():
        box.input.fill("")
        if text:
            box.type(text)
            box.page.keyboard.press("ArrowDown")
        found = page.evaluate("(rules) => axe.run({ runOnly: rules })", RULES)
        told = [(item["id"], [n["html"] for n in item["nodes"]]) for item in found["violations"]]
        assert told == [], (state, told)


IN_SIGHT = """(row) => {
  const inside = (inner, outer) => inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1
    && inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
  return [...row.querySelectorAll("mark")].some((mark) => {
    const box = mark.getClientRects()[0];
    return box && inside(box, mark.parentNode.getBoundingClientRect())
      && inside(box, row.getBoundingClientRect());
  });
}"""


@pytest.mark.parametrize("width", [320, 544, 900])
def test_a_matched_word_is_in_sight_in_every_row(open_page: Callable[..., Any], width: int) -> None:
    box = Box(open_page(viewport={"width": width, "height": 800}, box='limit="20"'))
    box.page.evaluate(
        "addEventListener('droindex:results', (e) => { window.__hits = e.detail.hits; })"
    )
    rows_seen = rows_without = 0
    for text in ("detainee", "telephone", "travel document", "escort ratio", "bond"):
        box.input.fill("")
        box.type(text)
        hits = box.page.evaluate("window.__hits")
        rows = box.list.locator("a:has(.percent)").all()
        assert len(rows) == len(hits)
        for hit, row in zip(hits, rows, strict=True):
            told = [*hit["title_segments"], *hit["snippet"]["segments"]]
            if any(is_match for _, is_match in told):
                assert row.evaluate(IN_SIGHT), row.inner_text()
                rows_seen += 1
            else:  # the library shows what the document is about where no sentence has the words
                rows_without += 1
    print(f"\n{width} px: a marked word in sight in {rows_seen} rows; {rows_without} have none")
    assert rows_seen >= 50
    assert rows_without <= 3


def test_the_list_stands_below_the_box(box: Box) -> None:
    box.type("escort")
    end = box.input.bounding_box()
    assert box.list.bounding_box()["y"] >= end["y"] + end["height"]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_at_320_pixels_nothing_is_wider_than_the_page(
    open_page: Callable[..., Any], direction: str
) -> None:
    box = Box(open_page(dir=direction, viewport={"width": 320, "height": 640}))
    box.type("escort")
    assert box.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert box.input.bounding_box()["width"] >= 180
    for row in box.rows.all():
        inner = row.bounding_box()
        assert inner["x"] >= 0
        assert inner["x"] + inner["width"] <= 320


def test_forced_colours_show_the_chosen_row_and_the_marks(open_page: Callable[..., Any]) -> None:
    box = Box(open_page(forced_colors="active"))
    box.type("escort")
    box.page.keyboard.press("ArrowDown")
    outline = box.rows.first.evaluate("(node) => getComputedStyle(node).outlineStyle")
    assert outline == "solid"


def test_what_a_screen_reader_is_told(box: Box) -> None:
    box.input.focus()
    session = box.page.context.new_cdp_session(box.page)

    def told() -> dict[str, Any]:
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        (node,) = [
            node
            for node in nodes
            if node.get("role", {}).get("value") == "combobox"
            and node.get("name", {}).get("value") == "Search"
        ]
        values = {item["name"]: item["value"] for item in node["properties"]}
        return {
            "description": node.get("description", {}).get("value"),
            "value": node.get("value", {}).get("value"),
            "focused": values.get("focused", {}).get("value"),
            "expanded": values.get("expanded", {}).get("value"),
            "autocomplete": values.get("autocomplete", {}).get("value"),
            "editable": values.get("editable", {}).get("value"),
            "active": [
                item["idref"] for item in values.get("activedescendant", {}).get("relatedNodes", [])
            ],
        }

    closed = told()
    assert closed["focused"] is True
    assert closed["expanded"] is False
    assert closed["autocomplete"] == "list"
    assert closed["editable"] == "plaintext"
    assert "Use up and down arrows" in closed["description"]
    box.type("escort")
    opened = told()
    assert (opened["expanded"], opened["value"], opened["active"]) == (True, "escort", [])
    box.page.keyboard.press("ArrowDown")
    assert told()["active"] == ["row0"]

"""docs/search-box.md, followed to the letter, and the pictures that it shows."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docpages import blocks
from PIL import Image
from web.browser.boxes import Box

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "search-box.md").read_text("utf-8")
IMAGES = ROOT / "docs" / "images"
COLOURS = 64  # of a picture for the docs: a fifth of the bytes, and nobody sees it
PICTURES = {
    "search-box": {"text": "detainee telephone", "width": 760, "scheme": "light"},
    "search-box-dark": {"text": "immi", "width": 760, "scheme": "dark"},
    "search-box-320": {"text": "escort", "width": 320, "scheme": "light"},
    "search-box-320-dark": {"text": "escort", "width": 320, "scheme": "dark"},
}


def block(language: str, number: int = 0) -> str:
    """Return a block of the page, of the sample library instead of any."""
    found = [item.text for item in blocks(PAGE) if item.language == language]
    return found[number].replace("/library/", "/sample/")


@pytest.fixture
def docs_box(open_page: Callable[..., Any]) -> Box:
    """The box of the page of the docs."""
    page = open_page()
    html = f"<!doctype html><html lang=en><title>Docs</title><main>{block('html')}</main>"
    page.route(
        "**/docs", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
    )
    page.goto(page.url.partition("?")[0] + "docs")
    return Box(page)


def test_the_example_works(docs_box: Box) -> None:
    docs_box.type("escort")
    docs_box.page.keyboard.press("ArrowDown")
    assert docs_box.active
    assert docs_box.rows.last.inner_text() == "Advanced Search…"


def test_the_example_of_other_words_works(docs_box: Box) -> None:
    docs_box.page.evaluate(block("js"))
    docs_box.list = docs_box.host.get_by_role("listbox", name="Dokumente")
    docs_box.rows = docs_box.list.get_by_role("option")
    docs_box.type("escort")
    assert docs_box.list.locator(".fact").first.inner_text().startswith("S. ")
    docs_box.status.filter(has_text="Dokumente gefunden.").wait_for(state="attached")


def test_the_example_of_other_looks_works(docs_box: Box) -> None:
    docs_box.page.add_style_tag(content=block("css"))
    docs_box.type("escort")
    title = docs_box.rows.first.locator(".title")
    assert title.evaluate("(node) => getComputedStyle(node).color") == "rgb(122, 31, 31)"
    mark = docs_box.list.locator("mark").first
    assert mark.evaluate("(node) => getComputedStyle(node).backgroundColor") == "rgb(255, 255, 221)"


def test_the_example_of_an_event_works(docs_box: Box) -> None:
    docs_box.page.evaluate("window.showInOurReader = (url) => { window.__url = url; }")
    docs_box.page.evaluate(f"() => {{ {block('js', 1)} }}")
    docs_box.type("escort")
    docs_box.rows.first.click()
    assert "/sample/pdf/" in docs_box.page.evaluate("window.__url")


@pytest.mark.parametrize("name", PICTURES)
def test_the_docs_have_their_pictures(
    open_page: Callable[..., Any],
    name: str,
    update_golden: bool,  # noqa: FBT001 - a fixture
) -> None:
    path = IMAGES / f"{name}.png"
    if update_golden:
        given = PICTURES[name]
        size = {"width": given["width"], "height": 560}
        box = Box(open_page(color_scheme=given["scheme"], viewport=size))
        box.type(str(given["text"]))
        box.page.keyboard.press("ArrowDown")
        with Image.open(io.BytesIO(box.page.screenshot())) as shot:
            IMAGES.mkdir(exist_ok=True)
            shot.convert("P", palette=Image.Palette.ADAPTIVE, colors=COLOURS).save(
                path, optimize=True
            )
    assert path.stat().st_size < 60_000

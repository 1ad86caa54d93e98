"""The library site in a real browser: axe-core on every page, nothing moves, hostile texts."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from PIL import Image
from web.browser.boxes import HOSTILE, PAINTED, Box, open_slowly

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[3]
IMAGES = ROOT / "docs" / "images"
COLOURS = 64  # of a picture for the docs: a fifth of the bytes, and nobody sees it
DOCUMENT = "doc/enforcement/escort-deviation"
PAGES = {
    "home": "",
    "results": "search?q=escort",
    "nothing": "search?q=zzzzqxqx",
    "advanced": "advanced",
    "document": f"{DOCUMENT}?q=escort",
    "superseded": "doc/archive/parking-permits-2001",
    "cited": "doc/droppm/chapter-21",
    "lines": "search?q=lottery+garage&group=lineage",
    "in-force": "search?q=escort&in_force_on=2006-03-01&category=Enforcement",
    "archived": "search?q=permit&scope=archived&sort=-issued",
    "shelves": "browse",
    "shelf": "browse/help",
    "recent": "recent",
    "archives": "archives",
    "absent": "doc/no/such",
}
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
KEPT = [  # pictures for the docs: page, width, scheme
    ("home", 1280, "light"),
    ("home", 320, "dark"),
    ("results", 1280, "light"),
    ("results", 320, "light"),
    ("document", 1280, "light"),
    ("document", 1280, "dark"),
]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("site", ["sample", "rtl"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(
    open_page: Callable[..., Any], axe: str, scheme: str, site: str, width: int
) -> None:
    size = {"width": width, "height": 900}
    page = open_page(color_scheme=scheme, viewport=size, bypass_csp=True)
    base = page.url.partition("?")[0]
    told = {}
    for name, path in PAGES.items():
        page.goto(f"{base}{site}/{path}")
        page.evaluate(axe)
        found = page.evaluate("(rules) => axe.run({ runOnly: rules })", RULES)["violations"]
        told |= {(name, item["id"]): [node["html"] for node in item["nodes"]] for item in found}
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert told == {}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", ["home", "results", "document"])
def test_nothing_moves_from_load_to_results(
    open_page: Callable[..., Any], name: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    open_slowly(page, f"{page.url.partition('?')[0]}sample/{PAGES[name]}")
    box = Box(page)
    box.input.fill("")
    box.type("telephone")
    assert page.evaluate("window.__shift") == 0
    assert page.evaluate("window.__violations") == []
    assert box.errors == []


MOST_BYTES = 60_000  # of a page with all that belongs to it, on the wire
WEIGHED = """() => [...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource")].map((e) => ({ name: e.name, kind: e.initiatorType,
  bytes: e.transferSize, isBlocking: e.renderBlockingStatus === "blocking" }))"""


@pytest.mark.parametrize("name", ["home", "results", "document"])
def test_a_page_is_light_and_no_script_holds_it_up(
    open_page: Callable[..., Any], name: str
) -> None:
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{page.url.partition('?')[0]}sample/{PAGES[name]}", wait_until="networkidle")
    loaded = page.evaluate(WEIGHED)
    total = sum(item["bytes"] for item in loaded)
    print(f"\n{name}: {total} bytes in {len(loaded)} files")
    assert {"navigation", "link", "script"} <= {item["kind"] for item in loaded}
    assert all(item["bytes"] for item in loaded)
    assert total <= MOST_BYTES
    assert not [item for item in loaded if item["isBlocking"] and item["kind"] == "script"]


@pytest.mark.parametrize("name", ["home", "results", "document"])
def test_a_page_is_read_before_its_scripts_have_come(
    open_page: Callable[..., Any], name: str
) -> None:
    page = open_page(viewport={"width": 1280, "height": 900})
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/*.js", hold)
    page.goto(f"{page.url.partition('?')[0]}sample/{PAGES[name]}", wait_until="commit")
    page.wait_for_function(PAINTED)
    assert page.locator("main").inner_text().strip()
    assert page.get_by_role("searchbox", name="Search").is_visible()
    for route in held:
        route.continue_()


def test_hostile_texts_are_text_on_every_page(open_page: Callable[..., Any]) -> None:
    page = open_page()
    base = page.url.partition("?")[0]
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto(f"{base}hostile/search?scope=all&q=hostile")
    links = page.locator("main .hit h2 a")
    assert links.count() == len(HOSTILE)
    addresses = [link.get_attribute("href") for link in links.all()]
    queries = [f"/hostile/search?{urlencode({'scope': 'all', 'q': text})}" for text in HOSTILE]
    for address in [*addresses, *queries, "/hostile/", "/hostile/recent", "/hostile/archives"]:
        page.goto(base.rstrip("/") + address)
        assert page.evaluate("window.__ran") == []
        assert page.evaluate("window.__violations") == []
    assert errors == []


def test_the_page_of_a_hit_is_seen_beside_it(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.goto(f"{page.url.partition('?')[0]}sample/search?q=escort")
    hit = page.locator("main .hit").first
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    hit.get_by_text("See the page").click()
    picture = hit.get_by_role("img", name="with the words of the search marked")
    picture.wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.preview[open] img')].every((n) => n.naturalWidth)"
    )
    assert len([url for url in asked if "/sample/page/" in url]) == 1


@pytest.mark.parametrize(("name", "width", "scheme"), KEPT)
def test_the_docs_have_pictures_of_the_site(
    open_page: Callable[..., Any],
    name: str,
    width: int,
    scheme: str,
    update_golden: bool,  # noqa: FBT001 - a fixture
) -> None:
    path = IMAGES / f"site-{name}-{width}-{scheme}.png"
    if update_golden:
        size = {"width": width, "height": 800}
        page = open_page(color_scheme=scheme, viewport=size)
        page.goto(f"{page.url.partition('?')[0]}sample/{PAGES[name]}")
        with Image.open(io.BytesIO(page.screenshot())) as shot:
            IMAGES.mkdir(exist_ok=True)
            shot.convert("P", palette=Image.Palette.ADAPTIVE, colors=COLOURS).save(
                path, optimize=True
            )
    assert path.stat().st_size < 90_000

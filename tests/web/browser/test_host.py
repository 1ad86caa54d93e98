"""The box in pages of others: without scripts, twice, moved about, under hostile styles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from web.browser.boxes import HOSTILE, Box, open_slowly

pytestmark = pytest.mark.browser


def test_without_scripts_the_form_works(open_page: Callable[..., Any]) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_role("searchbox", name="Search").fill("escort")
    with page.expect_navigation():
        page.get_by_role("button", name="Search").click()
    assert page.url.endswith("/sample/search?scope=active&q=escort&sort=title")


def test_two_boxes_do_not_know_each_other(open_page: Callable[..., Any]) -> None:
    page = open_page(box=["", 'limit="2"'])
    one, other = Box(page), Box(page, 1)
    one.type("escort")
    count = one.rows.count()
    other.input.focus()
    one.list.wait_for(state="hidden")
    other.type("escort")
    assert other.list.locator(".percent").count() == 2
    assert count > 3
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement === document.querySelector('droindex-search')")


def test_a_box_that_is_taken_out_and_put_back_works_once(box: Box) -> None:
    box.page.evaluate(
        "const box = document.querySelector('droindex-search'); const { parentNode } = box;"
        " for (let n = 0; n < 3; n++) { box.remove(); parentNode.append(box); }"
    )
    box.type("escort")
    assert len(box.requests) <= 2
    box.page.keyboard.press("ArrowDown")
    assert box.rows.first.get_attribute("aria-selected") == "true"
    box.page.evaluate("document.querySelector('droindex-search').remove()")
    box.page.keyboard.press("/")
    assert box.page.evaluate("document.activeElement.tagName") == "BODY"


def test_a_box_may_be_made_by_a_script_whatever_comes_first(box: Box) -> None:
    box.page.evaluate(
        "const made = document.querySelector('form').cloneNode(true);"
        " const box = document.createElement('droindex-search');"
        " box.setAttribute('src', '/sample/api/suggest'); box.append(made);"
        " document.querySelector('droindex-search').replaceWith(box);"
    )
    box.type("escort")
    assert box.rows.count() > 1


def test_a_text_that_stands_in_the_form_is_taken_over(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.evaluate(
        "const old = document.querySelector('droindex-search');"
        " const box = document.createElement('droindex-search');"
        " box.setAttribute('src', '/sample/api/suggest'); box.append(old.querySelector('form'));"
        " box.querySelector('[name=q]').value = 'escort';"
        " box.querySelector('select').value = 'all'; old.replaceWith(box);"
    )
    box = Box(page)
    assert box.input.input_value() == "escort"
    assert box.scope.input_value() == "all"


def test_a_style_of_the_page_neither_breaks_the_box_nor_is_kept_from_theming_it(
    open_page: Callable[..., Any],
) -> None:
    box = Box(open_page(style="hostile"))
    box.type("escort")
    title = box.rows.first.locator(".title")
    looks = title.evaluate(
        "(node) => { const s = getComputedStyle(node); return [s.color, s.letterSpacing]; }"
    )
    assert looks == ["rgb(27, 79, 138)", "3px"]
    assert box.host.locator(".panel").evaluate("(n) => getComputedStyle(n).position") == "absolute"
    assert box.input.evaluate("(node) => getComputedStyle(node).opacity") == "1"
    end = box.input.bounding_box()
    assert 0 <= box.list.bounding_box()["y"] - end["y"] - end["height"] < 60


def test_colours_can_be_given(box: Box) -> None:
    box.page.evaluate(
        "document.querySelector('droindex-search').style"
        ".setProperty('--droindex-accent', 'rgb(1, 2, 3)')"
    )
    box.type("escort")
    colour = box.rows.first.locator(".title").evaluate("(node) => getComputedStyle(node).color")
    assert colour == "rgb(1, 2, 3)"


def test_hostile_texts_are_text(open_page: Callable[..., Any]) -> None:
    box = Box(open_page(library="hostile"))
    box.scope.select_option("all")
    box.type("hostile")
    page = box.page
    shown = box.list.locator(".title").all_inner_texts()
    assert sorted(text.split()[1] for text in shown) == [str(n) for n in range(len(HOSTILE))]
    for number, text in enumerate(HOSTILE):
        (row,) = [row for row in shown if row.split()[1] == str(number)]
        assert row.endswith(text[-10:].strip())
    for text in HOSTILE:
        box.input.fill(text)
        page.wait_for_function("(text) => window.__said === text.trim()", arg=text)
    assert page.evaluate("window.__ran") == []
    assert page.evaluate("window.__violations") == []
    assert box.errors == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "http://[", 7, None])
def test_an_address_that_is_none_is_not_followed(box: Box, url: object) -> None:
    hit = {"title": "A", "relevance": 100, "url": url, "document": {}, "snippet": None}
    answer = {"query": "escort", "total": 1, "hits": [hit], "links": {"all": url}}
    box.page.route("**/api/suggest?*", lambda route: route.fulfill(json=answer))
    box.type("escort")
    if url != 7:  # which is a path
        assert box.rows.first.get_attribute("href") is None
    before = box.page.url
    box.page.keyboard.press("ArrowDown")
    if url != 7:
        box.page.keyboard.press("Enter")
        box.rows.first.click()
        assert box.page.url == before


def test_nothing_moves_from_load_to_results(box: Box) -> None:
    open_slowly(box.page, box.page.url)
    place = box.page.locator("#below").bounding_box()
    box.type("escort")
    assert box.page.locator("#below").bounding_box() == place
    assert box.page.evaluate("window.__shift") == 0

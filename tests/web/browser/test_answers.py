"""When the box asks, which answers it shows, and what it says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from web.browser.boxes import Box

pytestmark = pytest.mark.browser


class Held:
    """Holds the answers to a query back until they are let go."""

    def __init__(self, page: Any, query: str) -> None:
        self.routes: list[Any] = []
        page.route(f"**/api/suggest?q={query}&*", self._hold)

    def _hold(self, route: Any) -> None:
        self.routes.append(route)

    def wait(self, page: Any) -> None:
        while not self.routes:  # each turn lets the browser say what it has to say
            page.evaluate("new Promise(requestAnimationFrame)")


def test_quick_typing_asks_once_or_twice(box: Box) -> None:
    box.type("detainee")
    assert 1 <= len(box.requests) <= 2
    assert "q=detainee" in box.requests[-1]


def test_nothing_is_asked_below_two_letters(box: Box) -> None:
    box.type("es")
    box.input.press("Backspace")
    box.list.wait_for(state="hidden")
    assert all("q=es" in url for url in box.requests)


def test_an_answer_that_a_key_overtook_is_given_up_and_never_shown(box: Box) -> None:
    late = Held(box.page, "escort")
    box.input.press_sequentially("escort")
    late.wait(box.page)
    with box.page.expect_event("requestfailed") as failed:
        box.input.press_sequentially("s ratio")
    assert "q=escort&" in failed.value.url
    box.rows.first.wait_for()
    shown = box.list.inner_text()
    for route in late.routes:
        route.continue_()
    box.page.evaluate("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
    assert box.list.inner_text() == shown
    assert box.page.evaluate("window.__said") == "escorts ratio"


def test_an_answer_to_a_box_that_was_closed_is_not_shown(box: Box) -> None:
    late = Held(box.page, "escort")
    box.input.press_sequentially("escort")
    late.wait(box.page)
    with box.page.expect_event("requestfailed"):
        box.input.press("Escape")  # nothing is open: it clears
    assert box.input.input_value() == ""
    assert not box.list.is_visible()


def test_the_same_text_is_asked_for_once(box: Box) -> None:
    box.type("escort")
    box.input.press("s")
    box.page.wait_for_function("() => window.__said === 'escorts'")
    box.input.press("Backspace")
    box.page.wait_for_function("() => window.__said === 'escort'")
    assert sum("q=escort&" in url for url in box.requests) == 1


def test_a_composition_is_asked_for_when_it_ends(box: Box) -> None:
    box.input.focus()
    session = box.page.context.new_cdp_session(box.page)
    for text in ("e", "es", "esc", "escort"):
        session.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
        )
    box.page.keyboard.press("ArrowDown")
    assert box.input.input_value() == "escort"
    assert box.requests == []
    session.send("Input.insertText", {"text": "escort"})
    box.rows.first.wait_for()
    assert len(box.requests) == 1


def test_the_count_is_said_once_typing_has_stopped_and_changes(box: Box) -> None:
    box.type("escort")
    box.status.filter(has_text="documents found.").wait_for(state="attached")
    first = box.status.inner_text()
    box.input.press_sequentially(" ratio zebra")
    box.page.wait_for_function(
        "(first) => { const text = document.querySelector('droindex-search').shadowRoot"
        ".querySelector('[role=status]').textContent; return text && text !== first; }",
        arg=first,
    )
    assert box.status.get_attribute("aria-live") in (None, "polite")


def test_nothing_found_is_said_and_leads_on(box: Box) -> None:
    box.type("zzzzqxqx")
    assert box.host.locator(".said").inner_text() == "No matching results found."
    box.status.filter(has_text="No matching results found.").wait_for(state="attached")
    assert [row.inner_text() for row in box.rows.all()] == ["Advanced Search…"]


def test_a_slip_is_put_right_and_said(box: Box) -> None:
    box.type("escrot")
    assert box.host.locator(".said").inner_text() == "Results for “escort”"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (503, "The list is not available. Press Enter to search."),
        (429, "The list is not available. Press Enter to search."),
        (400, "The query is too long."),
    ],
)
def test_failures_are_said_and_the_form_goes_on_working(box: Box, status: int, said: str) -> None:
    body = json.dumps({"title": "No", "detail": "The query is too long."})
    box.page.route(
        "**/api/suggest?*",
        lambda route: route.fulfill(
            status=status, body=body, content_type="application/problem+json"
        ),
    )
    box.page.evaluate("addEventListener('droindex:error', (e) => { window.__failed = e.detail; })")
    box.input.press_sequentially("escort")
    box.host.get_by_text(said).first.wait_for()
    assert box.page.evaluate("window.__failed.status") == status
    box.status.filter(has_text=said).wait_for(state="attached")
    with box.page.expect_navigation():
        box.page.keyboard.press("Enter")
    assert "/sample/search?" in box.page.url


@pytest.mark.parametrize("what", ["abort", "html"])
def test_a_server_that_is_gone_or_speaks_otherwise(box: Box, what: str) -> None:
    box.page.route(
        "**/api/suggest?*",
        lambda route: route.abort() if what == "abort" else route.fulfill(body="<html>"),
    )
    box.input.press_sequentially("escort")
    box.host.get_by_text("The list is not available.").first.wait_for()


def test_events_tell_the_host_and_let_it_decide(box: Box) -> None:
    box.page.evaluate(
        "addEventListener('droindex:select', (e) => { e.preventDefault();"
        " window.__chosen = [e.detail.hit.doc_id, e.detail.newTab, e.target.tagName]; })"
    )
    box.type("escort")
    before = box.page.url
    box.page.keyboard.press("ArrowDown")
    box.page.keyboard.press("Enter")
    doc_id, new_tab, target = box.page.evaluate("window.__chosen")
    assert (new_tab, target, box.page.url) == (False, "DROINDEX-SEARCH", before)
    box.rows.nth(1).click()
    assert box.page.evaluate("window.__chosen[0]") != doc_id
    assert box.page.url == before


def test_texts_can_be_other_ones(open_page: Callable[..., Any]) -> None:
    box = Box(open_page())
    box.page.evaluate(
        "document.querySelector('droindex-search').strings = { list: 'Dokumente',"
        " none: 'Nichts gefunden.', percent: (n) => `${n} von 100`,"
        " found: (n) => `${n} Dokumente gefunden.` }"
    )
    box.input.press_sequentially("escort")
    listed = box.host.get_by_role("listbox", name="Dokumente").get_by_role("option")
    listed.filter(has_text="100 von 100").wait_for()
    box.status.filter(has_text="Dokumente gefunden.").wait_for(state="attached")


def test_a_superseded_document_says_by_what(box: Box) -> None:
    box.type("escort")
    row = box.rows.filter(has_text="Superseded by Fugitive Case Management").first
    assert row.locator(".status").is_visible()


def test_what_is_inferred_is_said_to_be_likely(box: Box) -> None:
    def answer(route: Any) -> None:
        shape = route.fetch().json()
        after = {"doc_id": "b", "title": "Later one", "is_inferred": True, "url": "/b"}
        shape["hits"][0]["superseded_by"] = [after]
        route.fulfill(json=shape)

    box.page.route("**/api/suggest?*", answer)
    box.type("escort")
    assert box.rows.first.locator(".status").inner_text() == "Likely replaced by Later one"


def test_rows_have_percent_page_and_marked_words(box: Box) -> None:
    box.type("detainee telephone")
    first = box.rows.first
    assert first.locator(".percent").inner_text() == "100%"
    assert first.locator(".fact").first.inner_text().startswith("p. ")
    assert first.locator("mark").count() > 0
    percents = [int(text.rstrip("%")) for text in box.list.locator(".percent").all_inner_texts()]
    assert percents == sorted(percents, reverse=True)


def test_the_cuts_of_the_reference_library(open_page: Callable[..., Any]) -> None:
    box = Box(open_page(cut="?cut=plone"))
    box.type("escort")
    first = box.rows.first
    assert first.locator(".percent").inner_text() == "100%"
    assert len(first.locator(".title").inner_text()) <= 29 + len("...")
    assert len(first.locator(".title").get_attribute("title") or "") >= 29

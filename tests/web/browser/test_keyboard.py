"""The search box by keyboard, as the WAI-ARIA pattern for comboboxes has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from web.browser.boxes import Box

pytestmark = pytest.mark.browser


def test_arrows_go_through_the_rows_and_round(box: Box) -> None:
    box.type("escort")
    assert box.active == ""  # nothing is chosen by itself
    names = [row.locator(".title, .more").inner_text() for row in box.rows.all()]
    box.page.keyboard.press("ArrowDown")
    assert box.active == names[0]
    assert box.rows.first.get_attribute("aria-selected") == "true"
    box.page.keyboard.press("ArrowDown")
    assert box.active == names[1]
    box.page.keyboard.press("ArrowUp")
    box.page.keyboard.press("ArrowUp")
    assert box.list.get_by_role("option", selected=True).inner_text() == "Advanced Search…"
    box.page.keyboard.press("ArrowDown")
    assert box.active == names[0]
    assert box.list.get_by_role("option", selected=True).count() == 1


def test_the_chosen_row_is_in_sight(box: Box) -> None:
    box.type("escort")
    panel = box.host.locator(".panel")
    for _ in range(box.rows.count()):
        box.page.keyboard.press("ArrowDown")
        row = box.list.get_by_role("option", selected=True).bounding_box()
        around = panel.bounding_box()
        assert row["y"] >= around["y"] - 1
        assert row["y"] + row["height"] <= around["y"] + around["height"] + 1


@pytest.mark.parametrize("key", ["Home", "End", "ArrowLeft", "ArrowRight"])
def test_keys_of_the_text_go_back_to_the_text(box: Box, key: str) -> None:
    box.type("escort")
    box.page.keyboard.press("ArrowDown")
    box.page.keyboard.press(key)
    assert box.active == ""
    place = box.input.evaluate("(node) => node.selectionStart")
    assert place == {"Home": 0, "End": 6, "ArrowLeft": 5, "ArrowRight": 6}[key]


def test_escape_closes_and_then_clears(box: Box) -> None:
    box.type("escort")
    box.page.keyboard.press("Escape")
    assert not box.list.is_visible()
    assert box.input.get_attribute("aria-expanded") == "false"
    assert box.input.input_value() == "escort"
    box.page.keyboard.press("Escape")
    assert box.input.input_value() == ""


def test_an_arrow_opens_what_was_closed(box: Box) -> None:
    box.type("escort")
    box.page.keyboard.press("Escape")
    box.page.keyboard.press("ArrowDown")
    box.rows.first.wait_for()
    assert box.active == ""


def test_tab_closes(box: Box) -> None:
    box.type("escort")
    box.page.keyboard.press("Tab")
    assert not box.list.is_visible()


def test_enter_sends_what_was_typed_with_all_that_the_form_holds(box: Box) -> None:
    box.type("escort")
    with box.page.expect_navigation():
        box.page.keyboard.press("Enter")
    assert re.search(r"/sample/search\?scope=active&q=escort&sort=title$", box.page.url)


def test_enter_opens_the_chosen_row(box: Box) -> None:
    box.type("escort")
    box.page.keyboard.press("ArrowDown")
    target = box.rows.first.get_attribute("href")
    with box.page.expect_navigation():
        box.page.keyboard.press("Enter")
    assert box.page.url == target
    assert "/sample/doc/" in box.page.url


@pytest.mark.parametrize("key", ["Control+Enter", "Meta+Enter"])
def test_control_and_enter_open_a_new_tab(box: Box, key: str) -> None:
    box.type("escort")
    with box.page.context.expect_page() as opened:
        box.page.keyboard.press(key)
    assert opened.value.url.endswith("/sample/search?scope=active&q=escort&sort=title")
    box.page.keyboard.press("ArrowDown")
    target = box.rows.first.get_attribute("href")
    with box.page.context.expect_page() as opened:
        box.page.keyboard.press(key)
    assert opened.value.url == target
    assert box.list.is_visible()


def test_a_click_opens_a_row_and_the_box_keeps_the_focus(box: Box) -> None:
    box.type("escort")
    with box.page.context.expect_page() as opened:
        box.rows.nth(1).click(modifiers=["ControlOrMeta"])
    assert "/sample/doc/" in opened.value.url
    assert box.input.evaluate("(node) => node.getRootNode().activeElement === node")
    with box.page.expect_navigation():
        box.rows.nth(1).click()
    assert "/sample/doc/" in box.page.url


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_shortcuts_lead_to_the_box(box: Box, key: str) -> None:
    box.page.keyboard.press(key)
    assert box.input.evaluate("(node) => node.getRootNode().activeElement === node")
    assert box.input.input_value() == ""


def test_shortcuts_are_not_taken_from_somebody_who_types(box: Box) -> None:
    other = box.page.get_by_label("Another")
    other.press_sequentially("and/or")
    other.press("Control+k")
    assert other.input_value() == "and/or"
    assert other.evaluate("(node) => document.activeElement === node")
    box.input.press_sequentially("a/")
    assert box.input.input_value() == "a/"


def test_shortcuts_can_be_other_ones(open_page: Callable[..., Any]) -> None:
    box = Box(open_page(box='shortcut="s"'))
    box.page.keyboard.press("/")
    assert box.page.evaluate("document.activeElement.tagName") == "BODY"
    box.page.keyboard.press("s")
    assert box.page.evaluate("document.activeElement.tagName") == "DROINDEX-SEARCH"


def test_show_all_leads_to_the_whole_list(box: Box) -> None:
    box.type("detainee")
    row = box.rows.filter(has_text=re.compile(r"^Show all \d+ documents$"))
    with box.page.expect_navigation():
        row.click()
    assert "/sample/search?q=detainee" in box.page.url


def test_the_scope_is_asked_anew(box: Box) -> None:
    box.type("escort")
    with box.page.expect_request("**/api/suggest?*scope=archived*"):
        box.scope.select_option("archived")
    box.input.focus()
    box.page.keyboard.press("ArrowDown")
    box.rows.first.wait_for()
    assert "q=escort" in box.requests[-1]

"""HTML for notebooks: whatever a document says, it is shown and never run."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from droindex.export.html import HtmlHit, hits_html, values_html
from droindex.text import clean

TEXTS = st.text(max_size=30) | st.sampled_from(
    ["<script>alert(1)</script>", '"><img src=x onerror=x>', "</td></table>", "a\u202eb", "&lt;"]
)
TAGS = {
    "table", "caption", "tbody", "tr", "td", "th", "b", "br", "mark", "small", "svg", "rect", "h4",
    "p",
}  # fmt: skip


class Shown(HTMLParser):
    """What a browser would make of a page: its tags, attributes and texts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.marked = ""
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.tags and self.tags[-1] == "mark":
            self.marked += data

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")


@given(caption=TEXTS, title=TEXTS, found=TEXTS, fact=TEXTS, percent=st.integers(0, 100))
def test_a_hit_is_shown_as_it_is_and_opens_no_tag(
    caption: str, title: str, found: str, fact: str, percent: int
) -> None:
    hit = HtmlHit(percent, title, ((found, True), (" and more", False)), (fact,))
    shown = Shown(hits_html(caption, [hit]))
    assert {tag.strip("/") for tag in shown.tags} <= TAGS
    assert not {name for name in shown.names if name.startswith("on") or name in ("src", "href")}
    assert shown.marked == clean(found)
    for text in (caption, title, fact, f"{percent}%"):
        assert clean(text) in shown.text


@given(title=TEXTS, lead=TEXTS, name=TEXTS, value=TEXTS)
def test_values_are_shown_as_they_are(title: str, lead: str, name: str, value: str) -> None:
    shown = Shown(values_html(title, lead, [(name, value)]))
    assert {tag.strip("/") for tag in shown.tags} <= TAGS
    for text in (title, lead, name, value):
        assert clean(text) in shown.text


def test_a_bar_is_as_long_as_its_percentage() -> None:
    hits = [HtmlHit(percent, "Escort", (), ()) for percent in (100, 49, 0)]
    page = hits_html("escort", hits)
    assert [f'<rect width="{w}"' in page for w in ("60", "29.4", "0")] == [True, True, True]
    assert "<svg" not in hits_html("", [HtmlHit(None, "Escort", (), ())])

"""Every link of README and docs leads to something that is in the project."""

from __future__ import annotations

from pathlib import Path

import pytest
from docpages import PAGES, ROOT, anchors, links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    for link in links(page.read_text("utf-8")):
        if link.startswith(("https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target.read_text("utf-8")), link


def test_every_page_of_the_docs_is_listed_in_their_index() -> None:
    index = ROOT / "docs" / "index.md"
    listed = {
        (index.parent / link.partition("#")[0]).resolve() for link in links(index.read_text())
    }
    assert {page for page in PAGES if page.parent == index.parent} - {index} <= listed

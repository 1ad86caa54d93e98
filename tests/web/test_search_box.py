"""The module of the search box: what it weighs, and what it may not hold."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files

SOURCE = files("droindex.web").joinpath("static", "droindex-search.js").read_text("utf-8")


def test_it_is_small() -> None:
    packed = len(gzip.compress(SOURCE.encode(), mtime=0))
    print(f"\n{len(SOURCE.encode())} bytes, {packed} packed")
    assert len(SOURCE.encode()) < 15_000
    assert packed < 5_000


def test_it_depends_on_nothing_and_never_parses_html() -> None:
    assert not re.search(r"\bimport\b|\brequire\b", SOURCE)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b", SOURCE)
    assert not re.search(r"DOMParser|Range\(|setHTML|createContextualFragment|Function\(", SOURCE)

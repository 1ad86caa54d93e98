"""What a shell is offered, through the way in that shells use."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from droindex.cli.completion import _items
from droindex.cli.program import program


def offered(*typed, begun=""):
    shell = ShellComplete(program, {}, "droindex", "_DROINDEX_COMPLETE")
    return [item.value for item in shell.get_completions(list(typed), begun)]


@pytest.fixture(autouse=True)
def here(small, monkeypatch):
    monkeypatch.setenv("DROINDEX_INDEX", str(small))


@pytest.mark.parametrize(
    ("typed", "begun", "found"),
    [
        ((), "qu", ["query"]),
        ((), "op", ["open"]),
        (("query",), "doc_t", ["doc_type:"]),
        (("query", "escort", "-x"), "summ", ["summary:"]),
        (("query", "--filter"), "doc_t", ["doc_type="]),
        (("query", "--filter"), "doc_type=Gu", ["doc_type=Guidance"]),
        (("query", "--filter"), "nofield=x", []),
        (("query", "--facet"), "opi,ye", ["opi,year"]),
        (("query", "--format"), "bib", ["bibtex"]),
        (("query", "--li"), "", []),
        (("show",), "enforcement/", ["enforcement/cases", "enforcement/escort"]),
        (("open",), "mission", ["mission/vehicles"]),
        (("related",), "enforcement/e", ["enforcement/escort"]),
        (("show",), "odd/st", ["odd/steering"]),
    ],
)
def test_what_is_begun_is_completed(typed, begun, found):
    assert offered(*typed, begun=begun) == found


def test_all_commands_are_offered():
    names = offered()
    assert {"query", "show", "open", "related"} <= set(names)
    assert "search" not in names  # one name for each is enough


@pytest.mark.parametrize("path", ["/nowhere", "-i"])
def test_without_a_library_nothing_is_offered_and_nothing_fails(monkeypatch, path):
    monkeypatch.setenv("DROINDEX_INDEX", path)
    assert offered("show", begun="e") == []
    assert offered("query", "--filter", begun="doc_type=") == []


@pytest.mark.parametrize(
    ("value", "offered_items"), [("plain", ["plain"]), ("two\nlines", []), ("\x1b[31m", [])]
)
def test_only_what_fits_on_a_line_of_a_shell_is_offered(value, offered_items):
    assert [item.value for item in _items([value])] == offered_items
    assert len(_items(f"id-{number}" for number in range(1_000))) == 100

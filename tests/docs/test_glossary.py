"""The code is called by the words of the glossary, and not by those that it rules out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "droindex").rglob("*.py"))
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def ruled_out() -> set[str]:
    """Return the single words of the first column of the glossary's second table."""
    _, _, table = (ROOT / "docs" / "glossary.md").read_text("utf-8").partition("| not | but |")
    cells = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
    return {word for cell in cells for word in cell.split(", ") if word.isalpha()}


def names(path: Path) -> Iterator[str]:
    """Yield the names of a module, its classes, functions, arguments and fields."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        if isinstance(node, ast.arg):
            yield node.arg
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                    yield item.target.id


def words(name: str) -> set[str]:
    """Return the words of a name, in lower case."""
    return {word.lower() for word in _WORD.findall(name)}


@pytest.mark.parametrize(
    ("name", "held"),
    [("_mark_word", {"mark", "word"}), ("BaseURL", {"base", "url"}), ("PRINTS", {"prints"})],
)
def test_a_name_falls_into_its_words(name: str, held: set[str]) -> None:
    assert words(name) == held


def test_nothing_is_called_by_a_word_that_the_glossary_rules_out() -> None:
    unwanted = ruled_out()
    assert {"prints", "ways"} <= unwanted
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in SOURCES
        for name in names(path)
        if words(name) & unwanted
    }
    assert not found


def test_the_glossary_has_each_word_once() -> None:
    text, _, _ = (ROOT / "docs" / "glossary.md").read_text("utf-8").partition("| not | but |")
    held = [word for cell in re.findall(r"\*\*([^*]+)\*\*", text) for word in cell.split(", ")]
    counts = {word: held.count(word) for word in held if word != "label"}  # of pages, of documents
    assert set(counts.values()) == {1}

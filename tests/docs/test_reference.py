"""The reference pages say what the code does: fields, settings, errors, problems, statuses.

Tables between `<!-- name -->` and `<!-- end of name -->` are made here from the code;
`pytest tests/docs --update-golden` writes them.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from docpages import ROOT, blocks, replace_part

from droindex import Document, FileStatus, PageStatus, errors, settings
from droindex.engine.fields import FIELDS, SORT_ORDERS

DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "droindex"
_SETTING = re.compile(r"^    (\w+): \w+(?: \| None)? = (.+?)  # (.+)$", re.MULTILINE)
_NAME = re.compile(r"[a-z]+(?:-[a-z]+)+")


def field_table() -> str:
    rows = ["| field | kind | counted as a facet | what it holds |", "|---|---|---|---|"]
    for name, spec in FIELDS.items():
        facet = "yes" if spec.is_facet else ""
        rows.append(f"| `{name}` | {spec.kind} | {facet} | {spec.description} |")
    return "\n".join(rows)


def settings_table(group: str) -> str:
    source = (SOURCE / "settings.py").read_text("utf-8")
    body = re.split(r"^class |^def |^@", source.partition(f"class {group}(")[2], flags=re.MULTILINE)
    rows = ["| setting | default | why |", "|---|---|---|"]
    found = _SETTING.findall(body[0])
    assert [name for name, _, _ in found] == [
        item.name for item in fields(getattr(settings, group))
    ]
    rows += [f"| `{name}` | `{value}` | {reason} |" for name, value, reason in found]
    return "\n".join(rows)


def error_table() -> str:
    rows = ["| slug | class | exit code | hint |", "|---|---|---|---|"]
    for name in sorted(errors.__all__, key=lambda name: getattr(errors, name).exit_code):
        found = getattr(errors, name)
        rows.append(
            f"| [`{found.slug}`](#{found.slug}) | `{name}` | {found.exit_code} | {found.hint} |"
        )
    return "\n".join(rows)


PARTS: dict[tuple[str, str], Callable[[], str]] = {
    ("fields.md", "fields"): field_table,
    ("errors.md", "errors"): error_table,
    ("relevance.md", "ranking"): lambda: settings_table("RankingSettings"),
    ("settings.md", "ranking"): lambda: settings_table("RankingSettings"),
    ("settings.md", "related"): lambda: settings_table("RelatedSettings"),
    ("settings.md", "snippets"): lambda: settings_table("SnippetSettings"),
    ("settings.md", "queries"): lambda: settings_table("QueryLimits"),
    ("settings.md", "reading"): lambda: settings_table("ExtractSettings"),
    ("settings.md", "building"): lambda: settings_table("BuildSettings"),
}


@pytest.mark.parametrize(("page", "name"), PARTS, ids="-".join)
def test_a_generated_part_is_what_the_code_says(
    page: str,
    name: str,
    update_golden: bool,  # noqa: FBT001 - a fixture
) -> None:
    path = DOCS / page
    markdown = path.read_text("utf-8")
    expected = replace_part(markdown, name, PARTS[page, name]())
    if update_golden:
        path.write_text(expected, "utf-8")
    assert path.read_text("utf-8") == expected, "pytest tests/docs --update-golden"


def section(page: str, heading: str) -> str:
    """Return what stands below a heading of a page of the docs, up to the next one."""
    found = re.search(
        rf"^#+ `?{re.escape(heading)}`?$\n(.*?)(?=^#+ |\Z)",
        (DOCS / page).read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert found, f"docs/{page} has no heading {heading!r}"
    return found[1]


def slugs_in(*paths: Path) -> Iterator[str]:
    """Yield the names of conditions that stand as texts in the code."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and _NAME.fullmatch(str(node.value)):
                yield str(node.value)


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_has_its_section(name: str) -> None:
    found = getattr(errors, name)
    text = section("errors.md", found.slug)
    assert f"`{name}`" in text
    assert f"exit code {found.exit_code}" in text
    assert "Next:" in text


def test_every_fault_of_a_query_is_listed_with_the_errors() -> None:
    text = section("errors.md", "query-error")
    faults = {*slugs_in(*SOURCE.glob("query/*.py"))} - {"x-default"}
    missing = {slug for slug in faults if f"`{slug}`" not in text}
    assert not missing


def test_every_problem_of_a_corpus_is_listed() -> None:
    text = section("corpus.md", "Problems")
    own = {getattr(errors, name).slug for name in errors.__all__} | {"corpus-empty"}
    own.add("top-folder")  # a value of corpus.toml
    rooms = ("corpus", "corpus/catalog", "metadata", "build")
    paths = [path for room in rooms for path in SOURCE.glob(f"{room}/*.py")]
    slugs = {*slugs_in(*paths)} - own
    slugs |= {status.replace("_", "-") for status in FileStatus if status is not FileStatus.OK}
    missing = {slug for slug in slugs if f"`{slug}`" not in text}
    assert not missing


def test_every_status_of_a_file_is_explained() -> None:
    text = section("corpus.md", "How the reading of a file ends")
    assert {*PageStatus} <= {*FileStatus}
    assert not {status for status in FileStatus if f"`{status}`" not in text}


def test_every_metadata_field_is_explained() -> None:
    text = (DOCS / "fields.md").read_text("utf-8")
    assert not {item.name for item in fields(Document) if f"`{item.name}`" not in text}
    assert not {order for order in SORT_ORDERS if f"`{order}`" not in text}


def test_the_readme_shows_what_the_demo_prints() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    first = next(block for block in blocks(readme) if block.language == "console")
    command = first.text.partition("\n")[0].removeprefix("$ ")
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", "demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f".venv/bin/{command}" in done.stdout


def test_the_readme_lists_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    readme = (ROOT / "README.md").read_text("utf-8")
    extras = project["optional-dependencies"]
    assert not {name for name in extras if f"| `droindex[{name}]` |" not in readme}


def test_the_library_in_the_readme_has_ten_lines_at_most() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    library = next(block for block in blocks(readme) if block.language == "python")
    assert len(library.text.splitlines()) <= 10

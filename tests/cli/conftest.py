"""A small library, a way to run commands on it, and golden files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from droindex import Document, Index, Page, Reference
from droindex.cli.program import program

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "cli"
MASKS = (  # what changes from run to run, or with the ranking
    (re.compile(r"\([0-9.]+ ms\)"), "(N ms)"),
    (re.compile(r'"(took_ms|score)": [0-9.]+'), r'"\1": 0.1'),
    (re.compile(r"\[\d\d%\]"), "[NN%]"),
    (re.compile(r"match \d\d%"), "match NN%"),
    (re.compile(r"\d+\.\d{4} droindex"), "N droindex"),
    (re.compile(r"\b\d+\.\d{4}\b"), "N.NNNN"),
    (re.compile(r"(Relevance|Match) \d\d%"), r"\1 NN%"),
    (re.compile(r"\d{4}-\d\d-\d\dT[0-9:+]+"), "THEN"),
    (re.compile(r"\b\d+ (k?B)\b"), r"N \1"),
)

DOCUMENTS = (
    Document(
        doc_id="enforcement/escort",
        title="Field Advisory Deviation from the Escort Policy",
        summary="Tells field offices how to ask for a deviation from the standard on escorts.",
        number="11-4.1",
        doc_type="Directive",
        category="Enforcement",
        collection="documents",
        opi="Detention and Removal Management (ADDRM)",
        subject=("Removal", "Escorts"),
        status="Current",
        issued=date(2006, 2, 3),
        issued_text="Feb 03, 2006",
        signatory="John P. Torres",
        superseded_by=(
            Reference("Case management", doc_id="enforcement/cases", title="Case management"),
        ),
        related=(Reference("Jun 09, 2006 Monthly reports", issued=date(2006, 6, 9)),),
        pages=(
            Page(1, "Every escort carries the travel documents of the alien.", label="i"),
            Page(2, "A deviation from the escort ratio needs approval.\nAsk early.", label="1"),
        ),
    ),
    Document(
        doc_id="enforcement/cases",
        title="Case management",
        doc_type="Guidance",
        category="Enforcement",
        status="Current",
        issued=date(2008, 9, 29),
        supersedes=(Reference("Escort Policy", doc_id="enforcement/escort"),),
        pages=(Page(1, "Cases are reported monthly; escort hours are reported with them."),),
    ),
    Document(
        doc_id="mission/vehicles",
        title="Vehicles",
        doc_type="Directive",
        category="Mission Support",
        status="Current",
        issued_text="See 29, 2008",
        pages=(Page(1, "Vehicles are washed weekly."),),
    ),
    Document(
        doc_id="archive/escort-2001",
        title="Escort ratios",
        doc_type="Directive",
        status="Superseded",
        issued=date(2001, 5, 1),
        pages=(Page(1, "Two officers escort each alien; juvenile aliens have three."),),
    ),
    Document(doc_id="odd/=1+1 %", title="=1+1", status="Archived", pages=(Page(1, "Sums"),)),
    Document(
        doc_id="odd/steering",
        title="Steering\x1b[31m red\u202e txet",
        summary="Line one\nline two\x07",
        status="Archived",
        pages=(Page(1, "A bell\x07 rings; \u2066isolated\u2069 words steer the terminal."),),
    ),
)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of six documents; it must not be changed."""
    path = tmp_path_factory.mktemp("cli") / "library.idx"
    Index.update(path, documents=DOCUMENTS)
    return path


@pytest.fixture
def run(small: Path) -> Callable[..., Result]:
    """Runs a command on the small library: `run("query", "escort")`."""

    def call(*args: str, index: Path | None = small, **options: object) -> Result:
        runner = CliRunner()
        env = {"DROINDEX_INDEX": str(index), "DROINDEX_STATE": "", "COLUMNS": "80"}
        env |= options.pop("env", {})  # type: ignore[arg-type]
        return runner.invoke(program, args, env=env, prog_name="droindex", **options)  # type: ignore[arg-type]

    return call


@pytest.fixture
def golden(update_golden: bool, small: Path) -> Callable[[str, str], None]:  # noqa: FBT001
    """Compares what people see with a file of tests/golden/cli."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        shown = text.replace(str(small), "LIBRARY")
        for pattern, mask in MASKS:
            shown = pattern.sub(mask, shown)
        if update_golden:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(shown.encode())
        assert shown.encode() == path.read_bytes(), f"{path} differs; --update-golden writes it"

    return check

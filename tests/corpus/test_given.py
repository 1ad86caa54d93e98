"""Front matter of Markdown as metadata: below sidecar and catalogue, and never opening anything."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from droindex import Library
from droindex.corpus.given import Given, with_front_matter
from droindex.extract.protocol import FRONT_MATTER
from droindex.extract.workers.run import ExtractRequest, extract_files
from droindex.metadata.infer.front_matter import front_hints_at_label
from droindex.settings import BuildSettings, ExtractSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from droindex import Document
    from droindex.library.report import BuildReport

SETTINGS = ExtractSettings(ocr=False)
BODY = "\n# Keys of the armoury\n\nKeys are counted twice a day.\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "corpus.toml").write_text('labels = ["LES"]\n', "utf-8")
    (folder / "other.txt").write_text("Other keys.", "utf-8")
    return folder


def built(corpus: Path) -> BuildReport:
    return Library(corpus.parent / "library.idx").build(corpus, workers=0, allow_removals=True)


def memo(corpus: Path, clearance: str | None = None) -> Document | None:
    with Library(corpus.parent / "library.idx").open(clearance=clearance) as index:
        return next((index[key] for key in index if key == "memo"), None)


def write(corpus: Path, keys: str, fence: str = "---") -> None:
    (corpus / "memo.md").write_text(f"{fence}\n{keys}\n{fence}\n{BODY}", "utf-8")


def test_its_keys_are_fields_with_their_origin(corpus: Path) -> None:
    write(
        corpus,
        'title: "Keys: who counts"\nnumber: 11.10\ndate: 2019-03-04\ntags: [keys, armoury]\n'
        "description: >\n  Who counts\n  keys.\nsupersedes:\n- 9.2\nlayout: page\nauthor: J. Doe",
    )
    assert built(corpus).problems == ()
    found = memo(corpus)
    assert found is not None
    assert (found.title, found.number, found.issued) == (
        "Keys: who counts",
        "11.10",
        date(2019, 3, 4),
    )
    assert (found.subject, found.summary) == (("keys", "armoury"), "Who counts keys.")
    assert [reference.number for reference in found.supersedes] == ["9.2"]
    assert {found.sources[name] for name in ("title", "number", "issued")} == {"front matter"}


def test_sidecar_and_catalogue_go_before_it_and_it_comes_back_without_them(corpus: Path) -> None:
    write(corpus, "title: In front\nnumber: 7-1\nopi: Front office")
    (corpus / "memo.toml").write_text('title = "Beside"\n', "utf-8")
    (corpus / "catalog.csv").write_text("file,title,number\nmemo.md,Row,8-1\n", "utf-8")
    built(corpus)
    found = memo(corpus)
    assert found is not None
    assert (found.title, found.number, found.opi) == ("Beside", "8-1", "Front office")
    (corpus / "memo.toml").unlink()
    (corpus / "catalog.csv").unlink()
    built(corpus)  # the text is the same and is not read again
    found = memo(corpus)
    assert found is not None
    assert (found.title, found.number, found.opi) == ("In front", "7-1", "Front office")


def test_a_label_in_it_counts_and_stays_when_a_sidecar_comes_and_goes(corpus: Path) -> None:
    write(corpus, "label: LES")
    built(corpus)
    assert memo(corpus) is None
    assert memo(corpus, "LES") is not None
    (corpus / "memo.toml").write_text('title = "T"\n', "utf-8")
    built(corpus)
    assert memo(corpus) is None
    (corpus / "memo.toml").write_text('label = "open"\n', "utf-8")
    built(corpus)
    assert memo(corpus) is not None


def test_it_opens_nothing(corpus: Path) -> None:
    (corpus / "memo.md").write_text(f"---\nlabel: LES\n---\n{BODY}", "utf-8")
    built(corpus)
    write(corpus, "label: open")
    report = built(corpus)
    assert memo(corpus) is None
    assert report.lost_labels == ("memo",)


def test_it_does_not_lift_a_banner(corpus: Path) -> None:
    text = f"---\nlabel: open\n---\nLAW ENFORCEMENT SENSITIVE\n{BODY}"
    (corpus / "memo.md").write_text(text, "utf-8")
    built(corpus)
    assert memo(corpus) is None


@pytest.mark.parametrize(
    "keys",
    [
        "title: A\nmeta: {x: y}",
        "title: A\nmore:\n  x: y",
        "title: A\n title: B",
        "title: &a A",
        "title: A\ntitle: B",
        "title: A\nsummary: " + "long " * 5_000,
        "title: A\naccess_level: LES",
        "title: A\nnote: LES",
        "title: A\nlabel: SECRET-7",
    ],
)
def test_what_cannot_be_read_whole_or_hints_at_a_label_hides_and_is_told_first(
    corpus: Path, keys: str
) -> None:
    write(corpus, keys)
    (corpus / "x.toml").write_text("colour = 1\n", "utf-8")
    first = built(corpus).problems[0]
    assert first.slug in {"bad-front-matter", "unreadable-label", "unlisted-label"}
    assert first.file == "memo.md"
    assert memo(corpus) is None
    assert memo(corpus, "LES") is None
    (corpus / "memo.toml").write_text('label = "open"\n', "utf-8")
    built(corpus)
    assert memo(corpus) is not None


def test_mending_it_opens_what_held_no_label(corpus: Path) -> None:
    write(corpus, "title: A\nmeta: {x: y}")
    built(corpus)
    assert memo(corpus) is None
    write(corpus, "title: A\nmeta: x")
    assert built(corpus).lost_labels == ()
    assert memo(corpus) is not None


@pytest.mark.parametrize(
    "text", ["---\nSome prose.\n---\n", "---\ntitle: A\n", "\n---\na: b\n---\n"]
)
def test_rules_in_a_text_are_none(corpus: Path, text: str) -> None:
    (corpus / "memo.md").write_text(text + BODY, "utf-8")
    assert built(corpus).problems == ()
    found = memo(corpus)
    assert found is not None
    assert "front matter" not in found.sources.values()


def test_toml_between_pluses_is_read_too(corpus: Path) -> None:
    write(corpus, 'title = "Keys"\nlabel = "LES"', "+++")
    built(corpus)
    assert memo(corpus) is None
    found = memo(corpus, "LES")
    assert found is not None
    assert found.title == "Keys"


def test_in_plain_text_it_is_no_metadata(corpus: Path) -> None:
    (corpus / "memo.txt").write_text("---\ntitle: In front\n---\nKeys are counted.", "utf-8")
    built(corpus)
    found = memo(corpus)
    assert found is not None
    assert "front matter" not in found.sources.values()


KEYS = "title: On keys\nlabel: LES\nopi: PMU\n"
SLIPS = ("", *" \t:-#'\"&*x\n.")


def slipped() -> Iterator[str]:
    """Yield the keys with one character more or less anywhere, but inside the label itself."""
    label = KEYS.index("LES")
    for place in range(len(KEYS) + 1):
        if not label < place < label + 3:
            yield from (KEYS[:place] + sign + KEYS[place:] for sign in SLIPS)
        if place < len(KEYS) and not label <= place < label + 3:
            yield KEYS[:place] + KEYS[place + 1 :]


def test_a_slip_anywhere_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "memo.md"
    opened = []
    for keys in slipped():
        path.write_text(f"---\n{keys}---\n{BODY}", "utf-8")
        ((_, extraction),) = (
            (item.request, item.extraction)
            for item in extract_files([ExtractRequest("memo", path)], settings=SETTINGS, workers=0)
        )
        given = with_front_matter(
            Given({}, {}),
            extraction.facts.properties.get(FRONT_MATTER, ""),
            "memo.md",
            settings=BuildSettings(),
            labels=("LES",),
        )
        if "label" not in given.values and not front_hints_at_label(extraction):
            opened.append(keys)
    assert opened == []

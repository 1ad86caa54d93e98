"""A file of several names is as restricted as its most restricted name."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.clearance.aliases import LINK, NameLabel, labels_of_names
from droindex.clearance.ranks import restriction
from droindex.corpus.config import CorpusConfig
from droindex.corpus.scan import scan
from droindex.metadata.coercion import Given
from droindex.settings import Settings

LABELS = ("LES", "Secret")
CONFIG = CorpusConfig(labels=LABELS)
OPEN = "open"
STATED = st.sampled_from([None, OPEN, "LES", "Secret"])  # None: nothing is said


def labels_in(corpus: Path) -> dict[str, NameLabel]:
    found = scan(corpus, CONFIG)
    return labels_of_names(found.entries, CONFIG, Settings())


def write(corpus: Path, name: str, stated: str | None) -> None:
    """Write what the sidecar of a name says of its label."""
    text = "title = 'T'\n" + ("" if stated is None else f"label = '{stated}'\n")
    (corpus / f"{name}.toml").write_text(text)


def linked(folder: Path, stated: list[str | None], *, hard: bool) -> Path:
    """Make a corpus with one file that has a name for each of what is stated."""
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "n0.txt").write_text("one text")
    for number, label in enumerate(stated):
        if number:
            link = corpus / f"n{number}.txt"
            os.link(corpus / "n0.txt", link) if hard else link.symlink_to("n0.txt")
        write(corpus, f"n{number}", label)
    return corpus


def strictest(stated: list[str | None]) -> str | None:
    """Return the most restricted label that is stated; None for none."""
    labels = [None if label == OPEN else label for label in stated if label is not None]
    return max(labels, key=lambda label: restriction(label, LABELS), default=None)


@pytest.mark.parametrize("hard", [True, False])
@given(stated=st.lists(STATED, min_size=2, max_size=4))
def test_all_names_have_the_strictest_label(
    tmp_path_factory: pytest.TempPathFactory,
    hard: bool,  # noqa: FBT001 - drawn
    stated: list[str | None],
) -> None:
    corpus = linked(tmp_path_factory.mktemp("names"), stated, hard=hard)
    found = labels_in(corpus)
    assert set(found) == {f"n{number}.txt" for number in range(len(stated))}
    assert len(set(found.values())) == 1
    [label] = set(found.values())
    expected = strictest(stated)
    assert label.label == expected
    # open it is only if every name says so: else what the text says counts as well
    assert label.is_stated is (expected is not None or None not in stated)


def test_files_with_one_name_are_none_of_its_business(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").write_text("one")  # the same words, another file
    write(tmp_path, "a", "LES")
    assert labels_in(tmp_path) == {}


@pytest.mark.parametrize("suffix", [".toml", ".TOML"])
def test_what_lies_beside_the_target_of_a_link_counts_too(tmp_path: Path, suffix: str) -> None:
    hidden = tmp_path / ".hidden"
    hidden.mkdir()
    (hidden / "real.txt").write_text("one text")
    (hidden / f"real{suffix}").write_text("label = 'Secret'\n")
    (tmp_path / "shown.txt").symlink_to(hidden / "real.txt")
    assert labels_in(tmp_path) == {"shown.txt": NameLabel(is_stated=True, label="Secret")}


@pytest.mark.parametrize(
    ("label", "given_label", "expected"),
    [
        (NameLabel(is_stated=True, label="LES"), None, ("LES", LINK)),
        (NameLabel(is_stated=True, label="LES"), "LES", ("LES", "sidecar")),  # its own stays
        (NameLabel(is_stated=True, label="Secret"), "LES", ("Secret", LINK)),
        (NameLabel(is_stated=True, label=None), "LES", (None, LINK)),
        (NameLabel(is_stated=False), "LES", None),
        (NameLabel(is_stated=False), None, None),
    ],
)
def test_a_label_is_put_over_what_was_given(
    label: NameLabel, given_label: str | None, expected: tuple[str | None, str] | None
) -> None:
    values, sources = {"title": "T"}, {"title": "sidecar"}
    if given_label is not None:
        values["label"], sources["label"] = given_label, "sidecar"
    found = label.put_on(Given(MappingProxyType(values), MappingProxyType(sources)))
    assert found.values["title"] == "T"
    if expected is None:
        assert "label" not in found.values
        assert "label" not in found.sources
    else:
        assert (found.values["label"], found.sources["label"]) == expected

"""Whether a box finds what is half-typed: titles by the beginnings of their words, judged queries.

    python benchmarks/quality/suggest.py [--libraries FOLDER] [--missed] [--seed N]

titles   200 titles of the bulk sample, seeded, each typed as the first three letters of two or
         three of its words, in their order ("juv esc ros"). Right is the document, or one with
         the same title; a section that is only said to be repealed, omitted or transferred has
         none. Where more titles than three hold words that begin so, nobody can tell which was
         meant: the share among the others is printed beside.
judged   the judged queries of the sample corpus with half of the last word; right is a document
         of grade 3

Right is what is among the first three. Everything is reported for two halves: by the first of them
the ranking was made, the second was kept back. Another seed types other titles.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from judged_sets import ROOT
from known_items import CORPUS, JUDGED, NEEDED

sys.path.append(str(ROOT / "benchmarks" / "speed"))

from corpora import bulk_folder, bulk_records

from droindex import Index
from droindex.engine.analysis import Analyzer, fold
from droindex.evaluate import read_judgements, read_topics

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 12
TITLES = 200
NEAR = 3  # hits that a reader sees without looking
LETTERS = 3  # typed of each word
SHORTEST = 4  # letters of a word that is typed in part
_NO_TITLES = frozenset(("repealed", "omitted", "transferred", "reserved", "vacant"))
_NUMBER = re.compile(r"^§+\s*[^.]*\.\s*")


@dataclass(frozen=True)
class Typed:
    """Something half-typed.

    Attributes:
        text: What stands in the box.
        right: Ids of the documents that were meant.
        rank: The rank of the first of them, 0 for none among the first.
        others: Titles that fit as well.
    """

    text: str
    right: frozenset[str]
    rank: int
    others: int = 0


def title_words(title: str, analyzer: Analyzer) -> list[str]:
    """Return the words of a title that somebody would type, without the number before it."""
    words = re.findall(r"[^\W\d_]+", fold(_NUMBER.sub("", title)))
    return [
        word
        for word in dict.fromkeys(words)
        if len(word) >= SHORTEST and not analyzer.is_stop_word(word)
    ]


def typed_titles(index: Index, seed: int = SEED) -> Iterator[Typed]:
    """Type beginnings of words of seeded titles, and look for their documents."""
    analyzer, dice = Analyzer(), random.Random(seed)
    titles = {hit.doc_id: hit.document.title for hit in index.scan("", scope="all", snippets=False)}
    words = {key: title_words(title, analyzer) for key, title in titles.items()}
    same: dict[str, set[str]] = {}
    for key, title in titles.items():
        same.setdefault(fold(_NUMBER.sub("", title)), set()).add(key)
    usable = sorted(key for key, own in words.items() if len(own) > 1 and own[0] not in _NO_TITLES)
    for key in dice.sample(usable, TITLES):
        own = words[key]
        count = min(len(own), dice.choice((2, 3)))
        places = sorted(dice.sample(range(len(own)), count))
        begun = [own[place][:LETTERS] for place in places]
        right = frozenset(same[fold(_NUMBER.sub("", titles[key]))])
        others = sum(
            all(any(word.startswith(start) for word in found) for start in begun)
            for other, found in words.items()
            if other not in right
        )
        yield _asked(index, " ".join(begun), right, others)


def judged_queries(index: Index) -> Iterator[Typed]:
    """Type the judged queries, the last word by half."""
    judgements = read_judgements(JUDGED / "qrels.txt")
    for key, query in read_topics(JUDGED / "queries.tsv").items():
        right = frozenset(doc for doc, grade in judgements[key].items() if grade == NEEDED)
        head, blank, last = query.strip(' "?*').rpartition(" ")
        if right:
            yield _asked(index, f"{head}{blank}{last[: max(LETTERS, len(last) // 2)]}", right)


def _asked(index: Index, text: str, right: frozenset[str], others: int = 0) -> Typed:
    ids = [hit.doc_id for hit in index.suggest(text, scope="all", limit=NEAR)]
    rank = next((place for place, key in enumerate(ids, 1) if key in right), 0)
    return Typed(text, right, rank, others)


def shown(name: str, typed: list[Typed]) -> str:
    """Return a line with the share that was found, and that of those that can be told apart."""
    clear = [item for item in typed if item.others < NEAR]
    line = f"{name}: {_share(typed)}"
    return line if len(clear) == len(typed) else f"{line}; {_share(clear)} where three fit at most"


def _share(typed: list[Typed]) -> str:
    found = sum(item.rank > 0 for item in typed)
    return f"{found} of {len(typed)} in the first {NEAR} ({100 * found / max(len(typed), 1):.1f} %)"


def libraries_in(folder: Path) -> tuple[Path, Path | None]:
    """Return the sample library and, where it can be built, that of the bulk sample."""
    sample, bulk, records = folder / "sample.idx", folder / "bulk.idx", folder / "uscode.jsonl"
    if not sample.exists():
        Index.build(CORPUS, sample, ocr=False)
    if not bulk.exists() and bulk_folder().is_dir():
        with records.open("wb") as file:
            file.writelines(bulk_records())
        Index.build(records, bulk)
    return sample, bulk if bulk.exists() else None


def main() -> int:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description="Whether a box finds what is half-typed.")
    parser.add_argument("--libraries", type=Path, help="where libraries are kept from run to run")
    parser.add_argument("--missed", action="store_true", help="list what was missed, first half")
    parser.add_argument("--seed", type=int, default=SEED, help="which titles are typed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="suggest-") as work:
        sample, bulk = libraries_in(arguments.libraries or Path(work))
        measured: dict[str, list[Typed]] = {}
        if bulk is None:
            print(f"titles: skipped, the bulk sample is not at {bulk_folder()}")
        else:
            with Index.open(bulk) as index:
                measured["titles"] = list(typed_titles(index, arguments.seed))
        with Index.open(sample, clearance="LES") as index:
            measured["judged"] = list(judged_queries(index))
    for name, typed in measured.items():
        print(shown(name, typed))
        print(shown("  first half", typed[::2]))
        print(shown("  kept back", typed[1::2]))
        for item in typed[::2] if arguments.missed else ():
            if not item.rank:
                print(f"    missed: {item.text} -> {min(item.right)} ({item.others} others fit)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

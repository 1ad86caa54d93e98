"""Public collections with judged queries, as they lie in the measurement data.

Each folder holds `documents.jsonl` (id, title, summary, body), `queries.tsv` and `qrels.txt`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from droindex.evaluate import read_judgements, read_topics

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("cacm", "cranfield", "med", "npl", "time", "obliqa", "dod-ids")
FAST_STEP = 8  # of the largest set, every so many-th query
# Queries of a set that no setting was chosen by, shown in a column of their own.
UNTUNED = {"dod-ids": ("dod-ids odd", lambda place: place % 2 == 1)}


class Text(NamedTuple):
    """A document as every engine gets it."""

    key: str
    title: str
    summary: str
    body: str

    @property
    def whole(self) -> str:
        """Everything in one field."""
        return " ".join(part for part in (self.title, self.summary, self.body) if part)


@dataclass
class JudgedSet:
    """A collection.

    Attributes:
        name: Of its folder.
        folder: Where it lies.
        step: Every so many-th query is asked.
    """

    name: str
    folder: Path
    step: int = 1

    @property
    def file(self) -> Path:
        """The documents, as a file of records that droindex builds from."""
        return self.folder / "documents.jsonl"

    @cached_property
    def texts(self) -> list[Text]:
        """The documents."""
        with self.file.open(encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        return [
            Text(row["id"], row.get("title", ""), row.get("summary", ""), row.get("body", ""))
            for row in records
        ]

    @cached_property
    def queries(self) -> dict[str, str]:
        """Query id -> query."""
        topics = read_topics(self.folder / "queries.tsv")
        return dict(list(topics.items())[:: self.step])

    @cached_property
    def judgements(self) -> dict[str, dict[str, int]]:
        """Query id -> document id -> grade, of the queries that are asked."""
        judged = read_judgements(self.folder / "qrels.txt")
        return {query: judged[query] for query in self.queries if query in judged}

    def columns(self) -> dict[str, list[str]]:
        """Return title of a column -> the queries that it is about."""
        columns = {self.name: list(self.queries)}
        if self.name in UNTUNED:
            title, is_in = UNTUNED[self.name]
            columns[title] = [key for at, key in enumerate(self.queries) if is_in(at)]
        return columns


def shared_folder() -> Path:
    """Return where the measurement data lies: beside the checkout, or in DROINDEX_SHARED."""
    return Path(os.environ.get("DROINDEX_SHARED", ROOT.parent / "shared")) / "data"


def find_sets(names: list[str], *, is_fast: bool) -> tuple[list[JudgedSet], list[str]]:
    """Return the sets that are there, and why others are left out."""
    found, reasons = [], []
    for name in names:
        folder = shared_folder() / "ir" / name
        if (folder / "documents.jsonl").is_file():
            step = FAST_STEP if is_fast and name == "obliqa" else 1
            found.append(JudgedSet(name, folder, step))
        else:
            reasons.append(f"{name}: skipped, it is not at {folder}")
    return found, reasons

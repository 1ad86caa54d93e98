"""How far a library answers alike in a folder and on a cluster: every judged query of the samples.

    python benchmarks/opensearch/equality.py FOLDER ADDRESS

FOLDER is the library of the sample documents, ADDRESS its copy on a cluster. Each judged query and
some of every syntax is asked in both, with the ranking `fast`, which scores no words near each
other, and with the default one; what is the same is counted, and how many requests a search takes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from droindex import Index
from droindex.evaluate import evaluate, read_judgements, read_topics, run_topics

JUDGED = Path(__file__).resolve().parents[2] / "corpus" / "judged"
LABEL = "LES"
SYNTAX = (
    '"travel documents"~3 escort',
    "deten* OR remov?l -juvenile",
    "title:escort body:detain*",
    "opi:d* custody",
    "escrot~ polcy~2",
    "AED in detention",
    "removal AND (custody OR bond) NOT juvenile",
    'number:11-4.1 OR "8 CFR 241.4"',
    "issued:2004..2006 detention",
    "",
)
METRIC = "ndcg@10"
TOP = 10


def answer(index: Index, query: str, ranking: str) -> dict[str, Any]:
    """Return what is compared of an answer."""
    results = index.search(query, scope="all", facets=("opi", "year"), limit=TOP, ranking=ranking)
    return {
        "total": results.total,
        "facets": results.facets,
        "notes": results.notes,
        "suggestion": results.suggestion,
        "set of hits": {hit.doc_id for hit in results},
        "order": [hit.doc_id for hit in results],
        "match": {hit.doc_id: hit.match for hit in results},
        "relevance": {hit.doc_id: hit.relevance for hit in results},
        "page and snippet": {
            hit.doc_id: (hit.snippet.page, hit.snippet.text) for hit in results if hit.snippet
        },
    }


def compare(local: Index, remote: Index, queries: list[str], ranking: str) -> None:
    """Print in how many queries each part of the answer is the same."""
    counts: dict[str, int] = {}
    for query in queries:
        one, other = (answer(index, query, ranking) for index in (local, remote))
        for name, value in one.items():
            counts[name] = counts.get(name, 0) + (value == other[name])
    print(f"ranking {ranking}: the same in so many of {len(queries)} queries")
    for name, count in counts.items():
        print(f"  {name:20} {count}")


def requests(remote: Index, queries: list[str], ranking: str) -> list[int]:
    """Return how many requests each search takes, its words known already."""
    cluster = remote._handle._store.cluster  # type: ignore[union-attr]  # noqa: SLF001 - on a cluster
    reader = remote._handle.reader()  # noqa: SLF001 - as above
    found = []
    for query in queries:
        remote.search(query, ranking=ranking)
        for index in (reader.documents, reader.pages):
            index._kept.clear()  # noqa: SLF001 - what the first search fetched is fetched again
        before = cluster.requests
        remote.search(query, ranking=ranking)
        found.append(cluster.requests - before)
    return sorted(found)


def main() -> int:
    """Compare, count, print."""
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    topics = read_topics(JUDGED / "queries.tsv")
    judgements = read_judgements(JUDGED / "qrels.txt")
    queries = [*topics.values(), *SYNTAX]
    with (
        Index.open(sys.argv[1], clearance=LABEL) as local,
        Index.open(sys.argv[2], clearance=LABEL) as remote,
    ):
        for ranking in ("fast", "default"):
            compare(local, remote, queries, ranking)
            taken = requests(remote, queries, ranking)
            middle, most = taken[len(taken) // 2], taken[-1]
            print(f"  requests of a search with snippets: {middle} in the middle, {most} at most")
        for name, index in (("folder", local), ("cluster", remote)):
            run = run_topics(index, topics, scope="all", depth=TOP)
            found = evaluate(run, judgements, topics=topics, metrics=[METRIC])
            print(f"{METRIC} of the judged queries, {name}: {found.mean(METRIC):.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

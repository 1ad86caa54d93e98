"""Does a hit open where its topic is treated, when the query also names the document?

    python benchmarks/quality/topic_items.py [--library PATH] [--misses]

Builds a library of the PDF directives and asks the queries of topic_queries.tsv, in all scopes.
Each is the number of a directive, or a word or two of its title, with a topic that one of its
pages treats. They were written from the texts of the pages by readers who knew neither this
library nor what it finds; as pages that answer, one to three are named.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from judged_sets import shared_folder
from known_items import ask_directives, build_directives, directive_misses, directive_rows

QUERIES = Path(__file__).with_name("topic_queries.tsv")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Does a hit open where its topic is treated?")
    parser.add_argument("--library", type=Path, help="a library of the directives, if there is one")
    parser.add_argument("--misses", action="store_true", help="list what was missed")
    arguments = parser.parse_args()
    corpus = shared_folder() / "pdf"
    if arguments.library is None and not corpus.is_dir():
        print(f"skipped: the directives are not at {corpus}")
        return 0
    with tempfile.TemporaryDirectory(prefix="topics-") as work:
        found = ask_directives(arguments.library or build_directives(Path(work)), QUERIES)
    for row in directive_rows(found):
        print("\t".join(row))
    for miss in directive_misses(found) if arguments.misses else ():
        print(miss)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The command `eval`: how good the ranking of a library is, against judgements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from droindex.api import Index
from droindex.cli.failure import FOUND, NOTHING_FOUND
from droindex.cli.formats import dump
from droindex.cli.options import (
    clearance_option,
    examples,
    format_option,
    index_option,
    scope_option,
)
from droindex.cli.terminal import cell_width, note, write
from droindex.evaluate import (
    DEPTH,
    METRICS,
    SIGNIFICANCE_TEST,
    check_metrics,
    compare,
    evaluate,
    read_judgements,
    read_run,
    read_topics,
    run_topics,
)
from droindex.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from droindex.evaluate import Comparison, Evaluation

__all__ = ["eval"]

_FORMAT = 1  # raised when a key of the JSON changes its meaning or goes away
_GAP = "  "


@click.command(
    epilog=examples(
        "droindex eval --scope all --queries queries.tsv --qrels qrels.txt",
        "droindex eval --queries q.tsv --qrels qrels.txt --compare yesterday.run",
    )
)
@index_option
@clearance_option
@scope_option
@click.option(
    "--queries", "topic_file", metavar="FILE", required=True, help="Lines `id TAB query`."
)
@click.option(
    "--qrels",
    "judgement_file",
    metavar="FILE",
    required=True,
    help="Judgements as TREC has them: lines `query 0 document grade`.",
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME,...",
    help=f"What to measure; {', '.join(METRICS)} if left out.",
)
@click.option("--per-query", is_flag=True, help="List the values of each query as well.")
@click.option(
    "--compare",
    "other",
    metavar="RUN",
    help="A TREC run file or a second library: test whether the difference is chance.",
)
@format_option("text", "json")
def eval(  # noqa: A001 - the name of the command
    index_path: str,
    clearance: str | None,
    scope: str,
    topic_file: str,
    judgement_file: str,
    metrics: tuple[str, ...],
    other: str | None,
    form: str,
    *,
    per_query: bool,
) -> int:
    """Measure the ranking of a library against judgements.

    Every query is run as `droindex query` runs it. With --compare, two rankings of the same
    queries are set side by side, with a test of significance. Needs droindex[eval].
    """
    names = _split(metrics) or METRICS
    check_metrics(names)
    topics = read_topics(topic_file)
    judgements = read_judgements(judgement_file)
    run = _library_run(index_path, clearance, scope, topics)
    mine = evaluate(run, judgements, topics=topics, metrics=names)
    theirs = None
    if other is not None:
        rival = _other_run(other, clearance, scope, topics)
        theirs = evaluate(rival, judgements, topics=topics, metrics=names)
    if form == "json":
        dump(_shape(mine, theirs, other, scope, per_query=per_query))
    else:
        for line in _lines(mine, theirs, scope, per_query=per_query):
            write(line)
    for text in mine.notes if form != "json" else ():
        note(f"note: {text}")
    return FOUND if any(run.values()) else NOTHING_FOUND


def _split(metrics: Iterable[str]) -> tuple[str, ...]:
    names = (name.strip() for item in metrics for name in item.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _library_run(
    path: str, clearance: str | None, scope: str, topics: Mapping[str, str]
) -> dict[str, list[str]]:
    with Index.open(path, clearance=clearance) as index:
        return run_topics(index, topics, scope=scope)


def _other_run(
    path: str, clearance: str | None, scope: str, topics: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return the run of a second library, or the one that a file holds.

    Raises:
        click.UsageError: The file is a run of other queries.
    """
    if Path(path).is_dir():
        return _library_run(path, clearance, scope, topics)
    run = read_run(path)
    if topics.keys().isdisjoint(run):
        raise click.UsageError(f"{path} has none of the queries: it is a run of others.")
    return run


def _shape(
    mine: Evaluation, theirs: Evaluation | None, other: str | None, scope: str, *, per_query: bool
) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "format": _FORMAT,
        "scope": scope,
        "depth": DEPTH,
        **mine.to_dict(per_query=per_query),
    }
    if theirs is not None:
        shape["compared"] = {
            "with": other,
            **theirs.to_dict(per_query=per_query),
            "test": SIGNIFICANCE_TEST,
            "differences": [item.to_dict() for item in compare(mine, theirs)],
        }
    return {**shape, "notes": list(mine.notes)}


def _lines(
    mine: Evaluation, theirs: Evaluation | None, scope: str, *, per_query: bool
) -> Iterator[str]:
    count = len(mine.per_query)
    yield f"{count} {'query' if count == 1 else 'queries'}, scope {scope}"
    yield ""
    if theirs is None:
        yield from _table([(name, f"{mine.mean(name):.4f}") for name in mine.metrics])
    else:
        heads = ("metric", "library", "other", "change", "better", "worse", "equal", "p")
        yield from _table([heads, *map(_compared, compare(mine, theirs))])
        yield ""
        yield f"p: {SIGNIFICANCE_TEST}"
    if per_query:
        yield ""
        yield from _table(_query_rows(mine, theirs))


def _compared(item: Comparison) -> tuple[str, ...]:
    return (
        item.metric,
        f"{item.mean:.4f}",
        f"{item.other_mean:.4f}",
        f"{item.difference:+.4f}",
        str(item.better),
        str(item.worse),
        str(item.equal),
        f"{item.p:.4f}",
    )


def _query_rows(mine: Evaluation, theirs: Evaluation | None) -> Iterator[tuple[str, ...]]:
    """Yield a row for each query; beside a second ranking, each value is followed by its own."""
    sides = [mine] if theirs is None else [mine, theirs]
    extra = [] if theirs is None else ["other"]
    yield ("query", *(head for name in mine.metrics for head in (name, *extra)))
    for query in mine.per_query:
        values = (side.per_query[query][name] for name in mine.metrics for side in sides)
        yield (query, *(f"{value:.4f}" for value in values))


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield rows in columns: the first to the left, numbers to the right."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(cell_width, column)) for column in zip(*cleaned, strict=True)]
    for first, *others in cleaned:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield _GAP.join((first + " " * (widths[0] - cell_width(first)), *cells)).rstrip()

"""Rows as tables of pandas and polars, which are imported only when they are asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from droindex.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["to_pandas", "to_polars"]


def to_pandas(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], days: Collection[str]
) -> Any:
    """Return a pandas data frame.

    Args:
        rows: The rows.
        columns: Their keys, in order; there may be no row.
        days: Columns of dates, written as ISO 8601; what is no date is empty there.

    Raises:
        MissingExtraError: `missing-extra`, pandas is not installed.
    """
    pandas = _imported("pandas")
    frame = pandas.DataFrame(list(rows), columns=list(columns))
    for name in days:
        frame[name] = pandas.to_datetime(frame[name], format="%Y-%m-%d", errors="coerce")
    return frame


def to_polars(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], days: Collection[str]
) -> Any:
    """Return a polars data frame; arguments and errors are those of `to_pandas`."""
    polars = _imported("polars")
    values = {name: [row[name] for row in rows] for name in columns}
    frame = polars.DataFrame(values)
    parsed = [
        polars.col(name).cast(polars.String).str.to_date("%Y-%m-%d", strict=False) for name in days
    ]
    return frame.with_columns(parsed)


def _imported(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtraError(
            f"A table of {name} needs the package {name}, which is not installed.",
            hint=f"Install it with: pip install {name}",
        ) from error

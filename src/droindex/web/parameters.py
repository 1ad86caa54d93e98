"""What stands behind the question mark of an address, read into what `Index.search` takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from droindex.engine.fields import FACETS, SORT_ORDERS
from droindex.errors import QueryError
from droindex.model import Scope
from droindex.query.compile.filters import first_day
from droindex.web.faults import QueryRefusedError, RefusedError
from droindex.web.options import MAX_LIMIT, MAX_OFFSET, MAX_QUERY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from droindex.api import Index
    from droindex.query.results.results import Results

__all__ = ["CUTS", "DAYS", "GROUPS", "Parameters", "SearchQuery", "read_parameters"]

CUTS = ("none", "plone")
GROUPS = ("none", "lineage")
DAYS = ("issued_from", "issued_to", "since", "until", "in_force_on")
_MAX_CHARS = 8_192  # of all that stands behind the question mark; many proxies take no more
_MAX_FIELDS = 64
_MAX_VALUE = 512  # characters of a value of a filter
_FLAGS = {"1": True, "true": True, "0": False, "false": False}


class Parameters:
    """The parameters of one request; each is taken once, and what is left over is refused.

    Args:
        pairs: Names and values, in their order.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def text(self, name: str, default: str = "", *, most: int = _MAX_VALUE) -> str:
        """Take a text of at most so many characters."""
        values = self._values.pop(name, None)
        if values is None:
            return default
        if len(values) > 1:
            raise _refused(name, f"{name} stands there {len(values)} times; give it once.")
        return _checked(name, values[0], most)

    def choice(self, name: str, known: Collection[str], default: str) -> str:
        """Take one of some values."""
        value = self.text(name, default) or default
        if value not in known:
            raise _refused(name, f"There is no {name} {value!r}. There are: {', '.join(known)}.")
        return value

    def number(self, name: str, least: int, most: int, default: int) -> int:
        """Take a whole number."""
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit()) or not least <= int(value[:9]) <= most:
            raise _refused(name, f"{name} is {value[:20]!r}; it must be {least} to {most}.")
        return int(value)

    def flag(self, name: str) -> bool:
        """Take `1`, `true`, `0` or `false`; an absent one is false."""
        value = self.text(name, "0") or "0"
        if value not in _FLAGS:
            raise _refused(name, f"{name} is {value[:20]!r}; it must be true or false.")
        return _FLAGS[value]

    def rest(self) -> dict[str, list[str]]:
        """Take all others that have a value, as names of fields and their values."""
        found = {}
        for name, values in self._values.items():
            if kept := [_checked(name, value, _MAX_VALUE) for value in values if value]:
                found[name] = kept
        self._values = {}
        return found

    def end(self) -> None:
        """Refuse whatever was not taken."""
        for name in self._values:
            raise _refused(name, f"There is no parameter {name[:40]!r} here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What is asked of a search, as an address says it.

    Attributes:
        q: The query.
        scope: `active`, `archived` or `all`.
        filters: Field -> values of which a document must have one.
        days: Name of a bound (`issued_from`, …) or `in_force_on` -> a day, month or year.
        in_force_unknown: Whether what may have been in force on that day is listed as well.
        group: `lineage` for one row for each line of documents, else `none`.
        sort: `relevance`, `-issued`, `issued` or `title`.
        limit: Hits to return.
        offset: Hits to skip.
        facets: Fields whose values are counted.
        strict: Whether a fault in the query is an error.
        cut: `plone` for titles and summaries as the reference library cut them, else `none`.
    """

    q: str = ""
    scope: str = "active"
    filters: Mapping[str, list[str]] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)
    in_force_unknown: bool = False
    group: str = "none"
    sort: str = "relevance"
    limit: int = 10
    offset: int = 0
    facets: tuple[str, ...] = ()
    strict: bool = False
    cut: str = "none"

    @classmethod
    def read(cls, given: Parameters) -> SearchQuery:
        """Take what is asked of a search from the parameters of a request.

        Args:
            given: The parameters; all are taken, and what is none of ours names a field.

        Raises:
            RefusedError: one of them cannot be used.
        """
        return cls(
            q=given.text("q", most=MAX_QUERY),
            scope=given.choice("scope", tuple(map(str, Scope)), "active"),
            days={name: value for name in DAYS if (value := _day(given, name))},
            in_force_unknown=given.flag("in_force_unknown"),
            group=given.choice("group", GROUPS, "none"),
            sort=given.choice("sort", SORT_ORDERS, "relevance"),
            limit=given.number("limit", 1, MAX_LIMIT, 10),
            offset=given.number("offset", 0, MAX_OFFSET, 0),
            strict=given.flag("strict"),
            cut=given.choice("cut", CUTS, "none"),
            facets=_facets(given.text("facets")),
            filters=given.rest(),
        )

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `Index.search`, the query itself aside."""
        return {
            "scope": self.scope,
            "filters": self.filters,
            **self.days,
            "in_force_unknown": self.in_force_unknown,
            "group": None if self.group == "none" else self.group,
            "sort": self.sort,
            "limit": self.limit,
            "offset": self.offset,
            "facets": self.facets,
            "strict": self.strict,
        }

    def search(self, index: Index) -> Results:
        """Search.

        Raises:
            RefusedError: the query, a filter or a facet is none; it says which.
        """
        try:
            return index.search(self.q, **self.arguments())
        except QueryError as error:
            raise QueryRefusedError(error, self._parameter_of(index, error)) from error

    def _parameter_of(self, index: Index, error: QueryError) -> str:
        """Return which parameter is at fault, by trying the filters one by one."""
        for name, values in self.filters.items():
            try:
                index.search("", filters={name: values}, limit=1, snippets=False)
            except QueryError:
                return name
        return "facets" if error.slug == "unknown-field" else "q"

    def address(self, **changes: object) -> str:
        """Return what stands behind the question mark for this search, with some changes.

        What is as it is by default is left out, so that one search has one address.

        Args:
            changes: Values of attributes; `filters` and `days` as a whole.
        """
        values = {name: getattr(self, name) for name in (*_DEFAULTS, "filters", "days")} | changes
        pairs = [
            (name, _written(values[name]))
            for name, default in _DEFAULTS.items()
            if values[name] != default
        ]
        pairs += values["days"].items()
        pairs += [(name, value) for name, found in values["filters"].items() for value in found]
        return urlencode(pairs)


_DEFAULTS: dict[str, object] = {
    "q": "",
    "scope": "active",
    "sort": "relevance",
    "limit": 10,
    "offset": 0,
    "group": "none",
    "in_force_unknown": False,
    "facets": (),
    "strict": False,
    "cut": "none",
}


def _written(value: Any) -> str:
    """Return a value as it stands in an address."""
    if isinstance(value, tuple):
        return ",".join(value)
    return "1" if value is True else str(value)


def read_parameters(query_string: bytes) -> Parameters:
    """Return the parameters that an address has.

    Args:
        query_string: What stands behind the question mark, as it was sent.

    Raises:
        RefusedError: it is too long, or no text.
    """
    if len(query_string) > _MAX_CHARS:
        raise RefusedError(
            414, "address-too-long", f"The address has more than {_MAX_CHARS:,} characters."
        )
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError as error:  # a decoding error is one too
        raise RefusedError(
            400,
            "bad-parameter",
            f"The address holds something that is no text in UTF-8, or more than {_MAX_FIELDS} "
            "parameters.",
        ) from error
    return Parameters(pairs)


def _day(given: Parameters, name: str) -> str:
    """Take a day, month or year; empty for none."""
    value = given.text(name)
    if value:
        try:
            first_day(name, value)
        except QueryError as error:
            raise QueryRefusedError(error, name) from error
    return value


def _facets(listed: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in listed.split(",") if name.strip()))
    if len(names) > len(FACETS):
        raise _refused("facets", f"facets names more than {len(FACETS)} fields.")
    return names


def _checked(name: str, value: str, most: int) -> str:
    if len(value) > most:
        raise _refused(name, f"{name[:40]} has {len(value):,} characters; {most} may be sent.")
    if "\0" in value:
        raise _refused(name, f"{name[:40]} holds a character of value zero.")
    return value


def _refused(name: str, detail: str) -> RefusedError:
    return RefusedError(400, "bad-parameter", detail, parameter=name[:40])

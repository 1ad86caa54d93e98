"""Dates as people write them, in the order of day and month that a corpus keeps to."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from droindex.metadata.keys import plain_text
from droindex.model import DateOrder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "date_readings",
    "figures_in",
    "find_dates",
    "find_months",
    "is_month",
    "leading_date",
    "leading_month",
    "named_order",
    "order_of",
    "parse_date",
]


_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january januar jänner janvier janv enero janeiro stycznia",
            "feb february februar feber février fevrier févr febrero fevereiro lutego",
            "mar march märz maerz mars marzo março marco marca",
            "apr april avril abril kwietnia",
            "may mai mayo maio maja",
            "jun june juni juin junio junho czerwca",
            "jul july juli juillet juil julio julho lipca",
            "aug august août aout agosto sierpnia",
            "sep sept september septembre septiembre setiembre setembro września",
            "oct october oktober okt octobre octubre outubro października",
            "nov november novembre noviembre novembro listopada",
            "dec december dezember dez décembre decembre déc diciembre dezembro grudnia",
        ),
        start=1,
    )
    for name in names.split()
}
# Names that are written small, and are no other word of English.
_WRITTEN_SMALL = (
    "janvier février fevrier avril mai juin juillet août aout septembre octobre novembre décembre "
    "decembre enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre "
    "noviembre diciembre janeiro fevereiro março maio junho julho setembro outubro novembro "
    "dezembro stycznia lutego kwietnia czerwca lipca sierpnia września października listopada "
    "grudnia"
)
_SMALL_MONTHS = frozenset(_WRITTEN_SMALL.split())
_FIRST_YEAR, _LAST_YEAR = 1700, 2199  # a year outside is a room, a statute or a misprint
_PIVOT = 69  # two digits: 69..99 are 1969..1999, 00..68 are 2000..2068, as POSIX has it

_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = (  # OCR writes 27 as "2 7"
    r"(?P<day>[0-3]\s[0-9]|[0-9]{1,2})(?:\s?(?:(?:st|nd|rd|th|er|tm|o)\b|[º°]))?"
)
_YEAR = r"(?P<year>[0-9]{4})(?![0-9])"
_SHORT_YEAR = r"['\u2019]?(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
_ZONE = r"\s?(?:Z|[+-][0-9]{2}:?[0-9]{2}|[AaPp]\.?[Mm]\.?)?"
_TIME = rf"(?:[T\s]\s?{_CLOCK}{_ZONE})?"
_ISO = r"(?P<year>[0-9]{4})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})(?![0-9])"
_MONTH_FIRST = rf"{_MONTH}\s{{0,3}}{_DAY}(?:\s{{0,2}}[,.]\s{{0,3}}|\s{{1,3}}){_YEAR}"
_DAY_FIRST = (
    rf"{_DAY}(?:\s{{1,3}}day)?(?:\s{{1,3}}(?:of|de))?[\s\-.]{{0,3}}{_MONTH}"
    rf"(?:\s{{1,3}}del?(?=\s)|,?\s?A\.?D\.?(?=[,\s]))?[,\s\-.]{{0,3}}{_SHORT_YEAR}"
)
_MONTH_ALONE = re.compile(
    rf"(?<![\w./-]){_MONTH}(?:\s(?:de|of))?,?\s{{1,3}}{_YEAR}(?![\w/-])", re.IGNORECASE
)
_DAY_BEFORE = re.compile(
    r"(?:(?<![0-9.])[0-3]?[0-9](?:st|nd|rd|th|er)?[º°.,]?(?:\s(?:de|of))?|day of)[\s-]?$",
    re.IGNORECASE,
)
_SLASHED = rf"(?P<first>[0-9]{{1,2}})\s?/\s?(?P<second>[0-9]{{1,2}})\s?/\s?{_SHORT_YEAR}(?!/)"
_DOTTED = rf"(?P<first>[0-9]{{1,2}})(?P<sep>[-.])(?P<second>[0-9]{{1,2}})(?P=sep){_YEAR}"
_DOTTED_SHORT = (
    r"(?P<first>[0-9]{1,2})(?P<sep>[-.])(?P<second>[0-9]{1,2})(?P=sep)"
    r"(?P<year>[0-9]{2})(?![0-9.\-])"
)
_SOLID = r"(?P<year>[12][0-9]{3})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"

_BEFORE = r"(?<![\w./-])"  # not inside a word, a number or a path
_RUNNING = tuple(
    re.compile(_BEFORE + form, re.IGNORECASE)
    for form in (_ISO, _MONTH_FIRST, _DAY_FIRST, _SLASHED, _DOTTED)
)
_LEADING = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (_ISO + _TIME, _MONTH_FIRST, _DAY_FIRST, _SLASHED, _DOTTED, _DOTTED_SHORT)
)
_WHOLE = (  # a program that exports a table adds midnight to its days
    *_LEADING,
    *(re.compile(form + _TIME, re.IGNORECASE) for form in (_SLASHED, _DOTTED)),
    re.compile(_SOLID),
)
_FIGURES = tuple(re.compile(_BEFORE + form) for form in (_SLASHED, _DOTTED))
_NAMED = {
    DateOrder.MONTH_FIRST: re.compile(_BEFORE + _MONTH_FIRST, re.IGNORECASE),
    DateOrder.DAY_FIRST: re.compile(_BEFORE + _DAY_FIRST, re.IGNORECASE),
}
_WEEKDAY = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[,.]?\s+",
    re.IGNORECASE,
)
_MAX_DATE_CHARS = 64  # "Wednesday, the 22nd day of September, 2004" has 42


def _days(match: re.Match[str], first_year: int = _FIRST_YEAR) -> tuple[date, ...]:
    """Return the days that a match may mean: one, or two of figures, month first before day first.

    None where there is no such day.
    """
    year_text = match["year"]
    year = int(year_text)
    if len(year_text) < len("2006"):
        year += 1900 if year >= _PIVOT else 2000
    if year < first_year:
        return ()
    groups = match.groupdict()
    if "first" in groups:
        first, second = int(match["first"]), int(match["second"])
        days = (_day(year, first, second), _day(year, second, first))
        return tuple(dict.fromkeys(day for day in days if day))
    month_text = match["month"].casefold()
    month = _MONTHS.get(month_text) or int(month_text)
    day = _day(year, month, int("".join(match["day"].split())))
    return (day,) if day else ()


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _chosen(match: re.Match[str], days: tuple[date, ...], order: DateOrder | None) -> date | None:
    """Return the day that an order of figures picks; the first one without an order."""
    if order is None or "first" not in match.groupdict():
        return days[0] if days else None
    month = int(match["first" if order is DateOrder.MONTH_FIRST else "second"])
    return next((day for day in days if day.month == month), None)


def _whole(text: str) -> re.Match[str] | None:
    """Return how the whole of a text is a date, by its form; None where it is none."""
    text = " ".join(plain_text(text[: 4 * _MAX_DATE_CHARS]).split())
    if not text or len(text) > _MAX_DATE_CHARS:
        return None
    text = _WEEKDAY.sub("", text, count=1) if _WEEKDAY.match(text) else text
    text = re.sub(r"^the\s", "", text, flags=re.IGNORECASE)
    return next(filter(None, (form.fullmatch(text) for form in _WHOLE)), None)


def date_readings(text: str) -> tuple[date, ...]:
    """Return the days that the whole of `text` may be.

    Args:
        text: Any text; blanks around it do not matter.

    Returns:
        One day as a rule, none where it is no date; two for figures like `03/02/2006` that do not
        say which of them is the month: the reading with the month first goes first.
    """
    match = _whole(text)
    return _days(match, first_year=1) if match else ()


def figures_in(text: str) -> Iterator[str]:
    """Yield the dates in figures inside running text, as written."""
    for form in _FIGURES:
        for match in form.finditer(text):
            yield match[0]


def order_of(texts: Iterable[str]) -> DateOrder | None:
    """Return the order of day and month that dates in figures keep to.

    Those that allow one reading only decide: `25/12/2016` has the day first.

    Args:
        texts: Dates as written; what is no date in figures says nothing.

    Returns:
        The order; None where no date decides, or where they contradict each other.
    """
    found: set[DateOrder] = set()
    for text in texts:
        match = _whole(text)
        if match is None or "first" not in match.groupdict():
            continue
        days = _days(match)
        first, second = int(match["first"]), int(match["second"])
        if len(days) == 1 and first != second:  # `1/01/2000` has the same day either way
            is_month = days[0].month == first
            found.add(DateOrder.MONTH_FIRST if is_month else DateOrder.DAY_FIRST)
    return found.pop() if len(found) == 1 else None


def named_order(texts: Iterable[str]) -> DateOrder | None:
    """Return the order of day and month in dates that name the month; None where it changes.

    Whoever writes `February 3, 2006` has the month first in figures too.

    Args:
        texts: Running texts.
    """
    found: set[DateOrder] = set()
    for text in texts:
        found |= {order for order, form in _NAMED.items() if form.search(text)}
    return found.pop() if len(found) == 1 else None


def parse_date(text: str, order: DateOrder | None = DateOrder.MONTH_FIRST) -> date | None:
    """Return the date that the whole of `text` is, or None.

    Understood are ISO dates (`2006-02-03` and `20060203`; a time behind figures is dropped),
    month names in English (`Feb 03, 2006`, `3 February 2006`, `Sept. 29, 2008`), in German (`3.
    Februar 2006`), French (`1er février 2006`) and Spanish (`3 de febrero de 2006`), and figures
    (`03/02/2006`, `01/01/16`). Figures that are no date in the order given, like `25/12/2016` with
    the month first, are None: the order of the others would be in doubt too.

    Args:
        text: Any text; blanks around it do not matter.
        order: Of day and month in figures; None where it is not known: then figures are a date
            only where they allow one reading.

    Returns:
        The day; None for a text that is no date, that holds more than a date, or that names a day
        the calendar does not have.
    """
    match = _whole(text)
    days = _days(match, first_year=1) if match else ()
    if match is None or (order is None and len(days) > 1):
        return None
    return _chosen(match, days, order)


def leading_date(text: str, order: DateOrder | None = None) -> tuple[int, date] | None:
    """Return the date that `text` begins with, and where it ends in `text`; None without one.

    Args:
        text: Any text, for example what follows the label `Effective Date:`.
        order: Of day and month in figures; without one, month first where both may be.

    Returns:
        The offset behind the date in characters and the date.
    """
    start = len(text) - len(text.lstrip())
    head = text[start : start + _MAX_DATE_CHARS]
    weekday = _WEEKDAY.match(head)
    offset = weekday.end() if weekday else 0
    for form in _LEADING:
        match = form.match(head, offset)
        day = _chosen(match, _days(match), order) if match else None
        if match and day:
            return start + match.end(), day
    return None


def find_dates(text: str, order: DateOrder | None = None) -> list[tuple[int, int, date]]:
    """Return the dates inside running text, in reading order, none overlapping another.

    The forms of `parse_date` are found, except those that running text uses for other things:
    figures with hyphens or dots need a year of four digits here.

    Args:
        text: Any text.
        order: Of day and month in figures; without one, month first where both may be.

    Returns:
        Start and end in characters of `text`, and the day.
    """
    found: list[tuple[int, int, date]] = []
    for form in _RUNNING:
        for match in form.finditer(text):
            day = _chosen(match, _days(match), order)
            if day and day.year <= _LAST_YEAR:
                found.append((match.start(), match.end(), day))
    found.sort(key=lambda item: (item[0], -item[1]))
    apart: list[tuple[int, int, date]] = []
    for item in found:
        if not apart or item[0] >= apart[-1][1]:
            apart.append(item)
    return apart


def find_months(text: str) -> list[tuple[int, int, date]]:
    """Return the months with their year inside running text that name no day of it.

    Args:
        text: Any text.

    Returns:
        Start and end in characters of `text`, and the first day of the month; in reading order.

    Example:
        >>> find_months("Policy of October 2020, seen on 3 May 2021")
        [(10, 22, datetime.date(2020, 10, 1))]
    """
    return [
        (
            match.start(),
            match.end(),
            date(int(match["year"]), _MONTHS[match["month"].casefold()], 1),
        )
        for match in _MONTH_ALONE.finditer(text)
        if _is_month_alone(match, text)
    ]


def _is_month_alone(match: re.Match[str], text: str) -> bool:
    """Whether a month is written as a name, no day stands before it, and its year may be one."""
    is_name = (  # "you may 2000 times" is no month
        match[0][0].isupper() or " de " in match[0] or match["month"] in _SMALL_MONTHS
    )
    has_day = _DAY_BEFORE.search(text[max(0, match.start() - len("22nd day of ")) : match.start()])
    return is_name and not has_day and _FIRST_YEAR <= int(match["year"]) <= _LAST_YEAR


def leading_month(text: str) -> tuple[int, date] | None:
    """Return the month that `text` begins with, and where it ends; None where it begins with none.

    Args:
        text: Any text, for example what follows the label `Publication Date:`.

    Returns:
        The offset behind the month in characters, and the first day of the month.
    """
    start = len(text) - len(text.lstrip())
    found = find_months(text[: start + _MAX_DATE_CHARS])
    return (found[0][1], found[0][2]) if found and found[0][0] == start else None


def is_month(text: str) -> bool:
    """Whether the whole of a text is a month with its year, such as `October 2020`.

    Args:
        text: Any text; blanks around it do not matter.

    Example:
        >>> is_month("October 2020"), is_month("3 October 2020")
        (True, False)
    """
    month = leading_month(text)
    return month is not None and month[0] == len(text.rstrip())

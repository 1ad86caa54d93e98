"""The rows of a catalogue as they are taken: known keys, labels that hide, what is left out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from droindex.corpus.catalog.columns import (
    FILE,
    Column,
    Columns,
    field_to_add,
    guess_of_head,
    line_to_add,
)
from droindex.errors import CorpusError
from droindex.metadata.label_hints import Hints, fold_label
from droindex.problems import (
    MAX_REPORTED,
    OPEN_LABEL,
    UNREADABLE_LABEL,
    Problem,
    and_more,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from droindex.model import DateOrder

__all__ = ["CatalogRow", "RowTaker"]

_HIDES = "Until it is mended, only operators know of the documents that have it."
_HINT = "Mend the catalogue; until then nothing is changed, since it may hold access labels."


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """What the catalogue says of one file.

    Attributes:
        where: File and line, for problems.
        values: Known keys, raw values; blank ones left out.
        is_damaged: Whether it could not be read, and no label of the corpus stands in it.
        date_orders: Of day and month in its dates that may be two days, by key: what the other
            dates of that column keep to.
    """

    where: str
    values: Mapping[str, Any]
    is_damaged: bool = False
    date_orders: Mapping[str, DateOrder] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The digest of the values and of how their dates are read, 32 hexadecimal digits."""
        values = dict(self.values)
        if self.date_orders:
            values[""] = dict(self.date_orders)
        text = json.dumps(values, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class RowTaker:
    """Takes the rows of one file of the catalogue, whatever form they were written in.

    Args:
        name: The file, for problems.
        labels: The labels of the corpus.
        columns: Our keys of their heads.
        is_name: Tells whether a text is the name of a document, as rows give it.

    Attributes:
        rows: What was taken, by file.
        problems: What was left out, and why.
        hints: Find labels in what is not given as one.
        labels: Those of the corpus, folded.
    """

    def __init__(
        self,
        name: str,
        labels: Collection[str],
        columns: Columns,
        is_name: Callable[[str], bool],
    ) -> None:
        self.name = name
        self.hints = Hints.of(tuple(labels))
        self.labels = [fold_label(label) for label in labels]
        self.columns = columns
        self.is_name = is_name
        self.rows: dict[str, CatalogRow] = {}
        self.problems: list[Problem] = []
        self._reported: set[str] = set()  # heads, and steps
        self._hiding: set[str] = set()  # unknown heads of which it is told that they hide
        self._left_out = 0  # unknown heads that are not reported one by one

    def refusal(self, what: str, hint: str = _HINT) -> CorpusError:
        """Return the error of a catalogue that may hold labels and cannot be read as a whole."""
        return CorpusError(f"The catalogue {self.name} {what}.", hint=hint)

    def report(self, where: str, slug: str, message: str) -> None:
        """Add a problem."""
        self.problems.append(Problem(where, slug, message))

    def report_rest(self) -> None:
        """Report how many unknown heads were not named one by one."""
        if self._left_out:
            self.report(self.name, "unknown-key", and_more(self._left_out))

    def add(self, pairs: Iterable[tuple[str, Any]], where: str) -> None:
        """Take what a row says, or report why it is left out.

        Args:
            pairs: Heads, as the catalogue spells them, and raw values.
            where: File and line.

        Raises:
            CorpusError: It gives a label, and not whose it is.
        """
        cells = [(self.columns.of(head), value) for head, value in pairs if not _is_blank(value)]
        has_file = any(column.key == FILE for column, _ in cells)
        step = "" if has_file else self._step_for_file(cells)
        values = self._collected(cells, where)
        file = values.pop(FILE, "")
        if isinstance(file, str) and file.strip():
            self._keep(file.strip(), values, where)
            return
        if "label" in values or any(map(self.hints.is_label, values.values())):
            line = where.rpartition(":")[2]
            what = f"has a label in line {line} and no file that says whose"
            raise self.refusal(what, f"{step} Until then nothing is changed." if step else _HINT)
        if not step:
            message = 'The row is left out: its column "file" is empty. Name the file.'
            self.report(where, "catalog-row", message)
        elif step not in self._reported:
            self._reported.add(step)
            message = f'Rows are left out that have no column "file". {step}'
            self.report(where, "catalog-no-file", message)

    def _step_for_file(self, cells: Iterable[tuple[Column, Any]]) -> str:
        """Return what to add to corpus.toml for a row without our column of files, if known."""
        theirs = next((column for column, value in cells if self.is_name(str(value))), None)
        if theirs is None:
            return ""
        self._reported.add(theirs.head)
        return f"Add to corpus.toml, {line_to_add(theirs.written, FILE)}."

    def damage(self, files: Iterable[str], where: str, *, has_label: bool) -> None:
        """Hide the documents of a row that cannot be read.

        Args:
            files: Whom it speaks of.
            where: File and line.
            has_label: Whether a label of the corpus stands in it.
        """
        for name in files:
            is_new = name.strip() not in self.rows
            self.add([(FILE, name), ("label", UNREADABLE_LABEL)], where)
            if is_new and name.strip() and not has_label:
                self.rows[name.strip()] = replace(self.rows[name.strip()], is_damaged=True)

    def _collected(self, cells: list[tuple[Column, Any]], where: str) -> dict[str, Any]:
        """Return the values of a row by key; of two, the first counts, and two labels hide.

        What corpus.toml says a head means comes before what the head may mean by itself.
        """
        values: dict[str, Any] = {}
        if self.columns.are_mapped:
            cells = sorted(cells, key=lambda cell: not cell[0].is_mapped)
        for column, value in cells:
            known = ((column.head, value),) if column.is_ours else self._known(column, value, where)
            for key, said in known:
                first = values.setdefault(key, said)
                if first != said:
                    self._contradict(key, values, where)
        return values

    def _contradict(self, key: str, values: dict[str, Any], where: str) -> None:
        """Take a second value of a key: it counts against a label alone."""
        if key == FILE:
            line = where.rpartition(":")[2]
            raise self.refusal(f"names two files in line {line}: give each a line of its own")
        if key == "label":
            values[key] = UNREADABLE_LABEL

    def _keep(self, file: str, values: dict[str, Any], where: str) -> None:
        """Keep the first row of a file; a second one counts only against its label."""
        first = self.rows.get(file)
        if first is None:
            self.rows[file] = CatalogRow(where, values)
            return
        message = f"{shown(file)} has a row already ({first.where}); the first counts. Remove one."
        if "label" in values and values["label"] != first.values.get("label"):
            self.rows[file] = CatalogRow(first.where, {**first.values, "label": UNREADABLE_LABEL})
            message += " Their labels differ: until then only operators know of the document."
            self.report(where, "unreadable-label", message)
            return
        self.report(where, "duplicate-key", message)

    def _known(self, column: Column, value: object, where: str) -> Iterator[tuple[str, Any]]:
        """Yield what their head gives under our keys, and a label where one may be hidden."""
        if not column.key:
            yield from self._unknown(column, value, where)
            return
        if column.key == "label":
            if not self._says_none(column.head, value):
                yield column.key, value
            return
        is_file = column.key == FILE and self.is_name(str(value))
        hides = self.hints.gives_label(column.head, value) or (
            column.is_custom and self.hints.in_value(value, is_known=False)
        )
        if hides and not is_file:
            self._hide(column, where)
            yield "label", UNREADABLE_LABEL
        yield column.key, value

    def _says_none(self, head: str, value: object) -> bool:
        """Whether a value under a head that means a label says that there is none."""
        text = fold_label(value) if isinstance(value, str) else ""
        is_said = text == OPEN_LABEL or text in self.labels
        return not is_said and self.hints.says_none(head, value)

    def _unknown(self, column: Column, value: object, where: str) -> Iterator[tuple[str, Any]]:
        """Report an unknown head once, and yield a label where its value may be one."""
        hides = self.hints.gives_label(column.head, value) or self.hints.in_value(
            value, is_known=False
        )
        if hides and self.is_name(column.written):
            line = where.rpartition(":")[2]
            what = f"has {shown(column.written)} as a key in line {line}, not as a file"
            raise self.refusal(what)
        if hides:
            self._hide(column, where)
            yield "label", UNREADABLE_LABEL
        elif column.key is None:
            self._report_unknown(column, where)

    def _hide(self, column: Column, where: str) -> None:
        """Tell of a head that its values hide documents."""
        if column.head in self._hiding or len(self._hiding) >= MAX_REPORTED:
            return
        self._hiding.add(column.head)
        self._reported.add(column.head)
        step = ""
        if column.key is None:
            step = f"If it is one, add to corpus.toml, {line_to_add(column.written, 'label')}. "
        message = f"{shown(column.written)} holds what looks like a label. {step}{_HIDES}"
        self.report(where, "unreadable-label", message)

    def _report_unknown(self, column: Column, where: str) -> None:
        if column.head in self._reported or column.head == "doc_id":  # exported lists have the ids
            return
        self._reported.add(column.head)
        if len(self._reported) > MAX_REPORTED:
            self._left_out += 1
            return
        guess = guess_of_head(column.written)
        step = (
            f"did you mean {guess}? Then add to corpus.toml, {line_to_add(column.written, guess)}."
            if guess
            else f"to keep it, add to corpus.toml, {field_to_add(column.written)}; or name one of "
            f"our keys, or say that it is left out, {line_to_add(column.written, '')}."
        )
        message = f"Unknown key {shown(column.written)} is ignored in all rows: {step}"
        self.report(where, "unknown-key", message)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())

"""A catalogue as lines of JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from droindex.corpus.catalog.columns import FILE
from droindex.metadata.keys import clean_line
from droindex.metadata.parsing import loads_json
from droindex.problems import reason

if TYPE_CHECKING:
    from droindex.corpus.catalog.rows import RowTaker

__all__ = ["LineReader"]


class LineReader:
    """Reads a catalogue in lines of JSON, one object for each document.

    Args:
        taker: Takes its rows and problems.
    """

    def __init__(self, taker: RowTaker) -> None:
        self._taker = taker
        heads = "|".join(
            head.replace("_", r"[\s_-]+") for head in map(re.escape, taker.columns.heads_of(FILE))
        )
        pattern = rf'"\s*(?:{heads})\s*"\s*:\s*"((?:[^"\\]|\\.)*)"'
        self._file_key = re.compile(pattern.encode(), re.IGNORECASE)

    def read(self, data: bytes) -> None:
        """Read all lines.

        Raises:
            CorpusError: A line that may give a label does not say whose it is.
        """
        for number, line in enumerate(data.split(b"\n"), start=1):
            if not line.strip():
                continue
            where = f"{self._taker.name}:{number}"
            try:
                row = loads_json(line)
            except (ValueError, RecursionError) as error:
                self._broken(line, where, reason(error))
                continue
            if isinstance(row, dict):
                self._taker.add(row.items(), where)
            else:
                self._broken(line, where, "it is no table of keys and values")

    def _broken(self, line: bytes, where: str, why: str) -> None:
        """Hide the documents of a line that cannot be read."""
        found = self._file_key.findall(line)
        if not found:
            number = where.rpartition(":")[2]
            raise self._taker.refusal(
                f"is broken in line {number} ({why}), and does not say of whom"
            )
        has_label = self._taker.hints.names_label(line.decode("utf-8", "replace"))
        self._taker.damage(map(_unescaped, found), where, has_label=has_label)
        message = (
            f"The line is left out, it cannot be read ({why}). Mend it; it may hold a label: until "
            "then only operators know of its document."
        )
        self._taker.report(where, "catalog-row", message)


def _unescaped(raw: bytes) -> str:
    """Return the text of a JSON string whose surroundings are broken."""
    try:
        return clean_line(str(json.loads(b'"' + raw + b'"')))
    except ValueError:
        return raw.decode("utf-8", "replace")

"""An index is written under ids that tell the order of its entries, without a memory of them."""

from __future__ import annotations

import json
from typing import Any

from engine.libraries import SCHEMA

from droindex.engine.analysis import Analyzer
from droindex.engine.opensearch.address import Address
from droindex.engine.opensearch.writer import Writer
from droindex.engine.schema import OWNER


class Taking:
    """A cluster that takes everything, and keeps the ids of entries."""

    address = Address.parse("opensearch://127.0.0.1:9/p")
    similarity = "BM25"
    where = "The cluster"

    def __init__(self) -> None:
        self.ids: list[str] = []

    def ask(self, _method: str, path: str, body: Any = None, **_how: Any) -> dict[str, Any]:
        if path == "/p/_bulk":
            self.ids += [json.loads(line)["index"]["_id"] for line in body.splitlines()[::2]]
        return {"errors": False, "hits": {"total": {"value": len({*self.ids})}}}

    def ask_for(self, _path: str, **_how: Any) -> None:
        return None

    def drop(self, _path: str, **_how: Any) -> None:
        pass

    def wait_until_whole(self, _indexes: Any) -> None:
        pass


def test_the_entries_of_an_owner_are_numbered() -> None:
    cluster = Taking()
    writer = Writer(cluster, "p", SCHEMA, Analyzer("english"), 0)  # type: ignore[arg-type]
    for owner in (7, 7, 7, 0, 9, 9):
        writer.add({OWNER: owner, "all": "bond"})
    writer.commit()
    assert [
        f"{int(owner, 16)}-{int(number)}"
        for owner, _, number in (key.partition("-") for key in cluster.ids)
    ] == [
        "7-0",
        "7-1",
        "7-2",
        "0-0",
        "9-0",
        "9-1",
    ]

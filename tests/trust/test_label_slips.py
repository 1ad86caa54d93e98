"""Slips of the pen open no document: sound metadata, damaged in every way, built in every order.

What can be promised: a document that a build has seen with a label is not open afterwards, unless
its metadata says so; and one whose damaged metadata still holds its label is not open, even where
no build has seen it before. Nothing can be known of a label that was gone before the first build.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from droindex import CorpusError, Index, Settings, SettingsError
from droindex.build.duplicates import combine
from droindex.build.folder_changes import gather_folder
from droindex.build.gathered import PageSpool
from droindex.build.record_changes import KnownRecords, gather_records
from droindex.clearance.holding import Held, hold
from droindex.clearance.ranks import restriction
from droindex.corpus.config_file import load_config
from droindex.library.states import Changes, States
from droindex.store.layers import Layers

CASES = int(os.environ.get("DROINDEX_SLIPS", "500"))
SEED = 100_000 * int(os.environ.get("DROINDEX_SEED", "0"))
WHOLE = 6  # of them, with libraries that are written
BATCHES = 10
KINDS = ("toml", "json", "both", "csv", "jsonl", "records", "mixed")
ORDERS = (
    ("sound", "damaged"),
    ("sound", "damaged"),
    ("damaged",),
    ("damaged", "sound", "damaged"),
    ("sound", "gone", "damaged"),
    ("sound", "renamed"),
    ("sound", "damaged", "damaged"),
)
FIRST = ("kind", "sound", "built")  # the story of a corpus that is built for the first time
STEMS = ("memo", "travel-policy", "Order 12", "custody_review")
WORDS = ("juveniles", "removal", "custody", "travel")
LABELS = ("LES", "TOP")


@dataclass
class Sound:
    """A corpus whose metadata is sound: documents, and the label of each.

    Attributes:
        kind: How labels are given.
        labels: Document -> its label, None for an open one.
        metadata: File -> content, of metadata alone.
        texts: File -> content, of documents.
    """

    kind: str
    labels: dict[str, str | None]
    metadata: dict[str, bytes] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)


def marker(stem: str) -> str:
    """Return the word by which the text of a document is known, whatever its id has become."""
    return f"zq{'abcd'[STEMS.index(stem)]}x"


def body(stem: str) -> str:
    return f"Rules on {WORDS[STEMS.index(stem)]}, {marker(stem)}."


def sound(rng: random.Random) -> Sound:
    """Return a corpus with sound metadata, at least one document of it labelled."""
    labels: dict[str, str | None] = {stem: rng.choice((None, *LABELS)) for stem in STEMS}
    labels[rng.choice(STEMS)] = rng.choice(LABELS)
    kind = rng.choice(KINDS)
    made = Sound(kind, labels, {"corpus.toml": b'labels = ["LES", "TOP"]\n'})
    rows = []
    for stem, label in labels.items():
        row = {"file": f"{stem}.txt", "title": f"On {WORDS[STEMS.index(stem)]}", "opi": "PMU"}
        row["label"] = label or rng.choice(("", "open"))
        rows.append(row)
        made.texts[f"{stem}.txt"] = body(stem).encode()
        given = {key: value for key, value in row.items() if key != "file" and value}
        if kind in ("json", "both"):
            made.metadata[f"{stem}.json"] = json.dumps(given, indent=rng.choice((None, 1))).encode()
        if kind in ("toml", "both") or (kind == "mixed" and rng.random() < 0.5):
            lines = (f"{key} = {json.dumps(value)}\n" for key, value in given.items())
            made.metadata[f"{stem}.toml"] = "".join(lines).encode()
    if kind in ("csv", "mixed"):
        keys = list(rows[0])
        rng.shuffle(keys)
        text = io.StringIO()
        writer = csv.DictWriter(text, keys, delimiter=rng.choice(",;\t|"))
        writer.writeheader()
        writer.writerows(rows)
        made.metadata["catalog.csv"] = text.getvalue().encode()
    if kind == "jsonl":
        made.metadata["catalog.jsonl"] = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    if kind == "records":
        made.texts.clear()
        lines = (
            json.dumps({"doc_id": stem, **row, "body": body(stem)})
            for stem, row in zip(STEMS, rows, strict=True)
        )
        made.metadata["records.jsonl"] = "".join(f"{line}\n" for line in lines).encode()
    return made


# -- damages: each takes the files of the metadata and one of their names, and changes them

Files = dict[str, bytes]
Damage = Callable[[random.Random, Files, str], None]


def truncate(rng: random.Random, files: Files, name: str) -> None:
    files[name] = files[name][: rng.randrange(len(files[name]))]


def empty(rng: random.Random, files: Files, name: str) -> None:
    files[name] = rng.choice((b"", b"\n", b"\xef\xbb\xbf", bytes(len(files[name]))))


def delete(_rng: random.Random, files: Files, name: str) -> None:
    del files[name]


def reencode(rng: random.Random, files: Files, name: str) -> None:
    codec = rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037", "utf-7"))
    files[name] = files[name].decode().encode(codec)


def nest(rng: random.Random, files: Files, name: str) -> None:
    text = files[name].decode()
    if name.endswith(".toml"):
        files[name] = f"[{rng.choice(('meta', 'document', 'access'))}]\n{text}".encode()
    elif name.endswith(".json"):
        files[name] = json.dumps(
            {"meta": rng.choice(([json.loads(text)], json.loads(text)))}
        ).encode()
    elif name.endswith(".jsonl"):
        outer = ("doc_id", "file", "body")
        lines = []
        for line in text.splitlines():
            row = json.loads(line)
            kept = {key: row.pop(key) for key in outer if key in row}
            lines.append(json.dumps({**kept, "metadata": row}))
        files[name] = "\n".join(lines).encode()
    else:
        files[name] = f"Our policies\n\n{text}".encode()


def rename_key(rng: random.Random, files: Files, name: str) -> None:
    slips = (
        "classification clearance marking access security Lable labl lebel handling caveat notes"
    )
    files[name] = files[name].replace(b"label", rng.choice(slips.split()).encode())


def rename_any_key(rng: random.Random, files: Files, name: str) -> None:
    key = rng.choice((b"file", b"title", b"opi", b"label"))
    files[name] = files[name].replace(key, rng.choice((b"fiel", b"xyz", b"number", key.upper())))


def rename_file(rng: random.Random, files: Files, name: str) -> None:
    content = files.pop(name)
    stem, _, suffix = name.rpartition(".")
    place = rng.randrange(len(stem))
    fresh = rng.choice(
        (
            f"{stem}.txt.{suffix}",
            f"{stem[:place]}{stem[place + 1 :]}.{suffix}",
            f"{stem}s.{suffix}",
            f"sub/{stem}.{suffix}",
            f"{stem.upper()}.{suffix}",
            f"{stem}.{suffix}.bak",
        )
    )
    files[fresh] = content


def misspell(rng: random.Random, files: Files, name: str) -> None:
    """Misspell the name of a file or document where metadata gives it."""
    text = files[name].decode()
    stem = rng.choice(STEMS)
    place = rng.randrange(len(stem))
    slip = rng.choice((stem[:place] + stem[place + 1 :], f"{stem}x", f"sub/{stem}", "zebra"))
    files[name] = text.replace(f"{stem}.txt", f"{slip}.txt").encode()


def shift(rng: random.Random, files: Files, name: str) -> None:
    lines = files[name].decode().splitlines(keepends=True)
    place = rng.randrange(len(lines))
    line = lines[place]
    separator = next((char for char in ",;\t|" if char in line), ",")
    cells = line.rstrip("\r\n").split(separator)
    change = rng.randrange(5)
    if change == 0:
        cells.insert(rng.randrange(len(cells) + 1), rng.choice(("", "one, two")))
    elif change == 1:
        cells.pop(rng.randrange(len(cells)))
    elif change == 2:
        cells[rng.randrange(len(cells))] += f"{separator} and more"
    elif change == 3:
        cells = cells[1:] + cells[:1]
    else:
        cells[rng.randrange(len(cells))] = f'"{cells[0]}'
    lines[place] = separator.join(cells) + "\n"
    files[name] = "".join(lines).encode()


def quote(rng: random.Random, files: Files, name: str) -> None:
    data = files[name]
    for _ in range(rng.choice((1, 2))):
        place = rng.choice([n for n, byte in enumerate(data) if byte in b',;\t|\n "'] or [0])
        data = data[: place + 1] + b'"' + data[place + 1 :]
    files[name] = data


def duplicate(rng: random.Random, files: Files, name: str) -> None:
    lines = files[name].splitlines(keepends=True)
    place = rng.randrange(len(lines))
    line = rng.choice((lines[place], lines[place].replace(b"LES", b"").replace(b"TOP", b"")))
    lines.insert(rng.choice((place, place + 1, len(lines))), line)
    files[name] = b"".join(lines)


def separator(rng: random.Random, files: Files, name: str) -> None:
    table = bytes.maketrans(b",;\t|", rng.choice((b"^^^^", b"~~~~", b"||||", b"\t\t\t\t")))
    files[name] = files[name].translate(table)


def flip(rng: random.Random, files: Files, name: str) -> None:
    data = bytearray(files[name])
    data[rng.randrange(len(data))] = rng.choice(b"\x00\"'\n,;={}#\xff a")
    files[name] = bytes(data)


def exclude(rng: random.Random, files: Files, _name: str) -> None:
    pattern = rng.choice(("**/*.toml", "**/*.json", "catalog.*", "*.csv", "*.jsonl", "*.toml"))
    before = files.get("corpus.toml", b"")  # which an earlier slip may have taken away
    files["corpus.toml"] = before + f'exclude = ["{pattern}"]\n'.encode()


def comment(_rng: random.Random, files: Files, name: str) -> None:
    files[name] = files[name].replace(b"label", b"# label")


def unlabel(_rng: random.Random, files: Files, name: str) -> None:
    files[name] = files[name].replace(b"LES", b"").replace(b"TOP", b"")


DAMAGES: tuple[Damage, ...] = (
    *(truncate, truncate, truncate, empty, delete, reencode, nest, rename_key, rename_any_key),
    *(rename_file, misspell, shift, shift, quote, duplicate, separator, flip, flip, exclude),
    *(comment, unlabel),
)


def damaged(rng: random.Random, base: Sound) -> tuple[Files, list[str]]:
    """Return the metadata after one or two damages, and their names."""
    files, told = dict(base.metadata), []
    for _ in range(rng.choice((1, 1, 2))):
        names = sorted(name for name in files if name != "corpus.toml" and files[name])
        if rng.random() < 0.05 and files.get("corpus.toml"):
            names = ["corpus.toml"]
        if not names:
            break
        name, damage = rng.choice(names), rng.choice(DAMAGES)
        try:
            damage(rng, files, name)
        except ValueError:  # what was damaged before is not so any more that it can be again
            continue
        told.append(f"{damage.__name__} {name}")
    return files, told


def hinted(files: Files, base: Sound) -> set[str]:
    """Return the labelled documents whose metadata still holds the label, beside their name."""
    found, doubted = set(), set()
    for stem, label in base.labels.items():
        if label is None:
            continue
        for name, data in files.items():
            if name == "corpus.toml":
                continue
            for line in data.split(b"\n") if base.kind in ("csv", "jsonl", "records") else [data]:
                is_ours = f"{stem}.txt".encode() in line or name in (f"{stem}.toml", f"{stem}.json")
                if is_ours and label.encode() in line:
                    found.add(stem)
                elif is_ours and base.kind == "records":  # of two with one id, the open one counts
                    doubted.add(stem)
    return found - doubted


def write(folder: Path, files: Files) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


class Whole:
    """Builds real libraries and asks them."""

    def __init__(self, folder: Path) -> None:
        self._library = folder / "library.idx"

    def build(self, corpus: Path) -> bool:
        """Build, and return whether the corpus was taken."""
        try:
            Index.build(corpus, self._library, allow_removals=True, workers=0)
        except (CorpusError, SettingsError):
            return False
        return True

    def shown(self) -> str:
        """Return all texts that anybody can read."""
        if not (self._library / "CURRENT").exists():
            return ""
        with Index.open(self._library) as index:
            hits = index.scan("", scope="all")
            return "\n".join(page.text for hit in hits for page in index.get(hit.doc_id).pages)


class Decided:
    """What a build decides on who sees what, without the writing: a fifteenth of the time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: Held | None = None
        self._known = KnownRecords(States(Layers(folder)), "here", 0, is_whole=True)
        self._texts: dict[str, str] = {}

    def build(self, corpus: Path) -> bool:
        """Read the corpus as a build does, and return whether it was taken."""
        known = self._known
        old = dict(known.states.all_states())
        memory = self._held.memory if self._held else None
        try:
            config, _ = load_config(corpus)
            with PageSpool(self._folder) as spool:
                if corpus.is_file():
                    gathered = gather_records(
                        corpus,
                        known._replace(documents=len(old)),
                        config,
                        Settings(),
                    )
                    lines = corpus.read_bytes()
                    self._texts |= {
                        key: lines[entry.offset :][: entry.length].decode("utf-8", "replace")
                        for key, entry in gathered.records.items()
                    }
                else:
                    gathered = gather_folder(
                        corpus,
                        "here",
                        config,
                        old,
                        spool,
                        settings=Settings(),
                        cache=None,
                        workers=0,
                        progress=None,
                        seen=memory.names() if memory else (),
                    )
                    self._texts |= {
                        key: (corpus / str(state.file_facts["file"])).read_text("utf-8")
                        for key, state in gathered.states.items()
                    }
        except (CorpusError, SettingsError):
            return False
        states = Changes(old)
        combine(gathered, states, "here", lambda state: restriction(state.given.label, ()))
        self._held = hold(states, memory, left_out=gathered.left_out)
        for key in states.gone:
            known.states.drop(key)
        for state in states.changed.values():
            known.states.put(state)
        known.keep(gathered.lines)
        return True

    def shown(self) -> str:
        """Return the texts of the documents that are open."""
        labels = self._held.labels if self._held else {}
        return "\n".join(self._texts[key] for key, label in labels.items() if label is None)


def run(seed: int, folder: Path, builder: Whole | Decided) -> None:
    rng = random.Random(seed)
    base = sound(rng)
    corpus = folder / "corpus"
    source = corpus / "records.jsonl" if base.kind == "records" else corpus
    secret = {stem for stem, label in base.labels.items() if label is not None}
    seen: set[str] = set()
    story: list[str] = [base.kind]
    for step in rng.choice(ORDERS):
        texts, files = dict(base.texts), dict(base.metadata)
        never = set(seen)
        if step in ("damaged", "renamed"):
            files, told = damaged(rng, base)
            story += told
            never |= hinted(files, base) if not seen else set()
        if step == "renamed":
            texts = {f"sub/{name.replace('m', 'n')}": data for name, data in texts.items()}
        if step == "gone":
            texts = {"other.txt": b"Another document."} if texts else {}
            files = {"corpus.toml": files["corpus.toml"]}
            if base.kind == "records":
                files["records.jsonl"] = b'{"doc_id": "other", "body": "Another document."}\n'
        story.append(step)
        write(corpus, {**texts, **files})
        was_built = source.exists() and builder.build(source)
        story.append("built" if was_built else "refused")
        texts_shown = builder.shown()
        shown = {stem for stem in STEMS if marker(stem) in texts_shown}
        if step == "sound":
            assert was_built, (seed, story)
            # What a damage hinted at before may stay hidden; sound metadata alone hides nothing.
            assert shown == set(STEMS) - secret or len(story) > len(FIRST), (seed, story, shown)
            seen |= secret
        assert not shown & never, (seed, story, base.labels, files)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_slip_opens_a_document(batch: int, tmp_path: Path) -> None:
    for seed in range(batch, CASES, BATCHES):
        run(SEED + seed, tmp_path, Decided(tmp_path))


@pytest.mark.parametrize("seed", range(WHOLE))
def test_no_slip_opens_a_document_in_a_library(seed: int, tmp_path: Path) -> None:
    run(SEED + 50_000 + seed, tmp_path, Whole(tmp_path))

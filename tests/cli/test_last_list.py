"""The last list of a terminal: private, of one library and clearance, and soon forgotten."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex import Document, Index
from droindex.cli.last_list import LastList, Listed

SHOWN = ((1, "a/b", 3), (2, "c", None))
HOUR = 3_600.0


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lists") / "library.idx"
    Index.update(path, [Document(doc_id="c"), Document(doc_id="l", label="LES")])
    return path


@pytest.fixture(scope="module")
def index(library: Path) -> Iterator[Index]:
    with Index.open(library) as opened:
        yield opened


Maker = Callable[..., LastList]


@pytest.fixture
def lists(index: Index, tmp_path: Path) -> Maker:
    def make(terminal: str = "tty1", other: Index | None = None, **options: object) -> LastList:
        environ = {"XDG_STATE_HOME": str(tmp_path / "state")}
        return LastList(other or index, environ, terminal, **options)  # type: ignore[arg-type]

    return make


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "state").rglob("*.json"))


def test_a_list_is_kept_until_the_next_one(lists: Maker) -> None:
    assert lists().at(1) is None
    lists().keep(SHOWN)
    assert (lists().at(1), lists().at(2)) == (Listed("a/b", 3), Listed("c", None))
    assert lists().at(3) is lists().at(0) is None
    lists().keep([(11, "z", None)])
    assert (lists().at(1), lists().at(11)) == (None, Listed("z", None))


def test_it_is_that_of_one_terminal(lists: Maker) -> None:
    lists().keep(SHOWN)
    assert lists(terminal="tty2").at(1) is None


def test_it_is_that_of_one_library_and_clearance(
    lists: Maker, library: Path, tmp_path: Path
) -> None:
    lists().keep(SHOWN)
    with Index.open(library, clearance="LES") as cleared:
        assert lists(other=cleared).at(1) is None
        lists(other=cleared).keep(SHOWN)
        assert lists(other=cleared).at(2) == Listed("c", None)
    assert lists().at(1) is None
    Index.update(tmp_path / "other.idx", [Document(doc_id="c")])
    with Index.open(tmp_path / "other.idx") as other:
        assert lists(other=other).at(1) is None


def test_only_its_owner_can_read_it_and_it_says_ids_alone(lists: Maker, tmp_path: Path) -> None:
    lists().keep(SHOWN)
    (path,) = files(tmp_path)
    for place, mode in ((path, 0o600), (path.parent, 0o700), (path.parent.parent, 0o700)):
        assert stat.S_IMODE(place.stat().st_mode) == mode
    assert json.loads(path.read_text()).keys() == {"format", "owner", "at", "ranks"}
    assert "library" not in path.read_text()


@pytest.mark.parametrize("spoil", ["file", "folder", "link"])
def test_what_others_could_have_written_or_read_is_not_used(
    lists: Maker, tmp_path: Path, spoil: str
) -> None:
    lists().keep(SHOWN)
    (path,) = files(tmp_path)
    if spoil == "file":
        path.chmod(0o644)
    elif spoil == "link":
        path.rename(tmp_path / "elsewhere.json")
        path.symlink_to(tmp_path / "elsewhere.json")
    else:
        path.unlink()
        path.parent.chmod(0o755)
        lists().keep(SHOWN)
        assert not files(tmp_path)
    assert lists().at(1) is None


def test_it_is_forgotten_after_half_a_day(lists: Maker, tmp_path: Path) -> None:
    clock = Clock()
    lists(clock=clock).keep(SHOWN)
    clock.now += 12 * HOUR
    assert lists(clock=clock).at(1) is not None
    clock.now += 1
    assert lists(clock=clock).at(1) is None
    clock.now -= 24 * HOUR  # a clock that was set back says nothing of its age
    assert lists(clock=clock).at(1) is None
    (path,) = files(tmp_path)
    clock.now = path.stat().st_mtime + 13 * HOUR
    lists(terminal="tty2", clock=clock).keep(SHOWN)
    assert path not in files(tmp_path)


@pytest.mark.parametrize(
    "environ", [{"DROINDEX_STATE": "", "HOME": "/x"}, {}, {"HOME": "relative"}]
)
def test_without_a_folder_nothing_is_kept(index: Index, environ: dict[str, str]) -> None:
    lists = LastList(index, environ, "tty1")
    lists.keep(SHOWN)
    assert lists.at(1) is None


def test_a_folder_that_cannot_be_made_is_no_fault(index: Index, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lists = LastList(index, {"DROINDEX_STATE": str(tmp_path / "file" / "below")}, "tty1")
    lists.keep(SHOWN)
    assert lists.at(1) is None


@settings(max_examples=60)
@given(
    shape=st.binary(max_size=60)
    | st.sampled_from([b"[" * 9_999, b'{"format": 1}', b'{"format": 1, "ranks": {"1": 3}}', b"9"])
)
def test_a_file_that_is_spoilt_holds_no_list(
    index: Index, tmp_path_factory: pytest.TempPathFactory, shape: bytes
) -> None:
    folder = tmp_path_factory.mktemp("spoilt", numbered=True)
    folder.chmod(0o700)
    lists = LastList(index, {"DROINDEX_STATE": str(folder)}, "tty1")
    lists.keep(SHOWN)
    (path,) = folder.glob("*.json")
    path.write_bytes(shape)
    assert lists.at(1) is None

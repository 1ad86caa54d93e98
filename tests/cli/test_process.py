"""The program as a process: pipes, signals, terminals, and what it costs to start."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from bounds import until

SCRIPT = "from droindex.cli.main import main; main()"
HEAVY = ("multiprocessing", "pypdf", "pypdfium2", "PIL", "asyncio", "pickle")


def command(*args):
    return [sys.executable, "-c", SCRIPT, *args]


def environment(small, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return {**kept, "DROINDEX_INDEX": str(small), "DROINDEX_STATE": "", **more}


def test_closed_pipe_ends_quietly(small):
    process = subprocess.Popen(
        command("query", "--all", "--scope", "all", "--format", "ids"),
        env=environment(small),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_full_disk_is_reported(small):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            command("query", "escort"),
            env=environment(small),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 9
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_fault_and_no_place_for_a_file(small, tmp_path, closed):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "memo.txt").write_text("An escort.")
    build = command("build", str(tmp_path / "corpus"), "-i", str(tmp_path / "library.idx"))
    for line in (build, command("query", "escort", "-i", str(tmp_path / "library.idx"))):
        done = subprocess.run(
            ["sh", "-c", f'"$@" {closed}', "sh", *line],
            env=environment(small),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0
        assert done.stderr == b""


def test_what_is_opened_takes_no_place_of_a_stream(small):
    program = (
        "import os, sys; from droindex.cli import main, program; "
        "program.program = lambda **_: sys.exit(os.dup(0)); main.main()"
    )
    line = ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", sys.executable, "-c", program]
    assert subprocess.run(line, env=environment(small), check=False).returncode > 2


def waits_for_more(process):
    """Whether a process has read all that was written to it, and sleeps until there is more."""
    left = fcntl.ioctl(process.stdin, termios.FIONREAD, b"\0" * 4)
    state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
    return not any(left) and state == "S"


def test_interrupt_ends_with_130(small):
    process = subprocess.Popen(
        command("query", "--format", "trec", "--topics", "-"),
        env=environment(small),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell that runs the tests in the background has its children ignore the signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads
    )
    process.stdin.write(b"1\tescort\n" * 100_000)  # more than a pipe holds: it has begun to read
    process.stdin.flush()
    until(lambda: waits_for_more(process))
    process.send_signal(signal.SIGINT)
    errors = process.stderr.read()
    process.stderr.close()
    process.stdin.close()
    assert process.wait() == 130
    assert errors == b"Interrupted.\n"


@pytest.mark.parametrize(
    ("more", "emphasised"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_terminal_shows_emphasis(small, more, emphasised):
    leader, follower = pty.openpty()
    env = environment(small, **{"TERM": "xterm", "NO_COLOR": "", **more})
    done = subprocess.run(command("query", "escort"), env=env, stdout=follower, check=False)
    os.close(follower)
    shown = os.read(leader, 100_000)
    os.close(leader)
    assert done.returncode == 0
    assert (b"\x1b[1mescort\x1b[22m" in shown) is emphasised
    assert (b"\x1b" in shown) is emphasised


def test_titles_on_a_terminal_lead_to_files_that_are_vouched_for(tmp_path):
    corpus = tmp_path / "the corpus"
    corpus.mkdir()
    for name in ("memo;é.txt", "gone.txt", "changed.md", "page.html"):
        (corpus / name).write_text("An escort is asked for.")
    library = tmp_path / "library.idx"
    subprocess.run(command("build", str(corpus), "-i", str(library), "--quiet"), check=True)
    (corpus / "gone.txt").unlink()
    (corpus / "changed.md").write_text("Another one.")

    def links(*args, **more):
        leader, follower = pty.openpty()
        env = environment(library, **{"TERM": "xterm", "NO_COLOR": "", **more})
        subprocess.run(command("query", "escort", *args), env=env, stdout=follower, check=True)
        os.close(follower)
        shown = os.read(leader, 100_000).decode()
        os.close(leader)
        return re.findall(r"\x1b]8;;(.+?)\x1b\\", shown)

    place = (corpus / "memo;é.txt").as_uri()
    assert "%20" in place
    assert links() == [place]
    assert links("--no-links") == links(NO_COLOR="1") == links(TERM="dumb") == []


def test_documents_are_named_by_their_rank_in_the_terminals_last_list(small, tmp_path):
    leader, follower = pty.openpty()

    def run(*args, out=subprocess.PIPE, **more):
        env = environment(small, DROINDEX_STATE=str(tmp_path / "state"), **more)
        return subprocess.run(
            command(*args), env=env, stdin=follower, stdout=out, stderr=subprocess.PIPE, check=False
        )

    assert run("query", "--scope", "all", "escort", out=follower).returncode == 0
    ids = run("query", "--scope", "all", "escort", "--format", "ids").stdout.decode().split()
    for rank, doc_id in enumerate(ids, 1):
        shown = run("show", str(rank), "--format", "json")
        assert json.loads(shown.stdout)["doc_id"] == doc_id
        assert shown.stderr.decode() == f"note: {rank} of the last list here is {doc_id}.\n"
    assert run("show", "4").returncode == 7
    assert b"number 4" in run("show", "4").stderr
    run("recent", "-n", "1", out=follower)
    assert run("related", "1", "--format", "ids").returncode in (0, 1)
    assert run("show", "2").returncode == 7
    os.close(follower)
    os.close(leader)


def test_terminal_without_utf8_gets_what_it_can_show(small):
    env = environment(small, PYTHONIOENCODING="ascii")
    text = subprocess.run(command("query", "deviation"), env=env, capture_output=True, check=False)
    assert text.returncode == 0
    assert b"11-4.1 ? Directive" in text.stdout


def test_search_imports_nothing_that_only_builds_need(small):
    probe = f"import sys\ntry:\n    {SCRIPT}\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    args = [sys.executable, "-c", probe, "query", "escort"]
    done = subprocess.run(args, env=environment(small), capture_output=True, check=True, text=True)
    loaded = set(done.stderr.split())
    assert "click" in loaded
    assert not loaded & {
        "droindex.build.build",
        "droindex.extract.workers.run",
        "droindex.cli.commands.build",
    }
    assert not loaded & set(HEAVY)
